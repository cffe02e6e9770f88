CREATE TABLE IF NOT EXISTS merchants (
    id VARBINARY(16) NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    country CHAR(2) NOT NULL,
    locale VARCHAR(35) NOT NULL,
    currencies VARCHAR(200) NOT NULL,
    acceptor CHAR(15) NOT NULL,
    created_at BIGINT NOT NULL
);
