CREATE INDEX IF NOT EXISTS refunds_by_open_node ON refunds (open_node_id);
