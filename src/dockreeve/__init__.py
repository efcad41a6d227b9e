"""Dockreeve: the container registry with AWS's access model built in."""

__version__ = "0.1.0"
