CREATE TABLE IF NOT EXISTS webhook_deliveries (
    event_id VARBINARY(16) NOT NULL,
    endpoint_id VARBINARY(16) NOT NULL,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    subject_id VARBINARY(16) NOT NULL,
    position BIGINT NOT NULL,
    is_followed BIGINT NOT NULL,
    status VARCHAR(20) NOT NULL,
    tries BIGINT NOT NULL,
    waiting_endpoint_id VARBINARY(16),
    next_at BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (event_id, endpoint_id)
);
