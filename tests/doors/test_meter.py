"""Counting on a server that isn't ours, and how a request's end is named."""

from typing import Any

import pytest

from dockreeve.doors.meter import BOUNDS, Counted, Meter, outcome


async def test_another_server_is_counted_from_between() -> None:
    out: list[Any] = []
    bodies = [{"type": "http.request", "body": b"abc", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return bodies.pop(0)

    async def send(message: Any) -> None:
        out.append(message)

    traffic = Counted(receive, send)
    assert [(await traffic.receive())["type"] for _ in range(2)] == ["http.request", "http.disconnect"]
    await traffic.send({"type": "http.response.start", "status": 201, "headers": []})
    await traffic.send({"type": "http.response.body", "body": b"four", "more_body": True})
    assert (traffic.received, traffic.sent, traffic.status, traffic.whole) == (3, 4, 201, False)
    await traffic.send({"type": "http.response.body", "body": b"5"})
    assert (traffic.sent, traffic.whole, len(out)) == (5, True, 3)


@pytest.mark.parametrize(
    ("effect", "status", "whole", "failed", "named"),
    [
        ("allow", 200, True, False, "ok"),
        ("allow", 404, True, False, "client_error"),
        ("deny", 400, True, False, "denied"),  # ECR's AccessDeniedException
        ("deny", 403, True, False, "denied"),
        ("deny", 201, True, False, "ok"),  # a mount that fell back to an upload
        ("unproven", 403, True, False, "unauthenticated"),
        ("", 401, True, False, "unauthenticated"),
        ("", 403, True, False, "client_error"),
        ("allow", 507, True, False, "server_error"),
        ("allow", 200, False, False, "aborted"),
        ("", 0, False, False, "aborted"),
        ("allow", 200, False, True, "server_error"),
    ],
)
def test_how_a_request_ended(effect: str, status: int, whole: bool, failed: bool, named: str) -> None:
    traffic = Counted(None, None)
    traffic.status, traffic.whole = status, whole
    assert outcome(effect, traffic, failed=failed) == named


def test_a_duration_is_in_every_bucket_from_its_own_on() -> None:
    meter = Meter()
    for seconds in (0.0, BOUNDS[0], 0.3, 1000.0):
        traffic = Counted(None, None)
        meter.begin("aws", traffic)
        meter.end(traffic, "ok", seconds)
    found = dict(meter.cumulated("aws"))
    assert (found["0.0005"], found["0.25"], found["0.5"], found["600.0"], found["+Inf"]) == (2, 2, 3, 3, 4)
    assert not any(meter.in_flight().values())
