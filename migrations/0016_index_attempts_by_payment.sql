CREATE INDEX IF NOT EXISTS attempts_by_payment ON attempts (payment_id, id);
