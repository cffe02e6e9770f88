CREATE TABLE IF NOT EXISTS balance_snapshots (
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    due_minor BIGINT NOT NULL,
    through BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, livemode, currency)
);
