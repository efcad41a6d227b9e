"""One SQLite connection: how it is opened, made ready, and asked."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dockreeve.storage.faults import NoRoom
from dockreeve.storage.folders import make_folder, sync_folder
from dockreeve.storage.head import HEAD
from dockreeve.storage.sqlite.sql.tables import CREATE

Row = tuple[Any, ...]

WAIT: Final = 10_000  # milliseconds to wait for another process's write
_READ_WAIT: Final = 1_000  # a reader waits only while another process recovers the file; the event loop waits with it
_CACHE: Final = 8 * 1024  # KiB of pages each connection keeps
_MAPPED: Final = 256 * 1024 * 1024  # bytes of the file read through the page cache without a copy
_WAL_KEPT: Final = 64 * 1024 * 1024  # bytes the log may keep on disk after a checkpoint
_STATEMENTS: Final = 512  # prepared statements kept: more than there are

# as Alembic makes it
_VERSION_TABLE: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
# What the file or the machine does to us, not what we did wrong; extended codes have these in their lowest byte.
_FROM_OUTSIDE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})


def translated(error: Exception) -> Exception:
    """The fault that the port promises for this error of the driver; others stay as they are."""
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    if code is None:
        return error
    if code in _FULL:
        return NoRoom(errno.ENOSPC, "the disk that holds the database is full")
    if code & 0xFF in _FROM_OUTSIDE:
        return OSError(errno.EIO, f"the database can't be written: {error}")
    return error


class Database:
    """Statements by text, values by name. Not shared between threads at one time."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def all(self, sql: str, **values: object) -> list[Row]:
        """Every row. Always read to the end: a half-read statement would hold its snapshot, and the log with it."""
        return self.raw.execute(sql, values).fetchall()

    def one(self, sql: str, **values: object) -> Row | None:
        """The first row."""
        rows = self.raw.execute(sql, values).fetchall()
        return rows[0] if rows else None

    def value(self, sql: str, **values: object) -> Any:
        """The first row's first column; None when there is no row."""
        rows = self.raw.execute(sql, values).fetchall()
        return rows[0][0] if rows else None

    def change(self, sql: str, **values: object) -> int:
        """The number of rows that were written."""
        return self.raw.execute(sql, values).rowcount

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads see one moment. Never await inside."""
        self.raw.execute("BEGIN")
        try:
            yield
        finally:
            self.raw.execute("COMMIT")


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The connection that commits are durable on; the file and its folder are made, readable by their owner only."""
    if not path.exists():
        make_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        sync_folder(path.parent)
    raw = _connect(path)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT}")
    return raw


def open_for_reading(path: Path) -> Database:
    """A connection that can't write, for the event loop."""
    raw = _connect(path)
    raw.execute(f"PRAGMA busy_timeout = {_READ_WAIT}")
    raw.execute("PRAGMA query_only = 1")
    return Database(raw)


def open_in_memory() -> sqlite3.Connection:
    """A private database that is gone with its connection."""
    return _connect(Path(":memory:"))


def make_ready(raw: sqlite3.Connection, migrate: Callable[[sqlite3.Connection], None]) -> None:
    """Bring the tables to `HEAD`: all of them into an empty database, by `migrate` in one that has older ones."""
    if _version(raw) != HEAD:
        raw.execute("BEGIN IMMEDIATE")  # another process may be just doing this
        try:
            found = _version(raw)
            if found is None:
                _create(raw)
            elif found != HEAD:
                migrate(raw)
            if raw.in_transaction:
                raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise
    raw.execute("PRAGMA foreign_keys = 1")


def _connect(path: Path) -> sqlite3.Connection:
    # isolation_level None: the driver opens no transactions of its own
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS)
    raw.execute(f"PRAGMA busy_timeout = {WAIT}")
    raw.execute(f"PRAGMA cache_size = -{_CACHE}")
    raw.execute(f"PRAGMA mmap_size = {_MAPPED}")
    raw.execute("PRAGMA trusted_schema = 0")
    return raw


def _version(raw: sqlite3.Connection) -> str | None:
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
        return None
    rows = raw.execute("SELECT version_num FROM alembic_version").fetchall()
    return str(rows[0][0]) if rows else None


def _create(raw: sqlite3.Connection) -> None:
    for statement in CREATE:
        raw.execute(statement)
    raw.execute(_VERSION_TABLE)
    raw.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (HEAD,))
