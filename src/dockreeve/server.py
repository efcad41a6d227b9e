"""Puts the parts together: settings to stores, gate and doors, and one ASGI application on one port."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dockreeve.data_folder import CannotServe, claimed, first_start, opened_vault
from dockreeve.doors.api import ApiDoor
from dockreeve.doors.aws import AwsDoor
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import Place, Request, Send, respond
from dockreeve.doors.registry import RegistryDoor
from dockreeve.gate import Gate, Journal
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


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Parts]:
    """Open (on a first start: make) everything in the data folder; close it again. Raise `CannotServe`."""
    data: Path = settings.data
    with claimed(data):
        vault = opened_vault(settings)
        records, blobs = _stores(data, vault)
        try:
            await first_start(settings, records)
            journal = Journal(records, keep=timedelta(hours=settings.decision_hours), most=settings.decision_count)
            gate = Gate(records, vault, journal, log_only=settings.authorization == "log-only")
            place = Place(
                account=settings.account,
                region=settings.region,
                public_url=settings.public_url.rstrip("/"),
                explain=settings.explain,
                profile=settings.profile,
                trusted_proxies=frozenset(filter(None, settings.trusted_proxies.replace(" ", "").split(","))),
            )
            yield Parts(settings, records, blobs, vault, journal, gate, place)
            await journal.flush()
        finally:
            await blobs.close()
            await records.close()


def _stores(data: Path, vault: Vault) -> tuple[SqliteRecords, FileBlobs]:
    try:
        return SqliteRecords.open(data / "records.sqlite", vault, alone=True), FileBlobs(data / "blobs")
    except (OSError, ValueError) as error:  # ValueError: a newer Dockreeve wrote it
        raise CannotServe(f"the data folder can't be used: {error}", "give another --data") from error


class Application:
    """The ASGI application: one door a path, whatever the host."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        calls = Calls(parts.records, parts.blobs, parts.vault, parts.place)
        self._aws = AwsDoor(parts.gate, parts.journal, calls)
        self._registry = RegistryDoor(parts.gate, calls)
        self._api = ApiDoor(parts.gate, parts.journal, calls)

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        await self._door(request)(request, send)

    def _door(self, request: Request) -> Callable[[Request, Send], Awaitable[None]]:
        path = request.raw_path
        if path == b"/":
            return self._aws
        if path.startswith((b"/v2/", b"/layers/")) or path == b"/v2":
            return self._registry
        if path.startswith(b"/api/"):
            return self._api
        if path.startswith(b"/console/"):  # where refusals point, until there is a console
            return self._console
        if found := {b"/healthz": self._alive, b"/readyz": self._ready}.get(path):
            return found
        return self._aws if self._aws.serves(path) else self._nothing

    async def _alive(self, request: Request, send: Send) -> None:
        await respond(send, 200, b"ok\n", content_type=b"text/plain")

    async def _ready(self, request: Request, send: Send) -> None:
        try:
            await self._parts.records.ready()
        except OSError as error:
            _log.error("not ready: %s", error)
            await respond(send, 503, b"the database does not answer\n", content_type=b"text/plain")
            return
        await respond(send, 200, b"ok\n", content_type=b"text/plain")

    async def _console(self, request: Request, send: Send) -> None:
        text = b"This version has no console. To see what a refusal lacked: dockreeve why ID\n"
        await respond(send, 404, text, content_type=b"text/plain", close=True)

    async def _nothing(self, request: Request, send: Send) -> None:
        await respond(
            send, 404, b"Not found. AWS APIs are at /, the registry at /v2/.\n", content_type=b"text/plain", close=True
        )


async def look_after(parts: Parts) -> None:
    """Store what the journal holds and drop what is old, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.journal.run())
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


def url_of(settings: Settings, listening: socket.socket) -> str:
    """Where this socket is reached on this machine."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if settings.tls_cert != Path() else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@asynccontextmanager
async def tended(parts: Parts) -> AsyncIterator[None]:
    """The background work of a server, for as long as the block runs."""
    work = asyncio.create_task(look_after(parts))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
