"""The SQL that runs is the SQL that is said, and a migrated database is a fresh one. (Plans: test_plans.py.)"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from dockreeve.storage import Vault
from dockreeve.storage.head import HEAD
from dockreeve.storage.migrations import migrate
from dockreeve.storage.sqlite import SqliteRecords, sql
from dockreeve.storage.statements.compiled import SQLITE, modules_for


def test_the_generated_text_is_that_of_the_statements() -> None:
    folder = Path(sql.__path__[0])
    written = {path.stem: path.read_text() for path in folder.glob("*.py") if path.stem != "__init__"}
    assert written == modules_for(SQLITE), "run: python -m dockreeve.storage.statements"


def shape(path: Path) -> dict[str, object]:
    """What SQLite says of every table: columns, keys, indexes; in whatever order they were written."""
    described: dict[str, object] = {}
    with sqlite3.connect(path) as raw:
        for name, text in raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
            indexes = raw.execute(f"PRAGMA index_list({name})").fetchall()
            described[name] = (
                raw.execute(f"PRAGMA table_xinfo({name})").fetchall(),
                sorted(row[2:] for row in raw.execute(f"PRAGMA foreign_key_list({name})")),
                sorted(
                    (unique, origin, [row[2] for row in raw.execute(f"PRAGMA index_info({index})")])
                    for _, index, unique, origin, _ in indexes
                ),
                sorted(re.findall(r"\b(?:CHECK|COLLATE|AUTOINCREMENT|STRICT|WITHOUT ROWID)\b", " ".join(text.split()))),
                # with their names: a later migration needs them
                sorted(
                    text.replace('"', "").split()
                    for (text,) in raw.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ?", (name,))
                    if text and not text.startswith("CREATE TABLE")
                ),
            )
    return described


async def test_a_migrated_database_has_the_tables_of_a_fresh_one(tmp_path: Path, vault: Vault) -> None:
    await SqliteRecords.open(tmp_path / "fresh", vault).close()
    raw = sqlite3.connect(tmp_path / "migrated", isolation_level=None)
    migrate(raw)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    raw.close()
    fresh = shape(tmp_path / "fresh")
    assert {"principal", "manifest", "decision"} < set(fresh)
    assert shape(tmp_path / "migrated") == fresh


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path, vault: Vault) -> None:
    await SqliteRecords.open(tmp_path / "records", vault).close()
    with sqlite3.connect(tmp_path / "records") as raw:
        raw.execute("UPDATE alembic_version SET version_num = 'ffff'")
    with pytest.raises(ValueError, match="newer"):
        SqliteRecords.open(tmp_path / "records", vault)
