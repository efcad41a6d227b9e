"""No statement walks a table, and a page costs the same wherever it lies and however large the repository is."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Repository
from dockreeve.storage.sqlite import SqliteRecords, sql
from dockreeve.storage.sqlite.database import Database, make_ready, open_in_memory
from dockreeve.storage.sqlite.writer import InlineWriter
from dockreeve.storage.vault import Vault

# Dropping old refusals asks once for the place of the last one that is kept: it walks an index, now and then.
WALKS = {("decisions", "FORGET"), ("uploads", "RELEASE_ALL")}
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


def every_second(number: int) -> bool:
    return number % 2 == 0


async def filled(
    counted: Counted, name: str, images: int, at: datetime, tagged: Callable[[int], bool] = every_second
) -> int:
    """A repository of that many images, those for which `tagged` is true with two tags; its id."""
    app = await counted.records.registry.add_repository(Repository("123456789012", "us-east-1", name, at))
    digests = [Digest("sha256", hashlib.sha256(f"{name}{number}".encode()).hexdigest()) for number in range(images)]
    rows = [(app.id, digest.stored, tagged(number)) for number, digest in enumerate(digests)]
    tags = [(app.id, f"{kind}{at}", row[1]) for at, row in enumerate(row for row in rows if row[2]) for kind in "ab"]
    counted.raw.executemany(
        "INSERT INTO manifest (repository_id, digest, media_type, size, pushed, annotations, artifact_type, "
        "config_media_type, tagged, body) VALUES (?, ?, 'm', 1, 1, '{}', '', '', ?, x'7b7d')",
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


@pytest.mark.parametrize("tagged", [True, False])
async def test_a_page_of_a_few_among_10_000_of_the_other_kind_costs_what_they_cost(
    raw: sqlite3.Connection, vault: Vault, at: datetime, tagged: bool
) -> None:
    counted = Counted(raw, vault, at)
    registry = counted.records.registry
    costs: list[tuple[int, int]] = []
    for size in (1_000, 10_000):
        place = await filled(counted, str(size), size, at, lambda number: (number < 50) is tagged)
        counted.counting()
        assert len(await registry.images(place, tagged=tagged, limit=100)) == 50
        images, counted.steps = counted.steps, 0
        assert len(await registry.image_lines(place, tagged=tagged, limit=200)) == (100 if tagged else 50)
        costs.append((images, counted.steps))
        counted.raw.set_progress_handler(None, 0)
    (images, lines), (of_many, lines_of_many) = costs
    assert of_many < 1.1 * images, costs
    assert lines_of_many < 1.1 * lines, costs


async def test_a_page_of_10_000_tags_costs_what_one_of_1_000_does_also_on_one_image(
    raw: sqlite3.Connection, vault: Vault, at: datetime
) -> None:
    counted = Counted(raw, vault, at)
    registry = counted.records.registry
    costs = []
    for size in (1_000, 10_000):
        place = await filled(counted, str(size), 1, at, lambda number: False)
        digest = Digest("sha256", hashlib.sha256(f"{size}0".encode()).hexdigest())
        counted.raw.executemany(
            "INSERT INTO tag (repository_id, name, digest) VALUES (?, ?, ?)",
            [(place, f"t{number:05}", digest.stored) for number in range(size)],
        )
        counted.counting()
        for after in ("", "t00500", "t00800"):
            assert len(await registry.tags(place, after=after, limit=100)) == 100
            lines = await registry.image_lines(place, tagged=True, after=(str(digest), after), limit=100)
            assert len(lines) == 100
        costs.append(counted.steps)
        counted.raw.set_progress_handler(None, 0)
    assert costs[0] == costs[1]


@pytest.mark.parametrize("kinds", [(), ("k1",), ("k0", "k1")])
async def test_a_page_of_10_000_referrers_costs_what_one_of_1_000_does(
    raw: sqlite3.Connection, vault: Vault, at: datetime, kinds: tuple[str, ...]
) -> None:
    counted = Counted(raw, vault, at)
    registry, subject = counted.records.registry, Digest.of(b"subject")
    costs = []
    for size in (1_000, 10_000):
        place = await filled(counted, str(size), size, at, lambda number: False)
        counted.raw.execute(
            "UPDATE manifest SET subject = ?, artifact_type = 'k' || (rowid % 10) WHERE repository_id = ?",
            (subject.stored, place),
        )
        counted.counting()
        for after in ("", f"sha256:{'1' * 64}"):
            page, more = await registry.referrers(place, subject, kinds=kinds, after=after, limit=50)
            assert (len(page), more) == (50, True)
            assert not kinds or {one.artifact_type for one in page} == set(kinds)
        costs.append(counted.steps)
        counted.raw.set_progress_handler(None, 0)
    assert max(costs) < 1.3 * min(costs), costs


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
