ALTER TABLE merchants ADD COLUMN platform_id VARBINARY(16);
