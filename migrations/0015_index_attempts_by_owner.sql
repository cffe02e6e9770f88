CREATE INDEX IF NOT EXISTS attempts_by_owner ON attempts (merchant_id, livemode, id);
