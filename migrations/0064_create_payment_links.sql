CREATE TABLE IF NOT EXISTS payment_links (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    version BIGINT NOT NULL,
    active BIGINT NOT NULL,
    items TEXT NOT NULL,
    currency CHAR(3) NOT NULL,
    redirect_url TEXT,
    message VARCHAR(500),
    completed_limit BIGINT,
    taken BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    inactive_message VARCHAR(500),
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
