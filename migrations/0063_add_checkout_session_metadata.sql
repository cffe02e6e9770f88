ALTER TABLE checkout_sessions ADD COLUMN metadata TEXT;
