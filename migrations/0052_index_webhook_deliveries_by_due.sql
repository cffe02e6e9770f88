CREATE INDEX IF NOT EXISTS webhook_deliveries_by_due
    ON webhook_deliveries (waiting_endpoint_id, next_at, event_id);
