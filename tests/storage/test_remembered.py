"""What was read is remembered until the next commit of any process, and never a moment longer."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Layer, NewImage, RegistryPolicy, Repository, Vault
from dockreeve.storage.sqlite import SqliteRecords
from dockreeve.storage.sqlite.remembered import ReadMemory

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
async def alone(tmp_path: Path, vault: Vault) -> AsyncIterator[SqliteRecords]:
    opened = SqliteRecords.open(tmp_path / "r", vault, ballast=0, alone=True)
    yield opened
    await opened.close()


def named(name: str, at: datetime) -> Repository:
    return Repository(ACCOUNT, REGION, name, at)


async def put(records: SqliteRecords, app: Repository, tag: str, body: bytes, at: datetime) -> None:
    new = NewImage(Digest.of(body), "m", body, 0, at)
    await records.registry.put_image(app.id, new, tag, immutable=False, again_is_error=False)


class Commits:
    """A writer that only counts."""

    commits = 0


def test_a_value_read_across_a_commit_is_not_kept() -> None:
    writer = Commits()
    memory = ReadMemory(writer)
    assert not memory.is_known(memory.recall("asked"))
    since = memory.commits
    writer.commits += 1  # by the writer's thread, while the value is being read
    memory.recall("something else")  # by another caller, who learns of the commit first
    memory.keep("asked", "old", since)
    assert not memory.is_known(memory.recall("asked"))


def test_nothing_is_known_after_a_commit_and_none_can_be_known() -> None:
    writer = Commits()
    memory = ReadMemory(writer)
    memory.recall("asked")
    memory.keep("asked", None, memory.commits)
    assert memory.recall("asked") is None
    writer.commits += 1
    assert not memory.is_known(memory.recall("asked"))


def test_the_memory_is_bounded() -> None:
    memory = ReadMemory(Commits())
    known = 0
    for asked in range(5000):
        memory.recall(asked)
        memory.keep(asked, asked, memory.commits)
        known += memory.is_known(memory.recall(asked))
    assert 0 < known < 5000


async def test_what_was_read_is_kept_until_the_next_commit(alone: SqliteRecords, at: datetime) -> None:
    app = await alone.registry.add_repository(named("app", at))
    await put(alone, app, "v1", b"m", at)
    await alone.registry.add_layer(app.id, Layer(Digest.of(b"l"), 1, "k"), None, at)
    await alone.registry.set_registry_policy(ACCOUNT, REGION, RegistryPolicy("p"))
    reads: list[Callable[[], Awaitable[object]]] = [
        lambda: alone.registry.find_repository(ACCOUNT, REGION, "app"),
        lambda: alone.registry.find_image(app.id, "v1"),
        lambda: alone.registry.find_layer(app.id, Digest.of(b"l")),
        lambda: alone.registry.registry_policy(ACCOUNT, REGION),
        lambda: alone.registry.settings(ACCOUNT, REGION),
    ]
    first = [await read() for read in reads]
    assert all(one is kept for one, kept in zip([await read() for read in reads], first, strict=True))
    await alone.registry.add_repository(named("other", at))
    again = [await read() for read in reads]
    assert again == first
    assert not any(one is kept for one, kept in zip(again, first, strict=True))


async def test_large_manifests_are_not_kept(alone: SqliteRecords, at: datetime) -> None:
    app = await alone.registry.add_repository(named("app", at))
    for name, size in (("small", 100), ("large", 1_000_000)):
        await put(alone, app, name, name.encode() * size, at)
    for name, kept in (("small", True), ("large", False)):
        first = await alone.registry.find_image(app.id, name)
        assert first is not None
        assert (await alone.registry.find_image(app.id, name) is first) is kept


async def test_what_is_not_there_is_found_as_soon_as_it_is(alone: SqliteRecords, at: datetime) -> None:
    assert await alone.registry.find_repository(ACCOUNT, REGION, "app") is None
    app = await alone.registry.add_repository(named("app", at))
    assert await alone.registry.find_repository(ACCOUNT, REGION, "app") == app
    await alone.registry.remove_repository(app.id, force=False)
    assert await alone.registry.find_repository(ACCOUNT, REGION, "app") is None


async def test_one_of_several_processes_keeps_it_until_another_one_commits(
    tmp_path: Path, vault: Vault, at: datetime
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault, ballast=0)
    app = await records.registry.add_repository(named("app", at))
    first = await records.registry.find_repository(ACCOUNT, REGION, "app")
    assert await records.registry.find_repository(ACCOUNT, REGION, "app") is first
    for mutability in ("IMMUTABLE", "MUTABLE"):
        with sqlite3.connect(tmp_path / "r") as raw:  # as another process would
            raw.execute("UPDATE repository SET mutability = ?", (mutability,))
        found = await records.registry.find_repository(ACCOUNT, REGION, "app")
        assert found == replace(app, mutability=mutability)
    await records.close()


@pytest.mark.parametrize("alone", [True, pytest.param(False, marks=pytest.mark.slow)])
async def test_a_read_shows_every_write_that_was_acknowledged_before_it(
    tmp_path: Path, vault: Vault, at: datetime, alone: bool
) -> None:
    """Each key has one writer. Readers watch `a` to `d`, whose numbers only grow; `x` and `y` also go away."""
    records = SqliteRecords.open(tmp_path / "r", vault, ballast=0, alone=alone)
    registry = records.registry
    app = await registry.add_repository(named("app", at))
    acknowledged = dict.fromkeys("abcd", 0)
    busy = True

    async def shown(key: str) -> int:
        found = await registry.find_image(app.id, key)
        return int(found.body) if found else 0

    async def write(key: str, seed: int) -> None:
        moments = random.Random(seed)
        for number in range(1, 60):
            await put(records, app, key, str(number).encode(), at)
            if key in acknowledged:
                acknowledged[key] = number
            assert await shown(key) == number
            for _ in range(moments.randrange(4)):
                await asyncio.sleep(0)
            if key not in acknowledged and moments.random() < 0.2:
                await registry.remove_tag(app.id, key, at)
                assert await shown(key) == 0

    async def look(seed: int) -> int:
        moments = random.Random(seed)
        for looks in itertools.count():
            if not busy:
                return looks
            key = moments.choice("abcd")
            # newer than acknowledged is possible (committed, not yet told), older is not
            assert await shown(key) >= acknowledged[key]
            await asyncio.sleep(0)
        return 0

    lookers = [asyncio.create_task(look(seed)) for seed in range(3)]
    await asyncio.gather(*(write(key, seed) for seed, key in enumerate("abcdxy")))
    busy = False
    assert min(await asyncio.gather(*lookers)) > 0
    await records.close()
