CREATE UNIQUE INDEX IF NOT EXISTS webhook_deliveries_by_position
    ON webhook_deliveries (endpoint_id, subject_id, position);
