CREATE INDEX IF NOT EXISTS transfers_by_owner ON transfers (merchant_id, livemode, created_at);
