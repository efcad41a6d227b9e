"""AWS bytes to arguments and back, driven by the service models; no I/O but loading the models."""
