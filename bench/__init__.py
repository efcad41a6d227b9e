"""Measures this server side by side with its peers: `make bench`."""
