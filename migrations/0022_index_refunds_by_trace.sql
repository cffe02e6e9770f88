CREATE UNIQUE INDEX IF NOT EXISTS refunds_by_trace ON refunds (acquirer, terminal, sent_at, stan);
