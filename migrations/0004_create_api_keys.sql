CREATE TABLE IF NOT EXISTS api_keys (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    secret_hash VARBINARY(32) NOT NULL,
    hint VARCHAR(20) NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
