CREATE INDEX IF NOT EXISTS checkout_sessions_by_owner
    ON checkout_sessions (merchant_id, livemode, id);
