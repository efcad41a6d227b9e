"""The product's own API under /api/: signed like AWS's, admitted by actions with the prefix `dockreeve:`, JSON.

`door.py` answers requests by the table of `endpoints.py`; what each takes and gives is declared once, as types, and
`shapes.py` reads requests by them and describes them for `openapi.py`.
"""

from dockreeve.doors.api.door import ApiDoor
from dockreeve.doors.api.endpoint import Endpoint
from dockreeve.doors.api.endpoints import ENDPOINTS

__all__ = ["ENDPOINTS", "ApiDoor", "Endpoint"]
