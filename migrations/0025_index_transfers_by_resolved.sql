CREATE UNIQUE INDEX IF NOT EXISTS transfers_by_resolved ON transfers (resolves);
