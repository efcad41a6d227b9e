"""Puts the parts together: settings to stores, gate and doors, and one ASGI application on one port."""

import asyncio
import errno
import fcntl
import json
import logging
import os
import secrets
import socket
import ssl
import string
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dockreeve.doors.api import ApiDoor
from dockreeve.doors.aws import AwsDoor
from dockreeve.doors.http import Place, Request, Send, respond
from dockreeve.doors.registry import RegistryDoor
from dockreeve.gate import Gate, Journal
from dockreeve.services.ecr.uploads import expire_uploads
from dockreeve.settings import Settings, address, is_loopback
from dockreeve.storage import AccessKey, Blobs, QuotaReached, Records, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.vault import BrokenSeal

_log = logging.getLogger("dockreeve")
_SWEEP_SECONDS = 600


class CannotServe(RuntimeError):
    """The server can't start. The text is one line; `hint` says what to do, `conflict` whether another one is there."""

    def __init__(self, message: str, hint: str = "", *, conflict: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.conflict = conflict


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
    with _claimed(data):
        vault = _vault(settings)
        records, blobs = _stores(data, vault)
        try:
            await _first_start(settings, records)
            journal = Journal(records, keep=timedelta(hours=settings.decision_hours), most=settings.decision_count)
            gate = Gate(records, vault, journal, log_only=settings.authorization == "log-only")
            place = Place(
                account=settings.account,
                region=settings.region,
                public_url=settings.public_url.rstrip("/"),
                explain=settings.explain,
                trusted_proxies=frozenset(filter(None, settings.trusted_proxies.replace(" ", "").split(","))),
            )
            yield Parts(settings, records, blobs, vault, journal, gate, place)
            await journal.flush()
        finally:
            await blobs.close()
            await records.close()


def _stores(data: Path, vault: Vault) -> tuple[SqliteRecords, FileBlobs]:
    try:
        return SqliteRecords.open(data / "records.sqlite", vault), FileBlobs(data / "blobs")
    except (OSError, ValueError) as error:  # ValueError: a newer Dockreeve wrote it
        raise CannotServe(f"the data folder can't be used: {error}", "give another --data") from error


class Application:
    """The ASGI application: one door a path, whatever the host."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._aws = AwsDoor(parts.gate, parts.journal, parts.records, parts.blobs, parts.vault, parts.place)
        self._registry = RegistryDoor(parts.gate, parts.records, parts.blobs, parts.vault, parts.place)
        self._api = ApiDoor(parts.gate, parts.journal, parts.records, parts.blobs, parts.vault, parts.place)

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
        return {b"/healthz": self._alive, b"/readyz": self._ready}.get(path, self._nothing)

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


def announce(settings: Settings, listening: socket.socket) -> str:
    """Write `server.json` (how commands on this machine find the server) and return the URL."""
    host, port = listening.getsockname()[:2]
    scheme = "https" if settings.tls_cert != Path() else "http"
    url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
    _write(settings.data / "server.json", json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    return url


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


class _claimed:  # noqa: N801 (reads as a phrase: `with _claimed(data)`)
    """The data folder, ours alone: a second server would not know what the first has promised."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._handle = -1

    def __enter__(self) -> None:
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = os.open(self._data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotServe(
                f"cannot use the data folder {self._data}: {error.strerror}", "give another --data"
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (self._data / "server.json").unlink(missing_ok=True)  # of a server that was killed
        except OSError:
            os.close(self._handle)
            raise CannotServe(
                f"another server is using the data folder {self._data}",
                "stop it, or give another --data",
                conflict=True,
            ) from None

    def __exit__(self, *reason: object) -> None:
        (self._data / "server.json").unlink(missing_ok=True)
        os.close(self._handle)


def _vault(settings: Settings) -> Vault:
    try:
        return (
            Vault(bytes.fromhex(settings.master_key)) if settings.master_key else Vault.at(settings.data / "master-key")
        )
    except (OSError, ValueError) as error:
        raise CannotServe(f"the master key can't be used: {error}") from error


async def _first_start(settings: Settings, records: Records) -> None:
    now = datetime.now(UTC)
    account = settings.account
    await records.identity.ensure_account(account, now)
    given = settings.root_access_key_id
    held = await records.identity.keys(account)
    for one in held:
        try:
            await records.identity.find_key(one.id)
        except BrokenSeal:
            raise CannotServe(
                "the master key is not the one that this data folder was made with",
                "bring back the file `master-key`, or DOCKREEVE_MASTER_KEY",
            ) from None
    if held and not given:
        return
    key_id = given or "AKIA" + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(16))
    secret = settings.root_secret_access_key or secrets.token_urlsafe(30)
    key = AccessKey(id=key_id, account=account, owner=account, secret=secret, created=now)
    known = await records.identity.find_key(key_id)
    if known is not None and known.owner != account:
        raise CannotServe(f"DOCKREEVE_ROOT_ACCESS_KEY_ID names a key of another owner: {key_id}")
    if known is None or known.secret != secret:
        if known is not None:
            await records.identity.remove_key(key_id)
        try:
            await records.identity.add_key(key, limit=2)
        except QuotaReached as full:
            raise CannotServe("the root user has two access keys already", "delete one") from full
    # The file first seen is the one people rely on: keys from the environment are written too, so that
    # `dockreeve env` works the same way.
    _write(
        settings.data / "root-credentials",
        f"[default]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n",
    )


def _write(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    beside.rename(path)
