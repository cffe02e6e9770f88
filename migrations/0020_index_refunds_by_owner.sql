CREATE INDEX IF NOT EXISTS refunds_by_owner ON refunds (merchant_id, livemode, id);
