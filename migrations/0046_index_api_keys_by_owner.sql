CREATE INDEX IF NOT EXISTS api_keys_by_owner ON api_keys (merchant_id, livemode, id);
