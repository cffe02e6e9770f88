CREATE TABLE IF NOT EXISTS audit_entries (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    merchant_id VARBINARY(16) NOT NULL,
    livemode BIGINT NOT NULL,
    actor VARCHAR(40) NOT NULL,
    action VARCHAR(40) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    origin VARCHAR(64) NOT NULL,
    succeeded BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
