"""Programs that each decide the same requests with one policy engine, in a process and environment of its own."""
