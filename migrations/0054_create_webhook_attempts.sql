CREATE TABLE IF NOT EXISTS webhook_attempts (
    event_id VARBINARY(16) NOT NULL,
    endpoint_id VARBINARY(16) NOT NULL,
    number BIGINT NOT NULL,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    answer_status BIGINT,
    fault VARCHAR(40),
    excerpt TEXT NOT NULL,
    duration_ms BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, endpoint_id, number)
);
