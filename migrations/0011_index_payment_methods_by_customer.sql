CREATE INDEX IF NOT EXISTS payment_methods_by_customer ON payment_methods (customer_id, id);
