"""`dockreeve serve --workers`: who runs, who takes another's place, and how it ends when that can't be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from clients.server import bare_environment, dockreeve
from faults.wire import head, open_files, opened, status_of
from rights.wire import Asking

from .several import SECONDS, Several, fresh, lives, pinned, stopped, until

pytestmark = pytest.mark.slow

# A parent and a worker whose log takes its time to be written when all else is done.
SLOW_TO_END = """
import logging, sys, time
from dockreeve.cli.workers import Workers

class Slow(logging.Handler):
    def flush(self):
        print("ending", flush=True)
        time.sleep(1)

def work(worker):
    worker.serves()
    print("serving", flush=True)
    while not worker.running.told:
        time.sleep(0.01)
    logging.getLogger().addHandler(Slow())
    return 0

sys.exit(Workers(1, work, stop_seconds=5, stopping=lambda: None).run(lambda: False))
"""


def test_every_worker_takes_connections_and_the_parent_none(server: Several) -> None:
    with pinned(server) as started:
        workers = [one.worker for one in started]
    before = {process: open_files(process) for process in (server.pid, *workers)}
    with ExitStack() as held:
        for _ in range(100):
            connection = held.enter_context(opened(server))
            connection.sendall(head(server, "GET", "/healthz"))
            assert status_of(connection) == 200
        taken = {process: open_files(process) - count for process, count in before.items()}
    assert taken[server.pid] == 0
    assert all(40 <= taken[worker] <= 60 for worker in workers), taken
    assert sum(taken.values()) == pytest.approx(100, abs=4)


def test_connections_that_come_at_once_are_shared_evenly(server: Several) -> None:
    with pinned(server) as started:
        workers = [one.worker for one in started]
    before = [open_files(worker) for worker in workers]
    host, port = server.host.split(":")
    with ExitStack() as held:
        for _ in range(32):
            connection = held.enter_context(socket.socket())
            connection.setblocking(False)
            connection.connect_ex((host, int(port)))
        # Those of the block above may have been open still when it was counted.
        until(lambda: sum(map(open_files, workers)) - sum(before) >= 30)
        assert all(8 <= open_files(worker) - count <= 24 for worker, count in zip(workers, before, strict=True))


def test_a_stuck_worker_keeps_no_connection_from_the_others(server: Several) -> None:
    workers = until(lambda: len(found := server.workers) == 2 and found)
    with stopped(workers[0]):
        for _ in range(50):
            with fresh(server) as by:
                assert by.send(Asking("GET", "/healthz")).status == 200


def test_the_parent_has_no_thread_that_a_fork_would_lose(server: Several) -> None:
    # One that was joined may take the kernel a moment to clear away.
    until(lambda: [one.name for one in Path(f"/proc/{server.pid}/task").iterdir()] == [str(server.pid)])


def test_the_workers_are_the_children_of_the_process_that_is_announced(server: Several) -> None:
    assert f'"pid": {server.pid},' in (server.data / "server.json").read_text()
    assert len(until(lambda: len(found := server.workers) == 2 and found)) == 2
    assert (server.data / "workers").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_ends_is_replaced(how: signal.Signals, server: Several) -> None:
    gone = until(lambda: len(found := server.workers) == 2 and found)[0]
    os.kill(gone, how)
    until(lambda: len(server.workers) == 2 and gone not in server.workers)
    with pinned(server) as workers:
        for by in workers:
            by.aws("sts:GetCallerIdentity")
    assert server.stop() == 0


def test_a_signal_to_the_whole_group_as_a_terminal_sends_it_is_a_good_end(server: Several) -> None:
    with pinned(server):
        for process in (server.pid, *server.workers):
            os.kill(process, signal.SIGINT)
        assert server.stop() == 0
    assert not (server.data / "server.json").exists()
    assert not (server.data / "workers").exists()


def test_a_server_whose_workers_can_no_longer_start_ends_with_one_line_that_says_why(server: Several) -> None:
    workers = until(lambda: len(found := server.workers) == 2 and found)
    (server.data / "master-key").write_bytes(b"no key")
    os.kill(workers[0], signal.SIGKILL)
    assert server._running().wait(20) == 1
    assert not any(map(lives, workers))
    said = server.log()
    assert "the master key can't be used" in said
    assert said.splitlines()[-1] == "dockreeve: not every worker ended well (the log says more)"
    assert "Traceback" not in said


def test_a_server_told_to_stop_while_it_starts_ends_well(tmp_path: Path) -> None:
    for number in range(8):
        folder = tmp_path / str(number)
        folder.mkdir()
        server = Several(folder)
        server.start()
        assert server.stop() == 0
        assert "Traceback" not in server.log(), server.log()


def test_a_worker_that_is_told_to_hurry_while_it_ends_has_ended_well() -> None:
    parent = subprocess.Popen([sys.executable, "-c", SLOW_TO_END], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "serving\n"
        parent.terminate()
        assert parent.stdout.readline() == "ending\n"
        parent.terminate()
        assert parent.wait(SECONDS) == 0


def test_a_stuck_worker_keeps_the_folder_from_a_second_server(server: Several) -> None:
    workers = until(lambda: len(found := server.workers) == 2 and found)
    with stopped(workers[0]):
        os.kill(server.pid, signal.SIGKILL)
        second = Several(server.data.parent)
        with pytest.raises(RuntimeError, match="another server is using"):
            second.start()
    until(lambda: not any(map(lives, workers)))
    server.start()


def test_a_data_folder_deeper_than_a_sockets_path_may_be_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    server = Several(deep)
    server.start()
    try:
        with pinned(server) as (one, other):
            code = one.api("POST", "/api/console-code", {}).json["code"]
            assert code
            for by in (one, other):
                assert by.api("GET", "/api/decisions?decision=allowed").json["decisions"]
        assert "does not answer" not in server.log()
    finally:
        server.kill()


def test_what_a_killed_server_left_of_its_sockets_is_no_obstacle(server: Several) -> None:
    server.kill()
    assert list((server.data / "workers").iterdir())
    server.start()
    with fresh(server) as by:
        by.aws("sts:GetCallerIdentity")


@pytest.mark.parametrize("count", ["0", "65"])
def test_a_number_of_workers_that_makes_no_sense_is_refused(count: str, tmp_path: Path) -> None:
    command = [dockreeve(), "serve", "--data", str(tmp_path / "data"), "--workers", count]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=bare_environment(), timeout=20)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"dockreeve: --workers: `{count}` is not from 1 to 64")
    assert not (tmp_path / "data").exists()


def test_one_worker_is_one_process(tmp_path: Path) -> None:
    server = Several(tmp_path, workers=1)
    server.start()
    try:
        assert server.workers == []
        assert not (server.data / "workers").exists()
    finally:
        server.kill()
