CREATE UNIQUE INDEX IF NOT EXISTS prices_by_lookup_key
    ON prices (merchant_id, livemode, lookup_key);
