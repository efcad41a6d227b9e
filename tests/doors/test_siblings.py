"""The channel between workers: answers in order, bounds, and silence that holds nobody up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from dockreeve.doors import siblings as module
from dockreeve.doors.attempts import Attempts, SharedAttempts
from dockreeve.doors.siblings import Posts, Siblings, Silent


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[list[Siblings]]:
    """Three workers in one process, each of which answers `who` with its number and what it was asked."""
    posts = Posts.made(tmp_path / "workers", 3)
    workers = [Siblings(posts, number) for number in range(3)]
    async with AsyncExitStack() as running:
        for worker in workers:

            async def who(about: Any, number: int = worker.number) -> Sequence[Any]:
                return [number, about]

            worker.answer("who", who)
            await running.enter_async_context(worker.answering())
        yield workers
    posts.close()


async def test_a_worker_asks_one_or_all_and_itself_without_a_socket(three: list[Siblings]) -> None:
    assert await three[0].ask(2, "who", {"a": [1, None, "ü\n"]}) == [2, {"a": [1, None, "ü\n"]}]
    assert await three[1].ask_all("who", 7) == [[0, 7], [], [2, 7]]
    assert await three[1].ask_all("who", 7, own=True) == [[0, 7], [1, 7], [2, 7]]


async def test_hundreds_of_questions_at_once_are_all_answered(three: list[Siblings]) -> None:
    said = await asyncio.gather(*(three[0].ask(1, "who", number) for number in range(600)))
    assert said == [[1, number] for number in range(600)]


async def test_long_answers_come_whole_and_a_line_beyond_the_bound_is_none(
    three: list[Siblings], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def much(about: int) -> Sequence[Any]:
        return ["x" * about] * 5

    three[1].answer("much", much)
    assert await three[0].ask(1, "much", 1_000_000) == ["x" * 1_000_000] * 5
    monkeypatch.setattr(module, "_LINE", 1000)
    with pytest.raises(Silent):
        await three[0].ask(1, "much", 3000)
    with pytest.raises(Silent):
        await three[0].ask(1, "who", "y" * 3000)
    assert await three[0].ask(1, "who") == [1, None]


async def test_a_question_that_nobody_can_answer_is_silence_and_the_next_one_is_answered(
    three: list[Siblings],
) -> None:
    async def broken(about: Any) -> Sequence[Any]:
        raise RuntimeError("broken")

    three[1].answer("broken", broken)
    for what in ("broken", "unheard of"):
        with pytest.raises(Silent):
            await three[0].ask(1, what)
        assert await three[0].ask_all(what) == [[], None, None]
    assert await three[0].ask(1, "who") == [1, None]


async def test_a_worker_that_never_answers_holds_nobody_up_for_longer_than_the_patience(
    three: list[Siblings], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)

    async def never(about: Any) -> Sequence[Any]:
        await asyncio.sleep(60)
        return []

    three[1].answer("never", never)
    began = time.monotonic()
    assert await asyncio.gather(*(three[0].ask_all("never") for _ in range(20))) == [[[], None, None]] * 20
    assert time.monotonic() - began < 2
    assert caplog.text.count("worker 1 does not answer the others") == 1
    assert await three[0].ask(1, "who") == [1, None]


async def test_whatever_is_written_to_its_socket_a_worker_goes_on(three: list[Siblings], tmp_path: Path) -> None:
    for said in (b"", b"\n", b"{", b"[1]\n", b'["who"]\n', b"\xff\n", b"[" * 5000 + b"\n", b'["who", 1]'):
        _, writer = await asyncio.open_unix_connection(str(tmp_path / "workers" / "1"))
        writer.write(said)
        writer.close()
    assert await three[0].ask(1, "who") == [1, None]


async def test_a_question_waits_for_the_one_who_takes_a_workers_place(tmp_path: Path) -> None:
    posts = Posts.made(tmp_path / "workers", 2)
    asking = asyncio.create_task(Siblings(posts, 0).ask(1, "who"))
    await asyncio.sleep(0.1)
    other = Siblings(posts, 1)

    async def who(about: Any) -> Sequence[Any]:
        return ["the new one"]

    other.answer("who", who)
    async with other.answering():
        assert await asking == ["the new one"]
    posts.close()
    assert not (tmp_path / "workers").exists()


async def test_only_the_servers_user_may_enter_the_folder_whatever_was_there(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir(mode=0o777)
    (tmp_path / "workers" / "7").write_text("left behind")
    posts = Posts.made(tmp_path / "workers", 2)
    assert (tmp_path / "workers").stat().st_mode & 0o777 == 0o700
    assert sorted(one.name for one in (tmp_path / "workers").iterdir()) == ["0", "1"]
    posts.close()


async def test_the_attempts_of_a_name_are_counted_once_for_all_workers(three: list[Siblings]) -> None:
    limits = [SharedAttempts("tries", Attempts(burst=4, seconds=10), worker) for worker in three]
    for name in (("a",), ("b", "c"), ("ü",), ("192.0.2.7",)):
        waits = [await limits[number % 3].take(name, 0) for number in range(6)]
        assert waits == [0, 0, 0, 0, 10, 10]
        await limits[1].give_back(name, 0)
        assert await limits[2].take(name, 0) == 0
    assert sum(len(limit._attempts._spent) for limit in limits) == 4
