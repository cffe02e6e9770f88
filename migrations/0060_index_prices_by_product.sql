CREATE INDEX IF NOT EXISTS prices_by_product ON prices (merchant_id, livemode, product_id, id);
