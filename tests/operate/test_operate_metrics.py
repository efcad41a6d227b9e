"""/metrics of a real server: right, bounded, and only for those whom the setting names."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from clients.server import Keys, Server
from dockreeve.doors.exposition import Family, Sample, rendered
from dockreeve.doors.meter import DOORS, LIMITS, OUTCOMES
from dockreeve.doors.metrics import FAMILIES
from faults.pushing import Registry, digest_of

from .scrape import ask, samples, until, value

TOKEN = "a-token-that-nobody-guesses"


@contextmanager
def started(folder: Path, *options: str) -> Iterator[Server]:
    server = Server(folder, options=options)
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.fixture(scope="module")
def login(server: Server) -> Registry:
    return Registry.of(server)


@pytest.fixture
def registry(login: Registry) -> Registry:
    """A connection of its own for each test: an idle one is closed by the server."""
    return login.again()


def sent(server: Server) -> float:
    return value(server, "dockreeve_response_body_bytes_total", door="registry")


# what the page says


def test_a_page_is_what_prometheus_reads_whatever_a_label_holds() -> None:
    odd = 'a "b" \\ c\nd'
    page = rendered(
        [(Family("x", "gauge", 'One \\ two\nthree "four"', ("of",)), [Sample(1.5, (odd,)), Sample(2, ("",))])]
    )
    (family,) = text_string_to_metric_families(page.decode())
    assert {sample.labels["of"]: sample.value for sample in family.samples} == {odd: 1.5, "": 2.0}
    assert family.documentation == 'One \\ two\nthree "four"'


def test_the_page_has_every_family_of_the_table_and_no_other(server: Server) -> None:
    status, headers, page = ask(server, "/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    parsed = {family.name: family for family in text_string_to_metric_families(page.decode())}
    assert set(parsed) == {family.name.removesuffix("_total") for family, _ in FAMILIES}
    for family, _ in FAMILIES:
        found = parsed[family.name.removesuffix("_total")]
        assert (found.type, found.documentation) == (family.kind, family.sentence)
        for sample in found.samples:
            assert set(sample.labels) - {"le"} == set(family.labels)


def test_the_process_is_the_servers(server: Server) -> None:
    assert value(server, "process_resident_memory_bytes") == pytest.approx(server.resident(), rel=0.2)
    assert 0 < value(server, "process_cpu_seconds_total") < 60
    assert value(server, "process_open_fds") == pytest.approx(
        len(list(Path(f"/proc/{server.pid}/fd").iterdir())), abs=3
    )
    began = Path(f"/proc/{server.pid}").stat().st_mtime
    assert value(server, "process_start_time_seconds") == pytest.approx(began, abs=5)


def test_a_denial_is_counted_by_its_action_and_named_by_its_outcome(server: Server, registry: Registry) -> None:
    iam = server.sdk().client("iam")
    iam.create_user(UserName="counted")
    keys = Keys.of(iam.create_access_key(UserName="counted"))
    count = ("dockreeve_denials_total", "dockreeve_requests_total")
    before = (
        value(server, count[0], action="ecr:DescribeRegistry"),
        value(server, count[1], door="aws", outcome="denied"),
    )
    client = server.sdk(keys).client("ecr")
    for _ in range(2):
        with pytest.raises(client.exceptions.ClientError, match="is not authorized to perform: ecr:DescribeRegistry"):
            client.describe_registry()
    after = (
        value(server, count[0], action="ecr:DescribeRegistry"),
        value(server, count[1], door="aws", outcome="denied"),
    )
    assert after == (before[0] + 2, before[1] + 2)


def test_a_pull_by_sendfile_counts_to_the_byte(server: Server, registry: Registry) -> None:
    layer = b"x" * 3_000_000
    received = value(server, "dockreeve_request_body_bytes_total", door="registry")
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest_of(layer)}", layer, expect=201)
    assert value(server, "dockreeve_request_body_bytes_total", door="registry") - received == len(layer)
    before = sent(server)
    assert registry.blob(digest_of(layer)) == layer
    assert sent(server) - before == len(layer)
    registry.ask("HEAD", f"/v2/app/blobs/{digest_of(layer)}", expect=200)
    assert sent(server) - before == len(layer)


def test_a_pull_that_breaks_off_counts_what_went_out_also_while_it_lasts(server: Server, registry: Registry) -> None:
    layer = b"y" * 64_000_000
    registry.ask("POST", f"/v2/app/blobs/uploads/?digest={digest_of(layer)}", layer, expect=201)
    before, aborted = sent(server), value(server, "dockreeve_requests_total", door="registry", outcome="aborted")
    opened = registry.half_sent("GET", f"/v2/app/blobs/{digest_of(layer)}", b"", 0)
    assert opened.recv(65_536)
    until(lambda: sent(server) > before, True)
    assert value(server, "dockreeve_requests_in_flight", door="registry") == 1
    assert sent(server) - before < len(layer)
    opened.close()
    name = "dockreeve_requests_total"
    until(lambda: value(server, name, door="registry", outcome="aborted"), aborted + 1)
    assert before < sent(server) < before + len(layer)
    assert value(server, "dockreeve_requests_in_flight", door="registry") == 0


def test_an_upload_is_in_flight_until_its_client_is_gone(server: Server, registry: Registry) -> None:
    until(lambda: value(server, "dockreeve_uploads_in_flight"), 0)
    opened = registry.half_sent("PATCH", registry.upload(), b"z" * 1000, 5000)
    until(lambda: value(server, "dockreeve_uploads_in_flight"), 1)
    opened.close()
    until(lambda: value(server, "dockreeve_uploads_in_flight"), 0)


def test_what_never_reached_a_door_is_counted_by_its_limit(server: Server) -> None:
    host, port = server.host.split(":")
    for sent_bytes, limit in ((b"GARBAGE\r\n\r\n", "malformed"), (b"GET /" + b"x" * 70_000, "head_size")):
        before = value(server, "dockreeve_limit_refusals_total", limit=limit)
        with socket.create_connection((host, int(port)), timeout=5) as opened:
            opened.sendall(sent_bytes)
            while opened.recv(4096):
                pass
        assert value(server, "dockreeve_limit_refusals_total", limit=limit) == before + 1


@pytest.mark.slow
def test_connections_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    with started(tmp_path, "--max-connections", "3") as server:
        host, port = server.host.split(":")
        held = [socket.create_connection((host, int(port))) for _ in range(3)]
        with socket.create_connection((host, int(port)), timeout=5) as one_more:
            assert one_more.recv(4096).startswith(b"HTTP/1.1 503 ")
        held.pop().close()
        until(lambda: _open(server), 3)  # two that are held, and the one that asks
        assert value(server, "dockreeve_limit_refusals_total", limit="connections") >= 1
        for connection in held:
            connection.close()
        until(lambda: _open(server), 1)


def _open(server: Server) -> float | None:
    status, _, page = ask(server, "/metrics")
    return samples(page)["dockreeve_connections_open", frozenset()] if status == 200 else None


def test_nothing_that_a_client_sends_becomes_a_label(server: Server, registry: Registry) -> None:
    for path in (
        "/v2/odd-name/manifests/odd-tag",
        "/odd-path",
        "/api/odd-endpoint",
        "/layers/odd-token",
        "/console/odd",
    ):
        ask(server, path, user_agent="odd-agent", host="odd.example")
    ask(server, "/?Action=OddAction&Version=2010-05-08", method="POST")
    ask(server, "/", method="POST", x_amz_target="AmazonEC2ContainerRegistry_V20150921.OddTarget")
    page = ask(server, "/metrics")[2]
    assert b"odd" not in page.lower()
    allowed = {"door": set(DOORS), "outcome": set(OUTCOMES), "limit": set(LIMITS)}
    for _, labels in samples(page):
        for name, held in labels:
            assert held in allowed.get(name, {held})
            assert name != "action" or re.fullmatch(r"(ecr|iam|sts|dockreeve):[A-Za-z]+", held)


# who may read it

Refused = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "registry.example"},
        {"host": "registry.example:5150"},
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x_real_ip": "127.0.0.1"},
        {"via": "1.1 proxy"},
    ],
)
def test_what_came_through_a_proxy_is_not_local(server: Server, headers: dict[str, str]) -> None:
    status, _, body = ask(server, "/metrics", **headers)
    assert (status, body) == (403, b"Metrics are for this machine only (--metrics).\n")


def test_only_reading_is_offered(server: Server) -> None:
    status, headers, _ = ask(server, "/metrics", method="POST", body=b"x")
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    status, headers, body = ask(server, "/metrics", method="HEAD")
    assert (status, body) == (200, b"") and int(headers["content-length"]) > 1000


@pytest.mark.slow
def test_with_a_token_only_its_bearer_reads_from_anywhere_and_it_may_be_changed(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    with started(tmp_path, "--metrics", "token", "--metrics-token-file", str(file)) as server:
        for given in ("", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "Bearer é"):
            status, headers, body = ask(server, "/metrics", authorization=given)
            assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="metrics"'), given
            assert b"dockreeve" not in body
        assert ask(server, "/metrics", authorization=f"Bearer {TOKEN}", host="registry.example")[0] == 200
        file.write_text("another-token-of-some-length")
        assert ask(server, "/metrics", authorization=f"Bearer {TOKEN}")[0] == 401
        assert ask(server, "/metrics", authorization="bearer another-token-of-some-length")[0] == 200
        file.write_text("")
        assert ask(server, "/metrics", authorization="Bearer ")[0] == 401


@pytest.mark.slow
@pytest.mark.parametrize(("choice", "status"), [("off", 404), ("open", 200)])
def test_they_may_be_off_or_for_anyone(tmp_path: Path, choice: str, status: int) -> None:
    with started(tmp_path, "--metrics", choice) as server:
        assert ask(server, "/metrics", host="registry.example")[0] == status


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "too-short"])
def test_a_token_that_is_no_secret_is_told_before_anything_is_served(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_text(text)
    options = ("--metrics", "token", "--metrics-token-file", str(tmp_path / "token"))
    with pytest.raises(RuntimeError, match="the token of /metrics can't be used"), started(tmp_path, *options):
        pass
    assert not (tmp_path / "data").exists()
