"""What a server keeps when it is killed, cut off, or told to stop."""
