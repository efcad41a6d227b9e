"""What the server counts of its requests: plain numbers, added up where things happen, read when somebody asks."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, Final, Protocol

# INVARIANT: what labels a number is one of a few words of ours, never a name or anything else that a client sent.
DOORS: Final = ("api", "aws", "console", "health", "metrics", "none", "registry")
OUTCOMES: Final = ("ok", "denied", "unauthenticated", "client_error", "server_error", "aborted")
LIMITS: Final = ("connections", "head_size", "head_time", "malformed", "stalled_download")
BOUNDS: Final = (
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
    60.0,
    600.0,
)  # seconds

_BY_EFFECT = {"deny": "denied", "unproven": "unauthenticated"}
_UNAUTHORIZED, _CLIENT, _SERVER = 401, 400, 500


class Traffic(Protocol):
    """What went over the wire of one request so far. An `Exchange` is one; for other servers, `Counted`."""

    status: int  # of the answer, 0 before it began

    @property
    def received(self) -> int:
        """Bytes of the request's body, without chunk framing."""

    @property
    def sent(self) -> int:
        """Bytes of the answer's body that were handed to the kernel."""

    @property
    def whole(self) -> bool:
        """Whether the answer went out to its end."""


class Counted:
    """The traffic of a request on a server that doesn't count: between it and the application."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive, self._send = receive, send
        self.status = self.received = self.sent = 0
        self.whole = False

    async def receive(self) -> Any:
        """ASGI `receive`."""
        message = await self._receive()
        self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Any) -> None:
        """ASGI `send`."""
        await self._send(message)
        self.status = message.get("status", self.status)
        self.sent += len(message.get("body", b""))
        self.whole = message["type"] == "http.response.body" and not message.get("more_body", False)


class ConnectionCounts:
    """Connections, and what was refused before any door saw it."""

    def __init__(self) -> None:
        self.open = 0
        self.made = 0
        self.refused = dict.fromkeys(LIMITS, 0)


class DoorCounts:
    """The requests of one door that ended."""

    __slots__ = ("buckets", "outcomes", "received", "seconds", "sent")

    def __init__(self) -> None:
        self.outcomes = dict.fromkeys(OUTCOMES, 0)
        self.buckets = [0] * (len(BOUNDS) + 1)  # the last one: longer than every bound
        self.seconds = 0.0
        self.received = self.sent = 0


class Meter:
    """Counts requests by door. Those under way count with what they moved so far, so a long pull shows as it goes."""

    def __init__(self) -> None:
        self.ended = {door: DoorCounts() for door in DOORS}
        self._under_way: dict[Traffic, str] = {}

    def begin(self, door: str, traffic: Traffic) -> None:
        """A request has come to a door."""
        self._under_way[traffic] = door

    def end(self, traffic: Traffic, outcome: str, seconds: float) -> None:
        """It is over."""
        counts = self.ended[self._under_way.pop(traffic)]
        counts.outcomes[outcome] += 1
        counts.buckets[bisect_left(BOUNDS, seconds)] += 1
        counts.seconds += seconds
        counts.received += traffic.received
        counts.sent += traffic.sent

    def in_flight(self) -> dict[str, int]:
        """Requests under way, by door."""
        found = dict.fromkeys(DOORS, 0)
        for door in self._under_way.values():
            found[door] += 1
        return found

    def received(self) -> dict[str, int]:
        """Bytes of requests' bodies, by door."""
        found = {door: counts.received for door, counts in self.ended.items()}
        for traffic, door in self._under_way.items():
            found[door] += traffic.received
        return found

    def sent(self) -> dict[str, int]:
        """Bytes of answers' bodies, by door."""
        found = {door: counts.sent for door, counts in self.ended.items()}
        for traffic, door in self._under_way.items():
            found[door] += traffic.sent
        return found

    def cumulated(self, door: str) -> Iterator[tuple[str, int]]:
        """The buckets as Prometheus wants them: how many requests took at most so many seconds, up to +Inf."""
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.ended[door].buckets, strict=True):
            total += count
            yield bound, total


def outcome(effect: str, traffic: Traffic, *, failed: bool = False) -> str:
    """One of `OUTCOMES`. `effect`: what the gate said, as in `Request`; `failed`: an error escaped the door."""
    if failed:
        return "server_error"
    if not traffic.whole:
        return "aborted"
    status = traffic.status
    if status < _CLIENT:
        return "ok"
    if said := _BY_EFFECT.get(effect):
        return said
    if status == _UNAUTHORIZED:
        return "unauthenticated"
    return "client_error" if status < _SERVER else "server_error"
