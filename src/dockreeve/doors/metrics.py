"""/metrics: the table of everything that is counted, and who may read it."""

import hmac
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dockreeve import __version__
from dockreeve.doors.exposition import CONTENT_TYPE, Family, Sample, rendered
from dockreeve.doors.http import Request, Send, respond
from dockreeve.doors.logs import Lines
from dockreeve.doors.meter import DOORS, ConnectionCounts, Meter
from dockreeve.doors.probes import Checks, Probes
from dockreeve.doors.process import Process, read_process
from dockreeve.doors.siblings import Siblings
from dockreeve.gate import Journal
from dockreeve.policy import Verdict
from dockreeve.storage import Blobs, Records

SHORTEST_TOKEN: Final = 16  # characters
_LONGEST_TOKEN = 4096  # bytes of its file that are read
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")
# How the figures of several workers become one, where they don't add up.
_OVER_WORKERS: Final[Mapping[str, Callable[[Iterable[float]], float]]] = {
    "dockreeve_check": min,
    "dockreeve_build_info": max,
    "dockreeve_journal_behind_seconds": max,
    "process_start_time_seconds": min,
}
_EFFECTS = {Verdict.EXPLICIT_DENY: "explicit_deny", Verdict.IMPLICIT_DENY: "implicit_deny"}


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts that count."""

    meter: Meter
    connections: ConnectionCounts
    journal: Journal
    records: Records
    blobs: Blobs


@dataclass(frozen=True, slots=True)
class Moment:
    """What is looked up once for a page."""

    of: Sources
    checks: Checks
    process: Process


Reading = Callable[[Moment], Iterable[Sample]]


def _one(read: Callable[[Moment], float]) -> Reading:
    return lambda now: (Sample(read(now)),)


def _by(read: Callable[[Moment], Mapping[str, float]]) -> Reading:
    return lambda now: (Sample(value, (label,)) for label, value in sorted(read(now).items()))


def _requests(now: Moment) -> Iterator[Sample]:
    for door in DOORS:
        for outcome, count in now.of.meter.ended[door].outcomes.items():
            yield Sample(count, (door, outcome))


def _durations(now: Moment) -> Iterator[Sample]:
    for door in DOORS:
        count = 0
        for bound, count in now.of.meter.cumulated(door):
            yield Sample(count, (door,), "_bucket", bound)
        yield Sample(now.of.meter.ended[door].seconds, (door,), "_sum")
        yield Sample(count, (door,), "_count")


def _decisions(now: Moment) -> dict[str, float]:
    found: dict[str, float] = {"allow": now.of.journal.allowances, **dict.fromkeys(_EFFECTS.values(), 0)}
    for (_, verdict), count in now.of.journal.denials.items():
        found[_EFFECTS[verdict]] += count
    return found


def _denials(now: Moment) -> dict[str, float]:
    found: dict[str, float] = {}
    for (action, _), count in now.of.journal.denials.items():
        found[action] = found.get(action, 0) + count
    return found


def _build(now: Moment) -> Iterable[Sample]:
    return (Sample(1, (__version__, platform.python_version())),)


FAMILIES: Final[tuple[tuple[Family, Reading], ...]] = (
    (
        Family("dockreeve_requests_total", "counter", "Requests that ended, by how they ended", ("door", "outcome")),
        _requests,
    ),
    (
        Family(
            "dockreeve_request_duration_seconds",
            "histogram",
            "From the request's head to the end of its answer",
            ("door",),
        ),
        _durations,
    ),
    (
        Family("dockreeve_requests_in_flight", "gauge", "Requests that are being answered", ("door",)),
        _by(lambda now: now.of.meter.in_flight()),
    ),
    (
        Family("dockreeve_request_body_bytes_total", "counter", "Bytes of requests' bodies that came in", ("door",)),
        _by(lambda now: now.of.meter.received()),
    ),
    (
        Family(
            "dockreeve_response_body_bytes_total",
            "counter",
            "Bytes of answers' bodies that went out, those of transfers that broke off included",
            ("door",),
        ),
        _by(lambda now: now.of.meter.sent()),
    ),
    (
        Family("dockreeve_decisions_total", "counter", "Decisions of the policies", ("effect",)),
        _by(_decisions),
    ),
    (
        Family(
            "dockreeve_denials_total",
            "counter",
            "Decisions that were a no, by IAM action; with log-only, those that would have been",
            ("action",),
        ),
        _by(_denials),
    ),
    (
        Family("dockreeve_uploads_in_flight", "gauge", "Layers that take in bytes at this moment"),
        _one(lambda now: now.of.blobs.writing),
    ),
    (Family("dockreeve_connections_open", "gauge", "Connections"), _one(lambda now: now.of.connections.open)),
    (
        Family("dockreeve_connections_total", "counter", "Connections that were taken, refused ones included"),
        _one(lambda now: now.of.connections.made),
    ),
    (
        Family(
            "dockreeve_limit_refusals_total",
            "counter",
            "Connections and requests that ended at a limit, before a door saw them or while an answer went out",
            ("limit",),
        ),
        _by(lambda now: now.of.connections.refused),
    ),
    (
        Family("dockreeve_journal_waiting", "gauge", "Refusals that wait to be stored"),
        _one(lambda now: now.of.journal.backlog),
    ),
    (
        Family("dockreeve_journal_behind_seconds", "gauge", "For how long the oldest of them has waited"),
        _one(lambda now: now.of.journal.behind(datetime.now(UTC))),
    ),
    (
        Family("dockreeve_journal_dropped_total", "counter", "Refusals that could not be stored"),
        _one(lambda now: now.of.journal.dropped),
    ),
    (
        Family("dockreeve_store_queue", "gauge", "Writes that wait for the database"),
        _one(lambda now: now.of.records.queued),
    ),
    (
        Family("dockreeve_store_commits_total", "counter", "Groups of writes that the database made durable"),
        _one(lambda now: now.of.records.commits),
    ),
    (
        Family("dockreeve_check", "gauge", "1 where a check of /readyz is good, else 0", ("check",)),
        _by(lambda now: {name: int(said == "ok") for name, said in now.checks.items()}),
    ),
    (
        Family("dockreeve_log_lines_dropped_total", "counter", "Lines of the log that nobody took in time"),
        _one(lambda now: Lines.dropped),
    ),
    (Family("dockreeve_build_info", "gauge", "1; the labels say what runs", ("version", "python")), _build),
    (
        Family("process_cpu_seconds_total", "counter", "Processor time, user and system"),
        _one(lambda now: now.process.cpu_seconds),
    ),
    (Family("process_resident_memory_bytes", "gauge", "Memory"), _one(lambda now: now.process.resident_bytes)),
    (Family("process_virtual_memory_bytes", "gauge", "Address space"), _one(lambda now: now.process.virtual_bytes)),
    (Family("process_open_fds", "gauge", "Open file descriptors"), _one(lambda now: now.process.open_files)),
    (Family("process_max_fds", "gauge", "How many there may be"), _one(lambda now: now.process.most_files)),
    (
        Family("process_start_time_seconds", "gauge", "When the process began, since the epoch"),
        _one(lambda now: now.process.started),
    ),
)


class MetricsDoor:
    """Answers /metrics to whoever the setting `metrics` says."""

    def __init__(
        self,
        sources: Sources,
        probes: Probes,
        *,
        readers: str,
        token_file: Path,
        siblings: Siblings | None = None,
    ) -> None:
        """`readers`: local, token (then its file), open or off. With `siblings` the page is that of all workers."""
        self._siblings = siblings
        if siblings is not None:
            siblings.answer("samples", self._samples)
        self._sources = sources
        self._probes = probes
        self._readers = readers
        self._token_file = token_file

    async def __call__(self, request: Request, send: Send) -> None:
        """The page, or a refusal that says which setting is in the way."""
        head = request.method == "HEAD"
        if self._readers == "off":
            await respond(send, 404, b"Metrics are off (--metrics).\n", content_type=b"text/plain", head=head)
        elif request.method not in ("GET", "HEAD"):
            await respond(send, 405, headers=[(b"allow", b"GET, HEAD")], close=request.has_body)
        elif self._readers == "token" and not self._has_token(request):
            challenge = [(b"www-authenticate", b'Bearer realm="metrics"')]
            await respond(
                send, 401, b"A bearer token is needed.\n", content_type=b"text/plain", headers=challenge, head=head
            )
        elif self._readers == "local" and not is_local(request):
            text = b"Metrics are for this machine only (--metrics).\n"
            await respond(send, 403, text, content_type=b"text/plain", head=head)
        else:
            found = await self._found()
            if found is None:  # a counter that goes down for a while would look like a restart, and count twice
                text = b"A worker gives no answer; try again.\n"
                await respond(send, 503, text, content_type=b"text/plain", head=head)
            else:
                await respond(send, 200, rendered(found), content_type=CONTENT_TYPE, head=head)

    async def _found(self) -> Iterable[tuple[Family, Iterable[Sample]]] | None:
        """What the page shows; None when a worker's part is missing."""
        if self._siblings is None:
            now = await self._moment()
            return ((family, read(now)) for family, read in FAMILIES)
        answers = [said for said in await self._siblings.ask_all("samples", own=True) if said is not None]
        return _added_up(answers) if len(answers) == self._siblings.count else None

    async def _moment(self) -> Moment:
        return Moment(self._sources, await self._probes.checks(), read_process())

    async def _samples(self, about: None) -> Sequence[Any]:
        """This worker's samples, a line for each family in the order of `FAMILIES`."""
        now = await self._moment()
        return [list(read(now)) for _, read in FAMILIES]

    def _has_token(self, request: Request) -> bool:
        scheme, _, given = request.text(b"authorization").partition(" ")
        if scheme.lower() != "bearer":
            return False
        try:
            wanted = read_token(self._token_file)  # anew each time: it may be changed while the server runs
        except (OSError, ValueError):
            return False
        return hmac.compare_digest(given.strip().encode(), wanted)


def _added_up(answers: Sequence[Sequence[Any]]) -> Iterator[tuple[Family, Iterable[Sample]]]:
    for (family, _), *parts in zip(FAMILIES, *answers, strict=True):
        values: dict[tuple[tuple[str, ...], str, str], list[float]] = {}
        for value, labels, suffix, bound in (sample for part in parts for sample in part):
            values.setdefault((tuple(labels), suffix, bound), []).append(value)
        together = _OVER_WORKERS.get(family.name, sum)
        yield family, [Sample(together(each), *key) for key, each in values.items()]


def read_token(file: Path) -> bytes:
    """The bearer token in a file. Raise `OSError`, or `ValueError` when it is too short to be a secret."""
    with file.open("rb") as opened:
        token = opened.read(_LONGEST_TOKEN).strip()
    if len(token) < SHORTEST_TOKEN:
        raise ValueError(f"{file} holds fewer than {SHORTEST_TOKEN} characters")
    return token


def is_local(request: Request) -> bool:
    """Whether this was asked on this machine, by the server's loopback address, and not through a proxy.

    A proxy beside the server connects from loopback too. It is known by what it forwards, or by the public name in
    Host; so is a page in a browser here that had its name resolve to loopback.
    """
    client = request.scope.get("client")
    peer = str(client[0]) if client else ""
    host = request.host
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    near = peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1") and name in _LOCAL_HOSTS
    return near and not any(request.header(header) for header in _FORWARDED)
