CREATE INDEX IF NOT EXISTS attempts_by_open_node ON attempts (open_node_id);
