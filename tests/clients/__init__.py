"""Real clients against a real server: what a person at a terminal would see."""
