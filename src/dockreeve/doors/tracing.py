"""OpenTelemetry traces: one span a request, when the extra `otel` is installed and OTEL_* asks for them.

Names follow OpenTelemetry's semantic conventions, "HTTP spans" and "AWS SDK"; ours begin with `dockreeve.`.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dockreeve import __version__
from dockreeve.doors.http import Place, Request
from dockreeve.doors.meter import Traffic

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_log = logging.getLogger("dockreeve.traces")

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_RESOURCE: Final = "OTEL_RESOURCE_ATTRIBUTES"
_OURS: Final = "http/protobuf"
_FAILED: Final = 500  # of the statuses, from which on a server's span is an error
_CARRIED: Final = ("traceparent", "tracestate", "baggage")


class Tracing:
    """Begins and ends spans."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.propagate import extract  # noqa: PLC0415 (with the extra only)
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415

        self._provider = provider
        self._tracer = provider.get_tracer("dockreeve", __version__)
        self._extract = extract
        self._kind = SpanKind.SERVER
        self._error = Status(StatusCode.ERROR)

    def begin(self, request: Request, place: Place) -> "Span":
        """The span of a request that came; the client's own trace goes on in it."""
        carried = {name: request.text(name.encode()) for name in _CARRIED if request.header(name.encode())}
        host, _, port = request.host.rpartition(":") if not request.host.endswith("]") else (request.host, "", "")
        attributes: dict[str, str | int] = {
            "http.request.method": request.method,
            "url.scheme": "https" if request.secure(place.trusted_proxies) else "http",
            "client.address": request.source_ip(place.trusted_proxies),
            "user_agent.original": request.text(b"user-agent")[:256],
            "network.protocol.version": str(request.scope.get("http_version", "")),
            "server.address": host or port,
        }
        if host and port.isdecimal():
            attributes["server.port"] = int(port)
        span = self._tracer.start_span(
            request.method, context=self._extract(carried), kind=self._kind, attributes=attributes
        )
        context = span.get_span_context()
        request.trace = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        return span

    def end(self, span: "Span", request: Request, door: str, traffic: Traffic, outcome: str) -> None:
        """Say in the span what came of it. Neither path nor query is told: both may carry what opens a door."""
        if not span.is_recording():
            return
        service, colon, operation = request.action.partition(":")
        if colon:
            span.update_name(f"{service.upper()}/{operation}")
            span.set_attributes({"rpc.system": "aws-api", "rpc.service": service.upper(), "rpc.method": operation})
        elif request.action:
            span.update_name(f"{request.method} {request.action}")
            span.set_attribute("http.route", request.action)
        told: dict[str, str | int] = {
            "http.response.status_code": traffic.status,
            "http.request.body.size": traffic.received,
            "http.response.body.size": traffic.sent,
            "aws.request_id": request.id,
            "enduser.id": request.principal,
            "dockreeve.door": door,
            "dockreeve.outcome": outcome,
            "dockreeve.decision.effect": request.effect,
            "dockreeve.decision.id": request.decision,
        }
        span.set_attributes({name: value for name, value in told.items() if value not in ("", 0)})
        if traffic.status >= _FAILED or outcome in ("server_error", "aborted"):
            span.set_attribute("error.type", str(traffic.status) if traffic.status >= _FAILED else outcome)
            span.set_status(self._error)
        span.end()

    def close(self) -> None:
        """Send what waits; blocks until the collector has it or its time is over."""
        self._provider.shutdown()


def tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Traces if the standard variables ask for them (OpenTelemetry, "Environment Variable Specification").

    That is: OTEL_TRACES_EXPORTER=otlp, or an OTLP endpoint and no other exporter; never with OTEL_SDK_DISABLED=true.
    What they ask for and can't have is logged.
    """
    if not _asked(environment):
        return None
    protocol = next((environment[name] for name in _PROTOCOLS if environment.get(name)), _OURS)
    if protocol != _OURS:
        _log.warning("no traces: the OTLP protocol `%s` is not offered, only %s", protocol[:40], _OURS)
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        _log.warning("no traces: OTEL_* asks for them, but the extra is not installed (pip install 'dockreeve[otel]')")
        return None
    own = {"service.version": __version__}
    if not environment.get("OTEL_SERVICE_NAME") and "service.name=" not in environment.get(_RESOURCE, ""):
        own["service.name"] = "dockreeve"
    provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _log.info("traces go to the OTLP endpoint that OTEL_* names")
    return Tracing(provider)


def _asked(environment: Mapping[str, str]) -> bool:
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = [name.strip() for name in environment.get("OTEL_TRACES_EXPORTER", "").split(",") if name.strip()]
    if strange := [name for name in exporters if name not in ("otlp", "none")]:
        _log.warning("no traces to %s: only the exporter otlp is offered", ", ".join(strange)[:100])
    if exporters:
        return "otlp" in exporters
    return any(environment.get(name) for name in _ENDPOINTS)
