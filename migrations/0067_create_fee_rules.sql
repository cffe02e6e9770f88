CREATE TABLE IF NOT EXISTS fee_rules (
    merchant_id VARBINARY(16) NOT NULL,
    effective_at BIGINT NOT NULL,
    basis_points BIGINT NOT NULL,
    fixed_minor BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, effective_at)
);
