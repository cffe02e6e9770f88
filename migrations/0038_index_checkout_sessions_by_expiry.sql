CREATE INDEX IF NOT EXISTS checkout_sessions_by_expiry ON checkout_sessions (expires_at);
