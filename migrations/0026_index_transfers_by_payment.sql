CREATE INDEX IF NOT EXISTS transfers_by_payment ON transfers (payment_id);
