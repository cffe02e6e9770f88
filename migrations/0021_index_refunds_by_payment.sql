CREATE INDEX IF NOT EXISTS refunds_by_payment ON refunds (payment_id, id);
