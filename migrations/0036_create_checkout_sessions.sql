CREATE TABLE IF NOT EXISTS checkout_sessions (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    payment_id VARBINARY(16) NOT NULL,
    items TEXT NOT NULL,
    client_reference VARCHAR(200),
    success_url TEXT,
    cancel_url TEXT,
    locale VARCHAR(10),
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
