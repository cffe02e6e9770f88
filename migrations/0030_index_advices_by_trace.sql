CREATE UNIQUE INDEX IF NOT EXISTS advices_by_trace ON advices (acquirer, terminal, sent_at, stan);
