"""The writer of a file: groups, failures that stay alone, callers that go away, and several processes."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from dockreeve.oci import Digest
from dockreeve.storage import Repository, Taken, Vault
from dockreeve.storage.registry import NewImage
from dockreeve.storage.sqlite import SqliteRecords

ACCOUNT, REGION = "123456789012", "us-east-1"


def named(name: str, at: datetime) -> Repository:
    return Repository(ACCOUNT, REGION, name, at)


async def names(records: SqliteRecords) -> set[str]:
    return {one.name for one in await records.registry.repositories(ACCOUNT, REGION, limit=10_000)}


async def test_many_writes_at_once_are_all_there_after_opening_again(
    tmp_path: Path, vault: Vault, at: datetime
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    wanted = {f"r{number}" for number in range(500)}
    await asyncio.gather(*(records.registry.add_repository(named(name, at)) for name in wanted))
    await records.close()
    again = SqliteRecords.open(tmp_path / "r", vault)
    assert await names(again) == wanted
    await again.close()


async def test_one_write_that_fails_takes_no_other_with_it(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    await records.registry.add_repository(named("taken", at))
    writes = [records.registry.add_repository(named(f"r{number}", at)) for number in range(40)]
    writes.insert(20, records.registry.add_repository(named("taken", at)))
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results if isinstance(result, Exception)] == [Taken]
    assert len(await names(records)) == 41
    await records.close()


async def test_a_caller_that_goes_away_takes_nothing_back_and_breaks_nobody(
    tmp_path: Path, vault: Vault, at: datetime
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    tasks = [asyncio.ensure_future(records.registry.add_repository(named(f"r{number}", at))) for number in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    await asyncio.gather(*tasks, return_exceptions=True)
    await records.registry.add_repository(named("last", at))
    assert {"last", *(f"r{number}" for number in range(1, 50, 2))} <= await names(records)
    await records.close()


async def test_closing_ends_what_was_accepted(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    tasks = [asyncio.ensure_future(records.registry.add_repository(named(f"r{number}", at))) for number in range(100)]
    await asyncio.sleep(0)
    await records.close()
    assert all(isinstance(one, Repository) for one in await asyncio.gather(*tasks))
    with pytest.raises(RuntimeError):
        await records.registry.add_repository(named("late", at))


async def test_two_on_one_file_lose_nothing_and_see_each_other(tmp_path: Path, vault: Vault, at: datetime) -> None:
    one, two = SqliteRecords.open(tmp_path / "r", vault), SqliteRecords.open(tmp_path / "r", vault)
    await asyncio.gather(
        *(one.registry.add_repository(named(f"one{number}", at)) for number in range(200)),
        *(two.registry.add_repository(named(f"two{number}", at)) for number in range(200)),
    )
    assert await names(one) == await names(two)
    assert len(await names(one)) == 400
    await one.close()
    await two.close()


@pytest.mark.parametrize("alone", [True, False])
async def test_what_was_acknowledged_is_seen_by_the_next_read(
    tmp_path: Path, vault: Vault, at: datetime, alone: bool
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault, alone=alone)
    app = await records.registry.add_repository(named("app", at))

    async def push(tag: str) -> None:
        for number in range(60):
            body = f"{tag}{number}".encode()
            new = NewImage(Digest.of(body), "m", body, 0, at)
            await records.registry.put_image(app.id, new, tag, immutable=False, again_is_error=False)
            found = await records.registry.find_image(app.id, tag)
            assert found is not None
            assert found.body == body

    async def look() -> None:
        for _ in range(500):
            for tag in ("a", "b", "c"):
                await records.registry.find_image(app.id, tag)
            await asyncio.sleep(0)

    await asyncio.gather(push("a"), push("b"), push("c"), look())
    await records.close()


async def test_what_was_read_is_kept_until_the_next_commit_of_the_only_writer(
    tmp_path: Path, vault: Vault, at: datetime
) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault, alone=True)
    await records.registry.add_repository(named("app", at))
    first = await records.registry.find_repository(ACCOUNT, REGION, "app")
    assert await records.registry.find_repository(ACCOUNT, REGION, "app") is first
    await records.registry.add_repository(named("other", at))
    again = await records.registry.find_repository(ACCOUNT, REGION, "app")
    assert again == first
    assert again is not first
    await records.close()


async def test_one_of_several_processes_keeps_nothing(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    await records.registry.add_repository(named("app", at))
    with sqlite3.connect(tmp_path / "r") as raw:
        raw.execute("UPDATE repository SET mutability = 'IMMUTABLE'")
    found = await records.registry.find_repository(ACCOUNT, REGION, "app")
    assert found is not None
    assert found.mutability == "IMMUTABLE"
    await records.close()


async def test_large_manifests_are_not_kept(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault, alone=True)
    app = await records.registry.add_repository(named("app", at))
    for name, size in (("small", 100), ("large", 1_000_000)):
        body = name.encode() * size
        new = NewImage(Digest.of(body), "m", body, 0, at)
        await records.registry.put_image(app.id, new, name, immutable=False, again_is_error=False)
    for name, kept in (("small", True), ("large", False)):
        first = await records.registry.find_image(app.id, name)
        assert (await records.registry.find_image(app.id, name) is first) is kept
    await records.close()
