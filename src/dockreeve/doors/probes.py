"""/healthz and /readyz: does this process live, and may clients be sent to it? Open to all, so they tell no details."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from dockreeve.doors.http import Request, Send, respond
from dockreeve.gate import Journal
from dockreeve.storage import Blobs, NoRoom, Records

_log = logging.getLogger("dockreeve.ready")

CHECKS: Final = ("stopping", "database", "layers", "free_space", "journal")
_OK: Final = "ok"
_SLOW: Final = "no answer"
_FRESH: Final = 1.0  # seconds for which an answer of the stores is given again, however many ask
_PATIENCE: Final = 2.0  # seconds a store has to answer
_BEHIND: Final = 30.0  # seconds that a refusal may wait to be stored

Checks = dict[str, str]  # by name: ok, or what is wrong


class Probes:
    """Looks at the parts, at most once a second, one look at a time: a storm of probes costs what one costs."""

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        journal: Journal,
        *,
        stopping: Callable[[], bool],
        tended: Callable[[], bool],
    ) -> None:
        """`stopping`: whether the server was told to end; `tended`: whether its background work still runs."""
        self._journal = journal
        self._stopping = stopping
        self._tended = tended
        self._database = _Look("database", records.ready)
        self._layers = _Look("layers", blobs.ready)

    async def alive(self, request: Request, send: Send) -> None:
        """What only a restart would mend."""
        checks = {"loop": _OK, "background_work": _OK if self._tended() else "ended"}
        await _answer(send, request, checks, "alive")

    async def ready(self, request: Request, send: Send) -> None:
        """Whether requests would be served well."""
        await _answer(send, request, await self.checks(), "ready")

    async def checks(self) -> Checks:
        """Every one of `CHECKS`."""
        found = dict.fromkeys(CHECKS, _OK)
        if self._stopping():
            found["stopping"] = "the server was told to stop"
        if self._journal.behind(datetime.now(UTC)) > _BEHIND:
            found["journal"] = "refusals wait to be stored"
        database, layers = await asyncio.gather(self._database.result(), self._layers.result())
        found["database"] = database
        # One look at the layers' store tells two things: a full disk is mended otherwise than a read-only one.
        found["free_space" if layers == _NO_ROOM else "layers"] = layers
        if database == _NO_ROOM:
            found["free_space"] = database
        return found


_NO_ROOM: Final = "too little is free for new layers"


class _Look:
    """The last answer of one store. While it owes one, nobody asks it again."""

    def __init__(self, name: str, ask: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._ask = ask
        self._asking: asyncio.Task[str] | None = None
        self._said = _OK
        self._until = 0.0  # on the monotonic clock

    async def result(self) -> str:
        asking = self._asking
        if asking is None:
            if time.monotonic() < self._until:
                return self._said
            asking = self._asking = asyncio.create_task(self._asked())
        done, _ = await asyncio.wait({asking}, timeout=_PATIENCE)
        return self._note(asking.result() if done else _SLOW)

    async def _asked(self) -> str:
        try:
            await self._ask()
        except NoRoom as full:
            _log.debug("%s: %s", self._name, full)
            return _NO_ROOM
        except Exception as error:
            _log.debug("%s: %s", self._name, error)
            return "can't be read and written"
        finally:
            self._until, self._asking = time.monotonic() + _FRESH, None
        return _OK

    def _note(self, said: str) -> str:
        if said != self._said:  # told once, not with every probe
            _log.log(logging.INFO if said == _OK else logging.ERROR, "the check `%s` says: %s", self._name, said)
        self._said = said
        return said


async def _answer(send: Send, request: Request, checks: Checks, good: str) -> None:
    fine = all(said == _OK for said in checks.values())
    body = json.dumps({"status": good if fine else f"not {good}", "checks": checks}).encode() + b"\n"
    await respond(
        send, 200 if fine else 503, body, headers=[(b"cache-control", b"no-store")], head=request.method == "HEAD"
    )
