"""Asks a server for its pages, and reads its metrics by Prometheus's own parser."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from clients.server import Server

SECONDS = 20

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def ask(
    server: Server, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case, body. `_` in a header's name stands for `-`."""
    connection = http.client.HTTPConnection(server.host, timeout=SECONDS)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def checks(server: Server, path: str = "/readyz") -> tuple[int, dict[str, str]]:
    """The status of a probe, and the checks that aren't good."""
    status, _, body = ask(server, path)
    return status, {name: said for name, said in json.loads(body)["checks"].items() if said != "ok"}


def samples(page: bytes) -> Samples:
    """Every sample of a page by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def value(server: Server, name: str, **labels: str) -> float:
    """One sample as it is now; 0 when there is none."""
    return samples(ask(server, "/metrics")[2]).get((name, frozenset(labels.items())), 0.0)


def until(seen: Callable[[], Any], wanted: Any, *, within: float = SECONDS) -> None:
    """Wait until `seen()` is `wanted`; AssertionError with the last answer when it doesn't come."""
    deadline = time.monotonic() + within
    while (last := seen()) != wanted:
        assert time.monotonic() < deadline, f"{last!r} instead of {wanted!r}"
        time.sleep(0.05)
