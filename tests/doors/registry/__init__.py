"""The registry's door, spoken to in process."""
