CREATE TABLE IF NOT EXISTS labels (
    label VARBINARY(255) NOT NULL,
    object_id VARBINARY(16) NOT NULL,
    PRIMARY KEY (label, object_id)
);
