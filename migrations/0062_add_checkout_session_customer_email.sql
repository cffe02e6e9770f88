ALTER TABLE checkout_sessions ADD COLUMN customer_email VARCHAR(800);
