"""Puts the parts together: settings to stores, gate and doors, and one ASGI application on one port."""

import asyncio
import errno
import logging
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from dockreeve.data_folder import CannotServe, claimed, first_start, opened_vault
from dockreeve.doors import access, toolbox
from dockreeve.doors.api import ApiDoor, openapi
from dockreeve.doors.api.endpoint import Behind
from dockreeve.doors.aws import AwsDoor
from dockreeve.doors.calls import Calls
from dockreeve.doors.console import ConsoleDoor
from dockreeve.doors.http import CURRENT, Place, Request, Send, respond
from dockreeve.doors.limits import TRAFFIC
from dockreeve.doors.meter import ConnectionCounts, Counted, Meter, outcome
from dockreeve.doors.metrics import MetricsDoor, Sources, read_token
from dockreeve.doors.probes import Probes
from dockreeve.doors.registry import RegistryDoor
from dockreeve.doors.shared_codes import SharedCodes
from dockreeve.doors.siblings import Posts, Siblings
from dockreeve.doors.sign_in import PATHS, SignInDoor
from dockreeve.doors.tracing import Tracing, tracing
from dockreeve.gate import Gate, Journal, SharedJournal
from dockreeve.services.console_codes import ConsoleCodes
from dockreeve.services.ecr.uploads import expire_uploads
from dockreeve.settings import Settings, address, is_loopback
from dockreeve.storage import Blobs, Records, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.sqlite import SqliteRecords

_log = logging.getLogger("dockreeve")
_SWEEP_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Parts:
    """A server that is ready for requests."""

    settings: Settings
    records: Records
    blobs: Blobs
    vault: Vault
    journal: Journal
    gate: Gate
    place: Place
    siblings: Siblings | None = None  # where several workers serve


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Parts]:
    """Open (on a first start: make) everything in the data folder; close it again. Raise `CannotServe`."""
    with claimed(settings.data):
        vault = opened_vault(settings)
        async with _stores(settings.data, vault, alone=True) as (records, blobs):
            await first_start(settings, records)
            async with _parts(settings, records, blobs, vault) as parts:
                yield parts


async def made_ready(settings: Settings) -> None:
    """What is to be done in a claimed data folder before several workers open it. Raise `CannotServe`."""
    async with _stores(settings.data, opened_vault(settings), alone=True) as (records, _):
        await first_start(settings, records)


def posts_of(settings: Settings) -> Posts:
    """Where the workers will ask each other. Raise `CannotServe`."""
    try:
        return Posts.made(settings.data / "workers", settings.workers)
    except OSError as error:
        raise CannotServe(f"the workers can't have sockets in {settings.data}: {error}", "say --workers 1") from error


@asynccontextmanager
async def joined(settings: Settings, posts: Posts, number: int) -> AsyncIterator[Parts]:
    """The parts of one worker among several, in a folder that was claimed and made ready. Raise `CannotServe`."""
    vault, siblings = opened_vault(settings), Siblings(posts, number)
    async with (
        _stores(settings.data, vault, alone=False) as (records, blobs),
        _parts(settings, records, blobs, vault, siblings) as parts,
    ):
        yield parts


@asynccontextmanager
async def _stores(data: Path, vault: Vault, *, alone: bool) -> AsyncIterator[tuple[Records, Blobs]]:
    try:
        records, blobs = SqliteRecords.open(data / "records.sqlite", vault, alone=alone), FileBlobs(data / "blobs")
    except (OSError, ValueError) as error:  # ValueError: a newer Dockreeve wrote it
        raise CannotServe(f"the data folder can't be used: {error}", "give another --data") from error
    try:
        yield records, blobs
    finally:
        await blobs.close()
        await records.close()


@asynccontextmanager
async def _parts(
    settings: Settings, records: Records, blobs: Blobs, vault: Vault, siblings: Siblings | None = None
) -> AsyncIterator[Parts]:
    keep, most = timedelta(hours=settings.decision_hours), settings.decision_count
    if siblings is None:
        journal = Journal(records, keep=keep, most=most)
    else:
        journal = SharedJournal(records, siblings, keep=keep, most=most)
    gate = Gate(records, vault, journal, log_only=settings.authorization == "log-only")
    place = Place(
        account=settings.account,
        region=settings.region,
        public_url=settings.public_url.rstrip("/"),
        explain=settings.explain,
        profile=settings.profile,
        friendly=settings.friendly_refusals,
        trusted_proxies=frozenset(filter(None, settings.trusted_proxies.replace(" ", "").split(","))),
    )
    yield Parts(settings, records, blobs, vault, journal, gate, place, siblings)
    try:
        await journal.flush()
    except OSError as error:  # a full disk is no reason not to end well
        _log.error("the last decisions can't be stored: %s", error)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the application knows of the process around it."""

    connections: ConnectionCounts = field(default_factory=ConnectionCounts)  # the protocol module's
    stopping: Callable[[], bool] = lambda: False  # whether the server was told to stop
    tended: Callable[[], bool] = lambda: True  # whether the background work still runs
    tracing: Tracing | None = None


class Application:
    """The ASGI application: one door a path, whatever the host. It counts, logs and traces what they do."""

    def __init__(self, parts: Parts, around: Surroundings | None = None) -> None:
        around = around or Surroundings()
        self._place = parts.place
        self._meter = Meter()
        self._tracing = around.tracing
        self._access_log = parts.settings.access_log
        if self._access_log:
            access.start_access_log()
        calls = Calls(parts.records, parts.blobs, parts.vault, parts.place)
        self._aws = AwsDoor(parts.gate, parts.journal, calls)
        self._registry = RegistryDoor(parts.gate, calls)
        siblings = parts.siblings
        codes = ConsoleCodes() if siblings is None else SharedCodes(siblings)
        self._api = ApiDoor(parts.gate, Behind(parts.journal, codes), calls)
        self._toolbox = toolbox.ToolboxDoor(parts.gate, parts.journal, calls)
        sign_in = SignInDoor(parts.gate, codes, calls, siblings)
        self._open: dict[bytes, Callable[[Request, Send], Awaitable[None]]] = {
            b"/api/openapi.json": openapi.serve,
            **{path.encode(): sign_in for path in PATHS},
        }
        self._console = ConsoleDoor(parts.place)
        probes = Probes(parts.records, parts.blobs, parts.journal, stopping=around.stopping, tended=around.tended)
        metrics = MetricsDoor(
            Sources(self._meter, around.connections, parts.journal, parts.records, parts.blobs),
            probes,
            readers=parts.settings.metrics,
            token_file=parts.settings.metrics_token_file,
            siblings=siblings,
        )
        self._plain: dict[bytes, tuple[str, Callable[[Request, Send], Awaitable[None]]]] = {
            b"/healthz": ("health", probes.alive),
            b"/readyz": ("health", probes.ready),
            b"/metrics": ("metrics", metrics),
        }

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        traffic = scope.get(TRAFFIC)
        if traffic is None:  # another server than ours
            traffic = Counted(receive, send)
            receive, send = traffic.receive, traffic.send
        request = Request(scope, receive)
        name, door = self._door(request.raw_path)
        CURRENT.set(request)  # a request is a task of its own, so nobody has to take it back
        span = self._tracing.begin(request, self._place) if self._tracing else None
        failed = False
        began = perf_counter()
        self._meter.begin(name, traffic)
        try:
            await door(request, send)
        except Exception:
            failed = True
            raise
        finally:
            seconds = perf_counter() - began
            ended = outcome(request.effect, traffic, failed=failed)
            self._meter.end(traffic, ended, seconds)
            if self._access_log:
                access.note(request, self._place, name, traffic, ended, seconds)
            if self._tracing and span is not None:
                self._tracing.end(span, request, name, traffic, ended)

    def _door(self, path: bytes) -> tuple[str, Callable[[Request, Send], Awaitable[None]]]:
        """The door for a path, and the name it is counted under (`DOORS` in meter.py)."""
        if path.startswith((b"/v2/", b"/layers/")) or path == b"/v2":
            return "registry", self._registry
        if path.startswith(b"/api/"):
            return "api", self._open.get(path, self._api)
        if path.startswith(b"/console/") or path == b"/console":
            return "console", self._console
        if path.startswith(toolbox.PREFIX):
            return "aws", self._toolbox
        if self._aws.serves(path):
            return "aws", self._aws
        return self._plain.get(path, ("none", self._nothing))

    async def _nothing(self, request: Request, send: Send) -> None:
        await respond(
            send, 404, b"Not found. AWS APIs are at /, the registry at /v2/.\n", content_type=b"text/plain", close=True
        )


async def look_after(parts: Parts) -> None:
    """Store what the journal holds and drop what is old, until cancelled. Of several workers the first one drops."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.journal.run())
        if parts.siblings is None or parts.siblings.number == 0:
            tasks.create_task(_sweep(parts))


async def _sweep(parts: Parts) -> None:
    while True:
        now = datetime.now(UTC)
        try:
            dropped = await expire_uploads(
                parts.records, parts.blobs, now, idle=timedelta(hours=parts.settings.upload_idle_hours)
            )
            forgotten = await parts.journal.forget(now)
            if dropped or forgotten:
                _log.info("dropped %d idle uploads and %d old decisions", dropped, forgotten)
        except OSError as error:
            _log.error("the sweep failed and will be tried again: %s", error)
        await asyncio.sleep(_SWEEP_SECONDS)


def listener(settings: Settings) -> socket.socket:
    """The bound socket of `listen`. Raise `CannotServe` when it is taken, would let secrets travel in the clear, or its
    certificate can't be used."""
    host, port = address(settings.listen)
    secure = settings.tls_cert != Path()
    if not (is_loopback(host) or secure or settings.insecure_listen):
        raise CannotServe(
            f"{settings.listen} is not a loopback address, and without TLS passwords would travel in the clear",
            "give --tls-cert and --tls-key, or say --insecure-listen",
        )
    if secure:
        _check_certificate(settings)
    if settings.metrics == "token":
        _check_token(settings.metrics_token_file)
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        raise CannotServe(
            f"cannot listen on {settings.listen}: {error.strerror or error}",
            "give another --listen",
            conflict=error.errno == errno.EADDRINUSE,
        ) from error


def _check_certificate(settings: Settings) -> None:
    try:
        # Without a password: whoever could type one isn't there when the server starts again.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except OSError as error:
        raise CannotServe(
            f"the certificate or its key can't be used: {error.strerror or error}", "check --tls-cert and --tls-key"
        ) from error


def _check_token(file: Path) -> None:
    try:
        read_token(file)
    except (OSError, ValueError) as error:
        raise CannotServe(f"the token of /metrics can't be used: {error}", "check --metrics-token-file") from error


def url_of(settings: Settings, listening: socket.socket) -> str:
    """Where this socket is reached on this machine."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if settings.tls_cert != Path() else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@asynccontextmanager
async def tended(parts: Parts) -> AsyncIterator[Callable[[], bool]]:
    """The background work of a server, for as long as the block runs; what it gives says whether it still goes on."""
    work = asyncio.create_task(look_after(parts))
    work.add_done_callback(_told_when_broken)
    try:
        yield lambda: not work.done()
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError, Exception):  # what broke it was logged when it did
            await work


def _told_when_broken(work: asyncio.Task[None]) -> None:
    if not work.cancelled() and (error := work.exception()) is not None:
        _log.critical("the background work ended; /healthz says so until a restart", exc_info=error)


@asynccontextmanager
async def traced() -> AsyncIterator[Tracing | None]:
    """Traces as OTEL_* asks for them; at the end, those that wait are sent."""
    traces = tracing(os.environ)
    try:
        yield traces
    finally:
        if traces is not None:
            await asyncio.to_thread(traces.close)
