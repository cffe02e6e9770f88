CREATE INDEX IF NOT EXISTS payment_links_by_owner ON payment_links (merchant_id, livemode, id);
