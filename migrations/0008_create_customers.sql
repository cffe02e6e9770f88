CREATE TABLE IF NOT EXISTS customers (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    name VARCHAR(256),
    email VARCHAR(512),
    phone VARCHAR(20),
    description VARCHAR(1000),
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
