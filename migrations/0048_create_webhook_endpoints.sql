CREATE TABLE IF NOT EXISTS webhook_endpoints (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    version BIGINT NOT NULL,
    url TEXT NOT NULL,
    enabled_events TEXT NOT NULL,
    status VARCHAR(20) NOT NULL,
    description TEXT,
    metadata TEXT NOT NULL,
    secret VARBINARY(255) NOT NULL,
    previous_secret VARBINARY(255),
    previous_until BIGINT,
    failing_since BIGINT,
    disabled_at BIGINT,
    disabled_reason VARCHAR(20),
    created_at BIGINT NOT NULL
);
