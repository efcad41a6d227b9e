"""STS: sessions, and the operations that hand them out. Importing this package declares the operations."""

from dockreeve.services.sts import assume_role, caller_identity, session_token

__all__ = ["assume_role", "caller_identity", "session_token"]
