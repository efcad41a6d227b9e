"""IAM Access Analyzer: policies, judged before they are used. Importing this package declares the operations."""

from dockreeve.services.access_analyzer import validation

__all__ = ["validation"]
