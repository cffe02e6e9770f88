CREATE INDEX IF NOT EXISTS advices_by_payment ON advices (payment_id);
