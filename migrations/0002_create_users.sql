CREATE TABLE IF NOT EXISTS users (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    email VARCHAR(254) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    failure_count BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
