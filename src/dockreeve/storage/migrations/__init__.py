"""Bring the tables of an older Dockreeve up to date. Imported only when a database isn't at `head.HEAD`."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool


def migrate(raw: sqlite3.Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` on this connection, whole or not at all.

    The caller has begun a transaction; it is committed here. Raise `ValueError` for a database that a newer Dockreeve
    wrote. Foreign keys must be off on the connection: SQLite changes a table by copying it.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    _require_known(config, raw)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _require_known(config: Config, raw: sqlite3.Connection) -> None:
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall():
        return
    for (found,) in raw.execute("SELECT version_num FROM alembic_version").fetchall():
        try:
            ScriptDirectory.from_config(config).get_revision(found)
        except CommandError as unknown:
            raise ValueError(f"the database is of a newer Dockreeve (schema {found}): use that version") from unknown
