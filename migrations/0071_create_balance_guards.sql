CREATE TABLE IF NOT EXISTS balance_guards (
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    currency CHAR(3) NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, livemode, currency)
);
