"""The only code that knows HTTP: AWS's APIs, the registry, our own API, an instance's metadata."""
