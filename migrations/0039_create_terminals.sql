CREATE TABLE IF NOT EXISTS terminals (
    acquirer VARCHAR(20) NOT NULL,
    terminal CHAR(8) NOT NULL,
    next_stan BIGINT NOT NULL,
    PRIMARY KEY (acquirer, terminal)
);
