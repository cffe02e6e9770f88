CREATE INDEX IF NOT EXISTS webhook_endpoints_by_owner
    ON webhook_endpoints (merchant_id, livemode, id);
