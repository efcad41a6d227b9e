"""The SQL that runs is the SQL that is said, its pages use indexes, and a migrated database is a fresh one."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest

from dockreeve.storage import Vault
from dockreeve.storage.head import HEAD
from dockreeve.storage.migrations import migrate
from dockreeve.storage.sqlite import SqliteRecords, sql
from dockreeve.storage.sqlite.sql import decisions, images, policies, principals, profiles, repositories
from dockreeve.storage.statements.compiled import SQLITE, modules_for

MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (decisions, images, policies, principals, profiles, repositories)
}
LOOK_UPS = [
    (module, name)
    for module, statements in MODULES.items()
    for name in vars(statements)
    if name.isupper() and name.startswith(("PAGE", "TAGS", "BY_", "FIND", "REFERRERS", "EXISTS", "LATEST"))
]


def test_every_list_that_is_paged_is_among_the_look_ups() -> None:
    paged = {(module, "PAGE") for module in ("images", "policies", "principals", "profiles", "repositories")}
    assert paged | {("images", "TAGS"), ("decisions", "LATEST"), ("decisions", "LATEST_OF")} <= set(LOOK_UPS)


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


@pytest.mark.parametrize(("module", "name"), LOOK_UPS)
async def test_a_look_up_walks_an_index_and_sorts_nothing(tmp_path: Path, vault: Vault, module: str, name: str) -> None:
    await SqliteRecords.open(tmp_path / "records", vault, ballast=0).close()
    text: str = getattr(MODULES[module], name)
    with sqlite3.connect(tmp_path / "records") as raw:
        values = dict.fromkeys(re.findall(r":(\w+)", text), 1)
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    assert any(step.startswith("SEARCH") for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan
