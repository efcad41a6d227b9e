"""The registry's door: docker's and OCI's protocol under /v2/, and the signed downloads under /layers/."""

from dockreeve.doors.registry.door import RegistryDoor
from dockreeve.doors.registry.routes import ROUTES, Action, Route

__all__ = ["ROUTES", "Action", "RegistryDoor", "Route"]
