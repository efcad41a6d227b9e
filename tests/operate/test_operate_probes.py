"""/healthz and /readyz of a real server: each check fails for the fault it is named for, and is good again after it."""

from __future__ import annotations

import http.client
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from clients.server import Keys, Server
from dockreeve.storage.sqlite.database import WAIT
from faults.pushing import Registry

from .scrape import ask, checks, until, value

GOOD: tuple[int, dict[str, str]] = (200, {})


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server that may be harmed."""
    started = Server(tmp_path, options=("--stop-delay", "3"))
    yield started.start()
    started.kill()


@pytest.mark.slow
def test_a_good_server_is_alive_and_ready(server: Server) -> None:
    assert checks(server) == checks(server, "/healthz") == GOOD
    status, headers, body = ask(server, "/readyz", method="HEAD")
    assert (status, body, headers["cache-control"]) == (200, b"", "no-store")


@pytest.mark.slow
def test_a_database_that_another_process_locks_is_not_ready_until_it_lets_go(own: Server) -> None:
    assert checks(own) == GOOD
    with closing(sqlite3.connect(own.data / "records.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        until(lambda: checks(own), (503, {"database": "no answer"}))
        assert checks(own, "/healthz") == GOOD  # a restart would mend nothing
        assert value(own, "dockreeve_check", check="database") == 0
        other.execute("ROLLBACK")
    until(lambda: checks(own), GOOD)
    assert own.log().count("the check `database` says: no answer") == 1


@pytest.mark.slow
def test_a_lock_held_past_the_writers_patience_loses_no_refusal_and_ends_no_background_work(own: Server) -> None:
    iam = own.sdk().client("iam")
    iam.create_user(UserName="locked-out")
    client = own.sdk(Keys.of(iam.create_access_key(UserName="locked-out"))).client("ecr")
    with closing(sqlite3.connect(own.data / "records.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(client.exceptions.ClientError) as refused:
            client.describe_registry()  # a refusal to store, and the use of a key
        time.sleep(WAIT / 1000 + 2)
        other.execute("ROLLBACK")
    until(lambda: checks(own), GOOD)
    assert checks(own, "/healthz") == GOOD
    until(lambda: value(own, "dockreeve_journal_waiting"), 0)
    assert value(own, "dockreeve_journal_dropped_total") == 0
    named = refused.value.response["ResponseMetadata"]["HTTPHeaders"]["x-authorization-id"]  # type: ignore[attr-defined]
    with closing(sqlite3.connect(own.data / "records.sqlite")) as read:
        assert read.execute("SELECT count(*) FROM decision WHERE id = ?", (named,)).fetchone() == (1,)


@pytest.mark.slow
def test_layers_that_cannot_be_written_are_not_ready(own: Server) -> None:
    kept = own.data / "kept"
    (own.data / "blobs/uploads").rename(kept)
    until(lambda: checks(own), (503, {"layers": "can't be read and written"}))
    kept.rename(own.data / "blobs/uploads")
    until(lambda: checks(own), GOOD)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.slow
def test_a_disk_that_is_nearly_full_is_not_ready_until_there_is_room_again(small_disk: Path) -> None:
    own = Server(small_disk).start()
    try:
        assert checks(own) == GOOD
        filler = small_disk / "filler"
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(b"x" * (free - 1_000_000))
        until(lambda: checks(own), (503, {"free_space": "too little is free for new layers"}))
        filler.unlink()
        until(lambda: checks(own), GOOD)
    finally:
        own.kill()


@pytest.mark.slow
def test_told_to_stop_it_is_not_ready_at_once_and_still_serves_for_the_delay(own: Server) -> None:
    registry = Registry.of(own)
    assert checks(own) == GOOD
    told = time.monotonic()
    process = own._running()
    process.send_signal(signal.SIGTERM)
    until(lambda: checks(own), (503, {"stopping": "the server was told to stop"}), within=1)
    assert registry.ask("GET", "/v2/", expect=200)[1] == b"{}"
    assert process.wait(15) == 0
    assert 3 <= time.monotonic() - told < 10


@pytest.mark.slow
def test_told_twice_it_does_not_wait(own: Server) -> None:
    assert checks(own) == GOOD
    told = time.monotonic()
    process = own._running()
    for _ in range(2):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
    assert process.wait(15) == 0
    assert time.monotonic() - told < 2.5


@pytest.mark.slow
def test_a_storm_of_probes_writes_no_more_than_one_a_second(server: Server) -> None:
    def storm() -> int:
        connection = http.client.HTTPConnection(server.host, timeout=10)
        for _ in range(100):
            connection.request("GET", "/readyz")
            assert connection.getresponse().read()
        connection.close()
        return 100

    before, began = value(server, "dockreeve_store_commits_total"), time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: storm(), range(4))) == 400
    commits = value(server, "dockreeve_store_commits_total") - before
    assert commits <= time.monotonic() - began + 2
