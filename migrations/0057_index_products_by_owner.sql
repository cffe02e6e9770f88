CREATE INDEX IF NOT EXISTS products_by_owner ON products (merchant_id, livemode, id);
