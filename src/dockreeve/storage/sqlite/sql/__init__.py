"""SQL text for SQLite, generated from `storage.statements`."""
