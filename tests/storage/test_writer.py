"""The writer of a file: groups, failures that stay alone, callers that go away, and several processes."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest

from dockreeve.storage import Repository, Taken, Vault
from dockreeve.storage.sqlite import SqliteRecords, writer
from dockreeve.storage.sqlite.ballast import Ballast
from dockreeve.storage.sqlite.database import Database, open_for_writing

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
    assert await names(records) == {"last", *(f"r{number}" for number in range(50))}
    await records.close()


async def test_closing_ends_what_was_accepted(tmp_path: Path, vault: Vault, at: datetime) -> None:
    records = SqliteRecords.open(tmp_path / "r", vault)
    tasks = [asyncio.ensure_future(records.registry.add_repository(named(f"r{number}", at))) for number in range(100)]
    await asyncio.sleep(0)
    await records.close()
    assert all(isinstance(one, Repository) for one in await asyncio.gather(*tasks))
    with pytest.raises(RuntimeError):
        await records.registry.add_repository(named("late", at))


async def test_a_commit_waits_for_the_disk_when_anything_in_it_must(tmp_path: Path) -> None:
    one = writer.ThreadWriter(open_for_writing(tmp_path / "r"), Ballast(tmp_path / "ballast", 0))
    held, go = threading.Event(), threading.Event()

    def hold(database: Database) -> None:
        held.set()
        go.wait(10)

    def waits(database: Database) -> bool:
        return bool(database.value("PRAGMA synchronous") == 2)

    assert await one.run(waits)
    assert not await one.run(waits, synced=False)
    holding = asyncio.create_task(one.run(hold))
    await asyncio.to_thread(held.wait, 10)
    together = asyncio.gather(one.run(waits, synced=False), one.run(waits))
    await asyncio.sleep(0)
    go.set()
    assert await together == [True, True]
    await holding
    assert not await one.run(waits, synced=False)
    await one.close()


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


class Held:
    """A writer whose thread waits, so that what is queued behind it makes known groups."""

    def __init__(self, path: Path) -> None:
        raw = open_for_writing(path / "held")
        raw.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        raw.execute("CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        raw.execute("PRAGMA foreign_keys = 1")
        self.path = path / "held"
        self.writer = writer.ThreadWriter(raw, Ballast(path / "ballast", 0))
        self.gate = threading.Event()
        self.first = asyncio.create_task(self.writer.run(lambda database: self.gate.wait(10)))

    async def queue(self, *works: Callable[[Database], object]) -> list[asyncio.Task[object]]:
        tasks = [asyncio.create_task(self.writer.run(work)) for work in works]
        for _ in range(3):
            await asyncio.sleep(0)
        return tasks

    def rows(self) -> list[int]:
        """What another connection sees."""
        with contextlib.closing(sqlite3.connect(self.path)) as raw:
            return [number for (number,) in raw.execute("SELECT id FROM parent ORDER BY id")]


def adding(number: int) -> Callable[[Database], object]:
    return lambda database: database.change("INSERT INTO parent VALUES (:id)", id=number)


@pytest.fixture
async def held(tmp_path: Path) -> AsyncIterator[Held]:
    made = Held(tmp_path)
    await asyncio.sleep(0.02)  # the thread has taken the first work, and only that
    yield made
    made.gate.set()
    await made.writer.close()


@pytest.mark.parametrize(("waiting", "commits"), [(20, 1), (writer.GROUP + 1, 2)])
async def test_what_waits_together_is_committed_together(held: Held, waiting: int, commits: int) -> None:
    tasks = await held.queue(*(adding(number) for number in range(waiting)))
    assert held.rows() == []
    held.gate.set()
    await asyncio.gather(*tasks)
    assert held.rows() == list(range(waiting))
    assert held.writer.commits == 1 + commits  # the first work went alone


async def test_what_a_write_did_before_it_failed_is_undone(held: Held) -> None:
    def fails(database: Database) -> None:
        adding(2)(database)
        raise LookupError("no")

    tasks = await held.queue(adding(1), fails, adding(3))
    held.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, LookupError) for result in results] == [False, True, False]
    assert held.rows() == [1, 3]


def _rolls_everything_back(database: Database) -> None:
    """As SQLite itself may on a full disk."""
    database.raw.execute("ROLLBACK")
    raise sqlite3.OperationalError("the whole transaction is gone")


def _fails_the_commit(database: Database) -> None:
    database.change("INSERT INTO child VALUES (-1)")  # no such parent, which is looked at when it is committed


@pytest.mark.parametrize("spoils", [_rolls_everything_back, _fails_the_commit])
async def test_one_write_that_spoils_the_transaction_takes_no_other_with_it(
    held: Held, spoils: Callable[[Database], object]
) -> None:
    tasks = await held.queue(adding(1), spoils, adding(2))
    held.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, sqlite3.Error) for result in results] == [False, True, False]
    assert held.rows() == [1, 2]


@pytest.fixture
def short_queue(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many writes are accepted before others wait."""
    monkeypatch.setattr(writer, "QUEUED", 8)
    return 8


async def test_a_write_waits_while_the_queue_is_full_and_is_done_in_the_end(short_queue: int, held: Held) -> None:
    tasks = await held.queue(*(adding(number) for number in range(5 * short_queue)))
    held.gate.set()
    await asyncio.gather(*tasks)
    assert held.rows() == list(range(5 * short_queue))


async def test_closing_refuses_what_still_waited_for_the_queue(short_queue: int, held: Held) -> None:
    tasks = await held.queue(*(adding(number) for number in range(2 * short_queue)))
    closing = asyncio.create_task(held.writer.close())
    await asyncio.sleep(0)
    held.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await closing
    accepted = short_queue - 1  # one place is the first work's
    assert held.rows() == list(range(accepted))
    assert [type(result) for result in results[accepted:]] == [RuntimeError] * (short_queue + 1)


async def test_callers_that_go_away_leave_their_places_in_the_queue(short_queue: int, held: Held) -> None:
    tasks = await held.queue(*(adding(number) for number in range(2 * short_queue)))
    for task in (held.first, *tasks):
        task.cancel()
    held.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    later = await held.queue(*(adding(100 + number) for number in range(2 * short_queue)))
    await asyncio.wait_for(asyncio.gather(*later), 10)
    accepted = short_queue - 1  # those who only waited took their work with them
    assert held.rows() == [*range(accepted), *range(100, 100 + 2 * short_queue)]
