CREATE INDEX IF NOT EXISTS payouts_by_owner ON payouts (merchant_id, livemode, id);
