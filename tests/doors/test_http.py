"""The vocabulary of all doors: what a request says, and how its body ends."""

import asyncio
from typing import Any

import pytest

from dockreeve.doors import http
from dockreeve.doors.http import (
    BodyCut,
    BodyStalled,
    BodyTooLarge,
    ClientGone,
    Place,
    Request,
    asked_of,
    public_url,
    registry_at,
    respond,
)
from dockreeve.doors.limits import ARRIVED

PLACE = Place("123456789012", "us-east-1")
GONE = {"type": "http.disconnect"}


def _request(*messages: Any, headers: dict[str, str] | None = None, **scope: Any) -> Request:
    """A request whose body comes in these pieces: bytes, or a whole ASGI message."""
    left = [
        {"type": "http.request", "body": piece, "more_body": number < len(messages)}
        if isinstance(piece, bytes)
        else piece
        for number, piece in enumerate(messages, 1)
    ]

    async def receive() -> Any:
        if not left:
            await asyncio.sleep(3600)
        return left.pop(0)

    given = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return Request(
        {"method": "GET", "path": "/v2/", "raw_path": b"/v2/", "headers": given, "client": ("192.0.2.1", 5)} | scope,
        receive,
    )


async def test_a_body_comes_whole() -> None:
    request = _request(b"ab", b"", b"c", headers={"Content-Length": "3"})
    assert await request.body(3) == b"abc"


async def test_a_body_without_a_length_comes_whole() -> None:
    assert await _request(b"ab", b"c").body(3) == b"abc"


@pytest.mark.parametrize("length", [2, 4])
async def test_a_body_of_another_length_is_cut(length: int) -> None:
    with pytest.raises(BodyCut):
        await _request(b"ab", b"c", headers={"Content-Length": str(length)}).body(9)


async def test_a_broken_connection_is_no_end_of_body() -> None:
    pieces = []
    with pytest.raises(ClientGone):
        async for piece in _request(b"ab", b"c", GONE).stream():
            pieces.append(piece)
    assert pieces == [b"ab", b"c"]


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    with pytest.raises(BodyTooLarge):
        await _request(GONE, headers={"Content-Length": "10"}).body(9)


async def test_a_body_that_grows_too_large_is_left() -> None:
    with pytest.raises(BodyTooLarge):
        await _request(b"12345", b"67890", GONE).body(9)


async def test_a_body_that_stands_still_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.01)
    with pytest.raises(BodyStalled):
        await _request({"type": "http.request", "body": b"a", "more_body": True}).body(9)


@pytest.mark.parametrize(
    ("headers", "length", "has_body"),
    [
        ({}, None, False),
        ({"Content-Length": "0"}, 0, False),
        ({"Content-Length": "5"}, 5, True),
        ({"Content-Length": "-5"}, None, False),
        ({"Content-Length": "9" * 40}, None, False),
        ({"Transfer-Encoding": "chunked"}, None, True),
    ],
)
def test_a_request_says_whether_it_has_a_body(headers: dict[str, str], length: int | None, has_body: bool) -> None:
    request = _request(headers=headers)
    assert (request.content_length, request.has_body) == (length, has_body)


async def test_what_has_arrived_is_taken_at_once_and_counted() -> None:
    waiting = [[b"b", b"c"], []]
    scope = {"extensions": {ARRIVED: lambda: waiting.pop(0)}}
    messages = [{"type": "http.request", "body": b"a", "more_body": True}, b"d"]
    assert [piece async for piece in _request(*messages, **scope).stream()] == [b"a", b"b", b"c", b"d"]
    waiting = [[b"bc"]]
    assert await _request(headers={"Content-Length": "2"}, **scope).body(9) == b"bc"
    waiting = [[b"b"], [b"c", b"d"]]
    with pytest.raises(BodyCut):
        await _request(*messages, headers={"Content-Length": "3"}, **scope).body(9)


def test_the_first_of_several_headers_counts_and_all_keep_their_order() -> None:
    sent = [(b"accept", b"a"), (b"x", b"y"), (b"accept", b"b")]
    request = Request({**_request().scope, "headers": sent}, asyncio.Event().wait)
    assert request.header(b"accept") == b"a"
    assert request.all_headers(b"accept") == [b"a", b"b"]
    assert request.header(b"none") is None
    assert request.text(b"none") == ""


def test_a_server_without_raw_path_gets_one() -> None:
    assert _request(raw_path=None, path="/v2/a b").raw_path == b"/v2/a%20b"


TRUSTED = frozenset({"192.0.2.1", "192.0.2.2"})


@pytest.mark.parametrize(
    ("forwarded", "trusted", "address"),
    [
        ("198.51.100.9", frozenset(), "192.0.2.1"),  # anybody can write that
        ("198.51.100.9", TRUSTED, "198.51.100.9"),
        ("203.0.113.1, 198.51.100.9, 192.0.2.2", TRUSTED, "198.51.100.9"),
        ("203.0.113.1, nonsense", TRUSTED, "192.0.2.1"),
        ("192.0.2.2", TRUSTED, "192.0.2.2"),
        ("", TRUSTED, "192.0.2.1"),
        ("2001:DB8::1", TRUSTED, "2001:db8::1"),
    ],
)
def test_only_trusted_proxies_say_who_asks(forwarded: str, trusted: frozenset[str], address: str) -> None:
    assert _request(headers={"X-Forwarded-For": forwarded}).source_ip(trusted) == address


def test_only_trusted_proxies_say_that_it_is_encrypted() -> None:
    request = _request(headers={"X-Forwarded-Proto": "https"}, scheme="http")
    assert request.secure(TRUSTED)
    assert not request.secure()
    assert _request(scheme="https").secure()
    assert not _request(headers={"X-Forwarded-Proto": "https, http"}, scheme="https").secure(TRUSTED)


def test_the_gate_is_told_the_circumstances() -> None:
    request = _request(headers={"User-Agent": "docker/20", "Referer": "r"}, scheme="https")
    asked = asked_of(request, PLACE, "eu-west-1")
    assert (asked.region, asked.source_ip, asked.secure) == ("eu-west-1", "192.0.2.1", True)
    assert (asked.now, asked.user_agent, asked.referer) == (request.now, "docker/20", "r")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", ("123456789012", "eu-west-1")),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com:443", ("123456789012", "us-gov-west-1")),
        ("123456789012.dkr-ecr.eu-west-1.on.aws", ("123456789012", "eu-west-1")),
        ("123456789012.dkr.ecr.eu-west-1.example.org:5150", ("123456789012", "eu-west-1")),
        ("12345678901.dkr.ecr.eu-west-1.amazonaws.com", None),
        ("123456789012.dkr.ecr.eu-west-1", None),
        ("123456789012.dkr.ecr.eu-west-1.x/y", None),
        ("localhost:5150", None),
    ],
)
def test_an_aws_shaped_host_names_account_and_region(host: str, found: tuple[str, str] | None) -> None:
    assert registry_at(host) == found


AWS = "123456789012.dkr.ecr.us-east-1.example.org"


@pytest.mark.parametrize(
    ("host", "scheme", "setting", "url"),
    [
        ("Registry.Test:5150", "http", "", "http://registry.test:5150"),
        ("[::1]:5150", "http", "", "http://[::1]:5150"),
        ("127.0.0.1:5150", "https", "", "https://127.0.0.1:5150"),
        ("127.0.0.1:5150", "http", "https://example.org", "https://example.org"),
        (AWS, "http", "https://example.org", f"https://{AWS}"),
        (AWS, "http", "", f"http://{AWS}"),
        ("evil\r\nhost", "http", "", "http://10.0.0.1:80"),
    ],
)
def test_the_public_url_is_what_the_client_can_use(host: str, scheme: str, setting: str, url: str) -> None:
    request = _request(headers={"Host": host}, scheme=scheme, server=("10.0.0.1", 80))
    assert public_url(request, Place("123456789012", "us-east-1", public_url=setting)) == url


async def _sent(*arguments: Any, **named: Any) -> tuple[dict[bytes, bytes], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await respond(send, *arguments, **named)
    return dict(sent[0]["headers"]), sent[1]["body"]


async def test_an_answer_tells_its_length() -> None:
    assert await _sent(200, b"ab") == ({b"content-length": b"2", b"content-type": b"application/json"}, b"ab")
    assert await _sent(201) == ({b"content-length": b"0"}, b"")
    assert await _sent(204) == ({}, b"")
    assert await _sent(400, b"ab", head=True, close=True) == (
        {b"content-length": b"2", b"content-type": b"application/json", b"connection": b"close"},
        b"",
    )
