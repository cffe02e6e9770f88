CREATE INDEX IF NOT EXISTS customers_by_owner ON customers (merchant_id, livemode, id);
