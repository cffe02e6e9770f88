CREATE INDEX IF NOT EXISTS events_by_owner ON events (merchant_id, livemode, id);
