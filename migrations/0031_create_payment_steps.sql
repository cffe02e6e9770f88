CREATE TABLE IF NOT EXISTS payment_steps (
    payment_id VARBINARY(16) NOT NULL,
    version BIGINT NOT NULL,
    step_id VARBINARY(16) NOT NULL,
    status VARCHAR(30) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (payment_id, version)
);
