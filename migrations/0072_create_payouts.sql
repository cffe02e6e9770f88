CREATE TABLE IF NOT EXISTS payouts (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    version BIGINT NOT NULL,
    step_id VARBINARY(16) NOT NULL,
    status VARCHAR(20) NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    description VARCHAR(1000),
    statement_descriptor VARCHAR(22),
    metadata TEXT NOT NULL,
    failure VARCHAR(40),
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
