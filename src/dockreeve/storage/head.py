"""The newest schema version: what a database must say of itself before it is used as it is."""

HEAD = "0001"  # the revision of the last file in migrations/versions; a test compares
