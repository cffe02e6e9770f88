CREATE INDEX IF NOT EXISTS payments_by_owner ON payments (merchant_id, livemode, id);
