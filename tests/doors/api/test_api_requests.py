"""Requests to /api/ that are not what our commands send."""

import logging
from dataclasses import replace

import pytest
from botocore.credentials import Credentials

from rights.wire import Asking, signed
from rights.world import World


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/"),
        ("GET", "/api/nothing"),
        ("GET", "/api/decisions/a/b"),
        ("GET", "/api/decisions/a%2Fb"),
        ("POST", "/api/decisions"),
        ("DELETE", "/api/decisions/a"),
        ("GET", "/api/instance-sessions"),
        ("GET", "/api/decisions/%7Bname%7D/x"),
        ("GET", "/api/" + "x" * 2000),
    ],
)
async def test_there_is_nothing_elsewhere(server: World, method: str, path: str) -> None:
    status, code, message = (await server.api(method, path)).problem
    assert (status, code) == (404, "NotFound")
    assert len(message) < 300


async def test_whoever_does_not_sign_learns_nothing_of_what_is_there(server: World) -> None:
    for path in ("/api/decisions", "/api/nothing", f"/api/decisions/{'a' * 25}"):
        reply = await server.send(Asking("GET", path))
        assert reply.problem[:2] == (403, "MissingAuthenticationToken")


async def test_another_secret_is_refused(server: World) -> None:
    reply = await server.api("GET", "/api/decisions", Credentials(server.root.access_key, "wrong"))
    assert reply.problem[:2] == (403, "SignatureDoesNotMatch")


async def test_a_signature_for_an_aws_service_is_no_good_here(server: World) -> None:
    reply = await server.send(signed(Asking("GET", "/api/decisions"), server.root, "iam"))
    assert reply.problem == (
        403,
        "SignatureDoesNotMatch",
        "Credential should be scoped to correct service: 'dockreeve'.",
    )


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b'"x"', b'{"InstanceId": 1}', b'{"InstanceId": null}', b"[" * 60_000, b"\xff", b"{}"],
)
async def test_a_body_is_an_object_of_strings(server: World, body: bytes) -> None:
    status, code, message = (await server.api("POST", "/api/instance-sessions", body=body)).problem
    assert (status, code) == (400, "ValidationError")
    assert "\n" not in message


@pytest.mark.parametrize("name", ["\\ud800", "\\u0000", "P" * 10_000, "../../x", "' OR 1=1 --"])
async def test_a_name_that_no_profile_has_is_not_found_whatever_is_in_it(server: World, name: str) -> None:
    body = f'{{"InstanceProfileName": "{name}", "InstanceId": "i-0123456789abcdef0"}}'.encode()
    assert (await server.api("POST", "/api/instance-sessions", body=body)).status in (400, 404)


async def test_a_body_that_is_too_large_is_refused_and_the_connection_closes(server: World) -> None:
    reply = await server.api("POST", "/api/instance-sessions", body=b" " * (64 * 1024 + 1))
    assert reply.problem[:2] == (413, "BadRequest")
    assert reply.headers["connection"] == "close"


async def test_a_body_that_stops_half_way_is_refused(server: World) -> None:
    asking = signed(Asking("POST", "/api/instance-sessions", b"{}"), server.root, "dockreeve")
    reply = await server.send(replace(asking, headers={**asking.headers, "Content-Length": "50"}))
    assert reply.problem[:2] == (400, "BadRequest")


@pytest.mark.parametrize(
    "query", ["&".join(f"a{n}=1" for n in range(40)), "principal=%FF", "a=&a=&b=", "limit=5&x=%C3%A9"]
)
async def test_a_query_is_read_or_refused_but_breaks_nothing(
    server: World, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    reply = await server.send(signed(Asking("GET", f"/api/decisions?{query}"), server.root, "dockreeve"))
    assert reply.status in (200, 400), reply.body
    assert not caplog.records


async def test_what_breaks_is_logged_whole_and_told_little(
    server: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the inner detail")

    monkeypatch.setattr(server.records.decisions, "find", broken)
    reply = await server.api("GET", f"/api/decisions/{'a' * 25}")
    assert reply.problem[:2] == (500, "InternalFailure")
    assert b"inner detail" not in reply.body and "the inner detail" in caplog.text
