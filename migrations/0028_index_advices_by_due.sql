CREATE INDEX IF NOT EXISTS advices_by_due ON advices (status, next_at);
