CREATE TABLE IF NOT EXISTS transfers (
    id VARBINARY(17) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    payment_id VARBINARY(16) NOT NULL,
    cause VARCHAR(20) NOT NULL,
    state VARCHAR(10) NOT NULL,
    debit VARCHAR(30) NOT NULL,
    credit VARCHAR(30) NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    resolves VARBINARY(17),
    created_at BIGINT NOT NULL
);
