"""Traces of a real server, taken by a receiver that speaks OTLP over HTTP as a collector does."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from clients.server import Keys, Server
from dockreeve.doors.tracing import tracing
from faults.pushing import Registry

from .scrape import ask, until

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass
class Collector:
    """What came in, as it was decoded."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def named(self, name: str) -> Span:
        """The one span with this name, when it has come."""
        until(lambda: len([span for span in self.spans() if span.name == name]), 1)
        return next(span for span in self.spans() if span.name == name)


def told(span: Span) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@pytest.fixture
def collector() -> Iterator[Collector]:
    taken = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            taken.paths.append(self.path)
            taken.requests.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    taken.url = f"http://127.0.0.1:{listening.server_address[1]}"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield taken
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def server(tmp_path: Path, collector: Collector) -> Iterator[Server]:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    started = Server(tmp_path, options=("--log-format", "json", "--access-log"), environment=environment)
    yield started.start()
    started.kill()


@pytest.mark.slow
def test_a_request_is_a_span_that_goes_on_with_the_clients_trace(server: Server, collector: Collector) -> None:
    registry = Registry.of(server)
    registry.ask("GET", "/v2/", expect=200)
    status, headers, _ = ask(
        server,
        "/v2/app/manifests/none?secret=1",
        traceparent=PARENT,
        user_agent="curl/8",
        authorization=registry._headers["Authorization"],
    )
    assert status == 404
    span = collector.named("GET /v2/{name}/manifests/{reference}")
    assert span.trace_id.hex() == PARENT.split("-")[1]
    assert span.parent_span_id.hex() == PARENT.split("-")[2]
    assert span.kind == Span.SpanKind.SPAN_KIND_SERVER
    assert span.end_time_unix_nano > span.start_time_unix_nano
    said = told(span)
    assert {
        "http.request.method": "GET",
        "http.route": "/v2/{name}/manifests/{reference}",
        "http.response.status_code": 404,
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "client.address": "127.0.0.1",
        "user_agent.original": "curl/8",
        "aws.request_id": headers["x-amzn-requestid"],
        "enduser.id": "arn:aws:iam::123456789012:root",
        "dockreeve.decision.effect": "allow",
        "dockreeve.outcome": "client_error",
    }.items() <= said.items()
    assert "secret" not in str(said)
    assert set(collector.paths) == {"/v1/traces"}
    resource = {one.key: one.value.string_value for one in collector.requests[0].resource_spans[0].resource.attributes}
    assert resource["service.name"] == "dockreeve"
    until(lambda: PARENT.split("-")[1] in server.log(), True)  # the log knows the trace too


@pytest.mark.slow
def test_an_aws_call_is_a_span_with_its_operation_and_its_refusals_id(server: Server, collector: Collector) -> None:
    iam = server.sdk().client("iam")
    iam.create_user(UserName="traced")
    client = server.sdk(Keys.of(iam.create_access_key(UserName="traced"))).client("ecr")
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.describe_registry()
    answer = refused.value.response["ResponseMetadata"]  # type: ignore[attr-defined]
    said = told(collector.named("ECR/DescribeRegistry"))
    assert (said["rpc.system"], said["rpc.service"], said["rpc.method"]) == ("aws-api", "ECR", "DescribeRegistry")
    assert said["dockreeve.decision.effect"] == "deny"
    assert said["dockreeve.decision.id"] == answer["HTTPHeaders"]["x-authorization-id"]
    assert told(collector.named("IAM/CreateUser"))["dockreeve.decision.effect"] == "allow"


@pytest.mark.slow
def test_what_waits_is_sent_when_the_server_stops(tmp_path: Path, collector: Collector) -> None:
    environment = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": collector.url + "/own/path"}
    server = Server(tmp_path, environment=environment | {"OTEL_BSP_SCHEDULE_DELAY": "600000"}).start()
    try:
        ask(server, "/healthz")
        assert not collector.requests
        assert server.stop() == 0
    finally:
        server.kill()
    assert [span.name for span in collector.spans()] == ["GET"]
    assert collector.paths == ["/own/path"]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_SERVICE_NAME": "x"},
    ],
)
def test_nobody_who_asks_for_none_gets_traces(environment: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    assert tracing(environment) is None
    assert not caplog.records


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "no traces to zipkin"),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "`grpc` is not offered"),
    ],
)
def test_what_is_not_offered_is_told(environment: dict[str, str], said: str, caplog: pytest.LogCaptureFixture) -> None:
    assert tracing(environment) is None
    assert said in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "loaded"),
    [({}, "None [] False"), ({"OTEL_TRACES_EXPORTER": "otlp"}, "None [] True")],
)
def test_off_or_without_the_extra_nothing_of_it_is_loaded(environment: dict[str, str], loaded: str) -> None:
    program = (
        "import sys, os; sys.modules['opentelemetry.exporter'] = None\n"  # as if it were not installed
        "import io, logging; said = io.StringIO(); logging.basicConfig(stream=said)\n"
        "import dockreeve.server; from dockreeve.doors.tracing import tracing\n"
        "print(tracing(os.environ), [n for n in sys.modules if n.startswith('opentelemetry.sdk')],"
        " 'the extra is not installed' in said.getvalue())"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=kept | environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == loaded
