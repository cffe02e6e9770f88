CREATE UNIQUE INDEX IF NOT EXISTS attempts_by_trace ON attempts (acquirer, terminal, sent_at, stan);
