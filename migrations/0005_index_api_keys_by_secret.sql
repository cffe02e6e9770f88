CREATE UNIQUE INDEX IF NOT EXISTS api_keys_by_secret ON api_keys (secret_hash);
