"""One line of the log a request: who asked for what, and how it ended. Never the query, which may carry a signature."""

import logging

from dockreeve.doors.http import Place, Request
from dockreeve.doors.meter import Traffic

_log = logging.getLogger("dockreeve.access")


def start_access_log() -> None:
    """Log requests from now on, whatever the level of the rest."""
    _log.setLevel(logging.INFO)


def note(request: Request, place: Place, door: str, traffic: Traffic, outcome: str, seconds: float) -> None:
    """Log a request that ended. The path is told by its pattern: names stay out, and the tokens of downloads too."""
    fields = {
        "message": "request ended",
        "door": door,
        "method": request.method,
        "action": request.action,
        "status": traffic.status,
        "outcome": outcome,
        "bytes_in": traffic.received,
        "bytes_out": traffic.sent,
        "duration": round(seconds, 6),
        "client": request.source_ip(place.trusted_proxies),
        "principal": request.principal,
        "effect": request.effect,
        "decision_id": request.decision,
    }
    text = "%s %s %s: %d %s, %d bytes in, %d out, %.3f ms, %s, request %s%s"
    _log.info(
        text,
        door,
        request.method,
        request.action or "-",
        traffic.status,
        outcome,
        traffic.received,
        traffic.sent,
        seconds * 1000,
        request.principal or "-",
        request.id,
        f", decision {request.decision}" if request.decision else "",
        extra={"fields": fields},
    )
