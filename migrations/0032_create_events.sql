CREATE TABLE IF NOT EXISTS events (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    kind VARCHAR(60) NOT NULL,
    object BLOB NOT NULL,
    request_id VARCHAR(40),
    idempotency_key VARCHAR(255),
    created_at BIGINT NOT NULL
);
