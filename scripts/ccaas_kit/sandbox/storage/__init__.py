"""Tables, records and snapshots in SQLite."""
