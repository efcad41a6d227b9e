"""No statement walks a table, and a page costs the same wherever it lies and however large the repository is."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Repository
from dockreeve.storage.sqlite import SqliteRecords, sql
from dockreeve.storage.sqlite.database import Database, make_ready, open_in_memory
from dockreeve.storage.sqlite.writer import InlineWriter
from dockreeve.storage.vault import Vault

# Dropping old refusals asks once for the place of the last one that is kept: it walks an index, now and then.
WALKS = {("decisions", "FORGET")}
# What is sorted after it was found is what one principal or one policy has, or what an account has of AWS's own.
SORTS = {
    ("attachments", "ATTACHED"),
    ("attachments", "HELD"),
    ("attachments", "ATTACHED_TO"),
    ("attachments", "BOUNDARY_OF"),
    ("attachments", "INLINE"),
    ("keys", "OF_OWNER"),
    ("policies", "AWS_ATTACHED"),
    ("policies", "AWS_BOUNDARIES"),
}


def statements() -> Iterator[tuple[str, str, str]]:
    """Module, name and text of all the SQL that runs, but for what makes the tables."""
    for module in pkgutil.iter_modules(sql.__path__):
        if module.name != "tables":
            for name, text in vars(importlib.import_module(f"{sql.__name__}.{module.name}")).items():
                if name.isupper():
                    yield module.name, name, text


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    made = open_in_memory()
    make_ready(made, lambda raw: None)
    yield made
    made.close()


def test_no_statement_walks_a_table_or_sorts_what_may_be_many(raw: sqlite3.Connection) -> None:
    walks, sorts = set(), set()
    for module, name, text in statements():
        values = dict.fromkeys(re.findall(r":(\w+)", text), 1)
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", values)]
        if any(step.startswith("SCAN") and step != "SCAN CONSTANT ROW" for step in plan):
            walks.add((module, name))
        if any("TEMP B-TREE" in step for step in plan):
            sorts.add((module, name))
    assert (walks, sorts) == (WALKS, SORTS)


class Counted:
    """Records in memory that count the steps of SQLite's machine."""

    def __init__(self, raw: sqlite3.Connection, vault: Vault, at: datetime) -> None:
        self.raw = raw
        self.records = SqliteRecords(Database(raw), InlineWriter(raw), vault, lambda: at, counting=None)
        self.steps = 0

    def step(self) -> int:
        self.steps += 1
        return 0

    def counting(self) -> None:
        self.steps = 0
        self.raw.set_progress_handler(self.step, 1)


async def filled(counted: Counted, name: str, images: int, at: datetime) -> int:
    """A repository of that many images, every second with two tags; its id."""
    app = await counted.records.registry.add_repository(Repository("123456789012", "us-east-1", name, at))
    digests = [Digest("sha256", hashlib.sha256(f"{name}{number}".encode()).hexdigest()) for number in range(images)]
    rows = [(app.id, digest.stored, b"{}") for digest in digests]
    tags = [(app.id, f"{kind}{at}", row[1]) for at, row in enumerate(rows[::2]) for kind in "ab"]
    counted.raw.executemany(
        "INSERT INTO manifest (repository_id, digest, media_type, size, pushed, annotations, artifact_type, "
        "config_media_type, body) VALUES (?, ?, 'm', 1, 1, '{}', '', '', ?)",
        rows,
    )
    counted.raw.executemany("INSERT INTO tag (repository_id, name, digest) VALUES (?, ?, ?)", tags)
    return app.id


@pytest.mark.parametrize("tagged", [None, True, False])
async def test_a_page_of_10_000_images_costs_what_one_of_1_000_does(
    raw: sqlite3.Connection, vault: Vault, at: datetime, tagged: bool | None
) -> None:
    counted = Counted(raw, vault, at)
    registry = counted.records.registry
    costs = []
    for size in (1_000, 10_000):
        place = await filled(counted, str(size), size, at)
        for after in ("", f"sha256:{'8' * 64}", f"sha256:{'a' * 64}"):
            counted.counting()
            assert len(await registry.images(place, tagged=tagged, after=after, limit=100)) == 100
            costs.append(counted.steps)
            counted.raw.set_progress_handler(None, 0)
    assert max(costs) < 1.3 * min(costs), costs  # how many images of a page have tags is chance


async def test_finding_one_of_10_000_images_costs_what_one_of_1_000_does(
    raw: sqlite3.Connection, vault: Vault, at: datetime
) -> None:
    counted = Counted(raw, vault, at)
    costs = []
    for size in (1_000, 10_000):
        place = await filled(counted, str(size), size, at)
        counted.counting()
        found = await counted.records.registry.find_image(place, "a7")
        costs.append(counted.steps)
        counted.raw.set_progress_handler(None, 0)
        assert found is not None
        assert found.tags == ("a7", "b7")
    assert costs[0] == costs[1]
