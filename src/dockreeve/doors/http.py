"""The small ASGI vocabulary that all doors share: a request as it came, an answer as it goes out."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from dockreeve.doors.limits import ARRIVED
from dockreeve.gate.context import Asked

Message = Mapping[str, Any]
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

BODY_SECONDS = 60.0  # an upload that brings nothing for so long is over

# The account and region in a registry's host name, whatever domain stands behind them (data-plane.md, section 1).
_AWS_HOST = re.compile(
    r"(?P<account>[0-9]{12})\.dkr(?:\.ecr|\.ecr-fips|-ecr|-ecr-fips)\.(?P<region>[a-z0-9][a-z0-9_-]{0,62})"
    r"\.[a-z0-9.-]{1,190}(?::[0-9]{1,5})?"
)
_HOST = re.compile(r"(?:[a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?")
_BODILESS = frozenset({204, 304})


class ClientGone(Exception):
    """The connection broke before the body was whole. There is nobody left to answer."""


class BadBody(Exception):
    """The body can't be taken. The text is a sentence for the client, `status` the HTTP status that fits."""

    status = 400


class BodyTooLarge(BadBody):
    """More bytes than this request may have."""

    status = 413


class BodyCut(BadBody):
    """Other than `Content-Length` many bytes."""


class BodyStalled(BadBody):
    """No bytes for too long."""

    status = 408


@dataclass(frozen=True, slots=True)
class Place:
    """Where this server stands: whose registry a bare host name means, and how clients reach it."""

    account: str
    region: str
    public_url: str = ""  # no slash at the end; empty: whatever the client calls us
    profile: str = "oci"  # or "strict-ecr"
    explain: str = "registry"  # where a refusal's message carries its id: registry, all, none
    friendly: bool = False  # whether the registry refuses a push where its client shows why
    trusted_proxies: frozenset[str] = field(default_factory=frozenset)  # addresses whose X-Forwarded-* count


class Request:
    """One HTTP request. Paths and headers are bytes as they came: SigV4 signs those, not what they mean."""

    __slots__ = (
        "_first",
        "_receive",
        "action",
        "decision",
        "effect",
        "headers",
        "id",
        "method",
        "now",
        "principal",
        "query_string",
        "raw_path",
        "scope",
        "trace",
    )

    def __init__(self, scope: Scope, receive: Receive, *, now: datetime | None = None) -> None:
        self._receive = receive
        self.scope = scope
        self.method: str = scope["method"]
        self.raw_path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        self.query_string: bytes = scope.get("query_string", b"")
        self.headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        self._first = dict(reversed(self.headers))
        self.id = _new_id()
        self.now = now or datetime.now(UTC)
        # What the doors found out, for counts, logs and traces.
        self.action = ""  # operation or route, from our own tables
        self.principal = ""  # ARN of whoever proved to be the caller
        self.effect = ""  # allow, deny, or unproven; "" before the gate was asked
        self.decision = ""  # a refusal's id
        self.trace = ("", "")  # trace id and span id, when traces are on

    def header(self, name: bytes) -> bytes | None:
        """The first value under this name, which is in lower case, as ASGI has them all."""
        return self._first.get(name)

    def all_headers(self, name: bytes) -> list[bytes]:
        """Every value under this name (in lower case), in the order they came."""
        return [value for given, value in self.headers if given == name]

    def text(self, name: bytes) -> str:
        """The first value under this name as text, "" when there is none."""
        value = self._first.get(name)
        return value.decode("latin-1").strip() if value else ""

    @property
    def content_length(self) -> int | None:
        """How many bytes the client says the body has; None when it doesn't say."""
        value = self.header(b"content-length")
        if value is None or not value.isdigit() or len(value) > 19:  # noqa: PLR2004 (digits of 2**63)
            return None
        return int(value)

    @property
    def has_body(self) -> bool:
        """Whether a body may follow: a length that isn't 0, or chunks."""
        length = self.content_length
        return length > 0 if length is not None else self.header(b"transfer-encoding") is not None

    @property
    def host(self) -> str:
        """The Host header, in lower case, with its port."""
        return self.text(b"host").lower()

    def secure(self, trusted: frozenset[str] = frozenset()) -> bool:
        """Whether the client's own connection is encrypted, as far as we or a trusted proxy can tell."""
        if trusted and self._peer in trusted and (forwarded := self.text(b"x-forwarded-proto")):
            return forwarded.rsplit(",", 1)[-1].strip().lower() == "https"
        return bool(self.scope.get("scheme") == "https")

    def source_ip(self, trusted: frozenset[str] = frozenset()) -> str:
        """The client's address: the last one in X-Forwarded-For that isn't a trusted proxy's, or the connection's."""
        address = self._peer
        if address not in trusted:
            return address
        named = b",".join(self.all_headers(b"x-forwarded-for")).decode("latin-1").split(",")
        for text in reversed(named):
            try:
                address = str(ip_address(text.strip()))
            except ValueError:
                break
            if address not in trusted:
                break
        return address

    @property
    def _peer(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    async def stream(self) -> AsyncIterator[bytes]:
        """The body as it comes. It ends normally only when it was whole.

        Raise `ClientGone`, `BodyCut` (not `Content-Length` bytes) or `BodyStalled`.
        """
        expected, got, more = self.content_length, 0, True
        arrived = (self.scope.get("extensions") or {}).get(ARRIVED)
        if arrived is not None and expected is not None:  # a small body has come with its head
            for piece in arrived():
                got += len(piece)
                yield piece
            if got == expected:
                return
        while more:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    message = await self._receive()
            except TimeoutError:
                raise BodyStalled("The request body made no progress.") from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            more = message.get("more_body", False)
            pieces = [message.get("body", b"")]
            if more and arrived is not None:
                pieces += arrived()
            got += sum(map(len, pieces))
            if expected is not None and (got > expected or (not more and got != expected)):
                raise BodyCut(f"The request body has not the {expected} bytes that Content-Length says.")
            pieces.reverse()
            while pieces:  # taken out one by one: what was used need not stay in memory
                if piece := pieces.pop():
                    yield piece

    async def body(self, limit: int) -> bytes:
        """The whole body. Raise `BodyTooLarge` past `limit` bytes, and what `stream` raises."""
        refusal = f"The request body is larger than {limit} bytes."
        if (self.content_length or 0) > limit:
            raise BodyTooLarge(refusal)
        pieces, size = [], 0
        async for piece in self.stream():
            size += len(piece)
            if size > limit:
                raise BodyTooLarge(refusal)
            pieces.append(piece)
        return b"".join(pieces)


# The request that the running task answers: so that whatever is logged meanwhile can say its id.
CURRENT: ContextVar[Request | None] = ContextVar("dockreeve_request", default=None)


def _new_id() -> str:
    """A random UUID. One request in many is looked up by it, so it costs as little as it can."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


@lru_cache(maxsize=1024)
def registry_at(host: str) -> tuple[str, str] | None:
    """Account and region of an AWS-shaped registry host, such as `ACCOUNT.dkr.ecr.REGION.amazonaws.com:443`."""
    found = _AWS_HOST.fullmatch(host)
    return (found["account"], found["region"]) if found else None


def public_url(request: Request, place: Place) -> str:
    """How this client reaches us, without a slash at the end."""
    server = request.scope.get("server") or ("localhost", None)
    return _public_url(request.host, tuple(server), request.secure(place.trusted_proxies), place.public_url)


@lru_cache(maxsize=1024)
def _public_url(host: str, server: tuple[str, int | None], secure: bool, configured: str) -> str:
    if configured and registry_at(host) is None:
        return configured
    if not _HOST.fullmatch(host):  # none, or one that could say something else where it is repeated
        name, port = server
        host = f"{name}:{port}" if port else str(name)
    return f"{'https' if secure or configured.startswith('https:') else 'http'}://{host}"


def asked_of(request: Request, place: Place, region: str) -> Asked:
    """The circumstances of this request, for the gate."""
    return Asked(
        now=request.now,
        region=region,
        source_ip=request.source_ip(place.trusted_proxies),
        secure=request.secure(place.trusted_proxies),
        user_agent=request.text(b"user-agent"),
        referer=request.text(b"referer"),
    )


async def respond(
    send: Send,
    status: int,
    body: bytes = b"",
    *,
    content_type: bytes = b"application/json",
    headers: Headers = (),
    reason: str = "",
    head: bool = False,
    close: bool = False,
) -> None:
    """Send a whole answer. `head`: the request was HEAD, so the body's length is told and the body is not sent."""
    fields = list(headers)
    if status not in _BODILESS:
        fields.append((b"content-length", str(len(body)).encode()))
        if body:
            fields.append((b"content-type", content_type))
    if close:
        fields.append((b"connection", b"close"))
    await send(start(status, fields, reason))
    await send({"type": "http.response.body", "body": b"" if head else body, "more_body": False})


def start(status: int, headers: Headers, reason: str = "") -> dict[str, Any]:
    """The message that begins an answer. `reason` is for doors/protocol.py; other servers ignore it."""
    message: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": list(headers)}
    if reason:
        message["reason"] = reason
    return message
