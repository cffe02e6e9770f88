ALTER TABLE checkout_sessions ADD COLUMN payment_link_id VARBINARY(16);
