CREATE TABLE IF NOT EXISTS products (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    version BIGINT NOT NULL,
    active BIGINT NOT NULL,
    name VARCHAR(250) NOT NULL,
    description TEXT,
    images TEXT NOT NULL,
    statement_descriptor VARCHAR(22),
    unit_label VARCHAR(12),
    url TEXT,
    default_price_id VARBINARY(16),
    price_count BIGINT NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
