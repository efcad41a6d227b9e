"""The records in SQLite: reads on the event loop, writes through one thread, every commit durable."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Self

from dockreeve.storage.sqlite.attachments import Attachments
from dockreeve.storage.sqlite.ballast import Ballast
from dockreeve.storage.sqlite.database import (
    Database,
    make_ready,
    open_for_reading,
    open_for_writing,
    open_in_memory,
)
from dockreeve.storage.sqlite.decisions import SqliteDecisions
from dockreeve.storage.sqlite.images import Images
from dockreeve.storage.sqlite.keys import Keys
from dockreeve.storage.sqlite.layers import Layers
from dockreeve.storage.sqlite.logins import Logins
from dockreeve.storage.sqlite.policies import Policies
from dockreeve.storage.sqlite.principals import Principals
from dockreeve.storage.sqlite.profiles import Profiles
from dockreeve.storage.sqlite.remembered import Counting, ReadMemory, Watched
from dockreeve.storage.sqlite.repositories import Repositories
from dockreeve.storage.sqlite.sql import uploads as uploads_sql
from dockreeve.storage.sqlite.uploads import Uploads
from dockreeve.storage.sqlite.writer import InlineWriter, ThreadWriter, Writer
from dockreeve.storage.vault import Vault

BALLAST: Final = 8 * 1024 * 1024  # bytes kept back, so that deletes can be written on a full disk


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteIdentity(Keys, Logins, Principals, Policies, Attachments, Profiles):
    """The port `Identity`."""


class SqliteRegistry(Layers, Images, Repositories, Uploads):
    """The port `Registry`."""


class SqliteRecords:
    """The port `Records` over one SQLite file, or over a private database in memory."""

    def __init__(
        self,
        reads: Database,
        writer: Writer,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        counting: Counting | None,
    ) -> None:
        self._reads = reads
        self._writer = writer
        self.identity = SqliteIdentity(reads, writer, vault)
        self.registry = SqliteRegistry(reads, writer, clock)
        self.decisions = SqliteDecisions(reads, writer)
        self.identity.memory = self.registry.memory = ReadMemory(counting)

    @classmethod
    def open(
        cls,
        path: Path,
        vault: Vault,
        *,
        ballast: int = BALLAST,
        clock: Callable[[], datetime] = _now,
        alone: bool = False,
    ) -> Self:
        """Open the file, made and migrated where needed. Several processes may, unless one says that it is `alone`:
        it then need not ask the file whether another one has changed it. Raise `OSError`, or `ValueError` when a newer
        Dockreeve wrote it. `ballast`: bytes kept back beside it; `clock`: for the links' renewal."""
        kept = Ballast(path.with_name(path.name + ".ballast"), ballast)
        try:
            try:
                raw, reads = _both(path)
            except sqlite3.OperationalError:
                # On a full disk there is no room for the files of the WAL, without which nothing can be read either.
                if not kept.drop():
                    raise
                raw, reads = _both(path)
        except sqlite3.Error as refused:
            raise OSError(f"{path}: {refused}") from refused
        kept.fill()
        if alone:
            with suppress(sqlite3.OperationalError):  # on a full disk; then they run out by themselves
                raw.execute(uploads_sql.RELEASE_ALL)
        writer = ThreadWriter(raw, kept)
        return cls(reads, writer, vault, clock, counting=writer if alone else Watched(reads))

    @classmethod
    def in_memory(cls, vault: Vault, *, clock: Callable[[], datetime] = _now) -> Self:
        """The same rows and rules on one private connection, gone when it is closed."""
        raw = open_in_memory()
        raw.deserialize(_new())
        make_ready(raw, _migrate)
        writer = InlineWriter(raw)
        return cls(Database(raw), writer, vault, clock, counting=writer)

    @property
    def commits(self) -> int:
        return self._writer.commits

    @property
    def queued(self) -> int:
        return self._writer.queued

    async def ready(self) -> None:
        # A write that is one, though it changes nothing: a lock alone is to be had on a full or a read-only disk too.
        try:
            self._reads.one("SELECT version_num FROM alembic_version")
            await self._writer.run(lambda database: database.change("PRAGMA user_version = 0"))
        except sqlite3.Error as refused:
            raise OSError(f"the database doesn't answer: {refused}") from refused

    async def close(self) -> None:
        """Finish what was accepted, then let go of every file and connection."""
        await self.registry.settle()
        await self._writer.close()
        self._reads.raw.close()


def _both(path: Path) -> tuple[sqlite3.Connection, Database]:
    """The connection to write and the one to read."""
    raw = open_for_writing(path)
    try:
        make_ready(raw, _migrate)
        return raw, open_for_reading(path)
    except BaseException:
        raw.close()
        raise


@cache
def _new() -> bytes:
    """A database with all tables and no rows: a fifth of the time it takes to make them."""
    with closing(open_in_memory()) as raw:
        make_ready(raw, _migrate)
        return raw.serialize()


def _migrate(raw: sqlite3.Connection) -> None:
    from dockreeve.storage.migrations import migrate  # noqa: PLC0415 - costs half a second, and is rarely needed

    migrate(raw)
