"""The denial matrix: each client, refused at each step, and what its person sees. `make denials` writes the page."""
