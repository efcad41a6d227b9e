"""The suite that every storage adapter passes, and what only one of them can show."""
