"""The protocol class that keeps the limits of a connection; the stock one where uvicorn looks different."""

import asyncio
import inspect
import logging

from dockreeve.doors.limits import Limits
from dockreeve.doors.meter import ConnectionCounts

_log = logging.getLogger("dockreeve.protocol")

# What connection.py and exchange.py use of uvicorn's private classes.
_CONNECTION = {
    "_start_asgi_task",
    "_unset_keepalive_if_required",
    "connection_lost",
    "connection_made",
    "data_received",
    "eof_received",
    "on_body",
    "on_header",
    "on_headers_complete",
    "on_message_begin",
    "on_message_complete",
    "on_response_complete",
    "on_url",
}
_CYCLE = {
    "access_log",
    "access_logger",
    "default_headers",
    "expect_100_continue",
    "flow",
    "keep_alive",
    "logger",
    "message_event",
    "on_response",
    "scope",
    "transport",
}
_FLOW = {"drain", "pause_reading", "pause_writing", "resume_reading", "resume_writing"}


def unmet() -> list[str]:
    """What of uvicorn's private classes isn't there; empty when all is as we know it."""
    try:
        from uvicorn.protocols.http import flow_control, httptools_impl  # noqa: PLC0415

        connection, cycle = httptools_impl.HttpToolsProtocol, httptools_impl.RequestResponseCycle
        missing = [f"HttpToolsProtocol.{name}" for name in sorted(_CONNECTION) if not hasattr(connection, name)]
        taken = set(inspect.signature(cycle.__init__).parameters) - {"self"}
        missing += [f"RequestResponseCycle({name})" for name in sorted(_CYCLE ^ taken)]
        missing += [
            f"RequestResponseCycle.{name}" for name in ("receive", "run_asgi", "send") if not hasattr(cycle, name)
        ]
        missing += [f"FlowControl.{name}" for name in sorted(_FLOW) if not hasattr(flow_control.FlowControl, name)]
    except (ImportError, AttributeError) as different:
        return [str(different)]
    return missing


def protocol_class(limits: Limits, counts: ConnectionCounts | None = None) -> type[asyncio.Protocol]:
    """The class for `uvicorn.Config(http=...)`.

    What happens to its connections is added to `counts`. With another uvicorn than we know, a warning and its own
    protocol: the same answers, without sendfile, without the reason phrases, and without these limits and counts.
    """
    different = unmet()
    if different:
        _log.warning("this uvicorn is not the one we know (%s): using its own protocol", ", ".join(different))
        from uvicorn.protocols.http.auto import AutoHTTPProtocol  # noqa: PLC0415

        return AutoHTTPProtocol
    from dockreeve.doors.connection import Connection  # noqa: PLC0415

    return type("LimitedConnection", (Connection,), {"limits": limits, "counts": counts or ConnectionCounts()})
