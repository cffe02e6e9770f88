CREATE INDEX IF NOT EXISTS prices_by_owner ON prices (merchant_id, livemode, id);
