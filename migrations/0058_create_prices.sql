CREATE TABLE IF NOT EXISTS prices (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    product_id VARBINARY(16) NOT NULL,
    version BIGINT NOT NULL,
    active BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    type VARCHAR(10) NOT NULL,
    recurring_interval VARCHAR(10),
    recurring_count BIGINT,
    nickname VARCHAR(250),
    lookup_key VARCHAR(200),
    tax_behavior VARCHAR(20) NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
