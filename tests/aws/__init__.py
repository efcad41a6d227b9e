"""The AWS wire, tested with the client's own code."""
