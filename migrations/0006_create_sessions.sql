CREATE TABLE IF NOT EXISTS sessions (
    token_hash VARBINARY(32) NOT NULL PRIMARY KEY,
    id VARBINARY(16) NOT NULL,
    user_id VARBINARY(16) NOT NULL,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
