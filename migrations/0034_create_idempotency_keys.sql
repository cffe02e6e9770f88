CREATE TABLE IF NOT EXISTS idempotency_keys (
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    idempotency_key VARCHAR(255) NOT NULL,
    fingerprint VARBINARY(32) NOT NULL,
    answer_status BIGINT,
    answer BLOB,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, livemode, idempotency_key)
);
