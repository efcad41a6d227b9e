"""The harness's server: a real process that keeps its port and its data over a kill."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .server import Sdk, Server
from .tools import Done


def test_a_killed_server_comes_back_on_its_port_with_its_data(server: Server, root: Sdk) -> None:
    url, pid = server.url, server.pid
    root.client("iam").create_user(UserName="ann")
    server.restart()
    assert server.url == url
    assert server.pid != pid
    assert root.client("iam").get_user(UserName="ann")["User"]["UserName"] == "ann"


def test_a_server_asked_to_stop_ends_well(server: Server) -> None:
    assert server.stop() == 0


def test_a_server_that_cannot_start_says_why(start_server: Callable[..., Server]) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)did not start \(exit 2\).*--no-such-option"):
        start_server("--no-such-option")


def test_the_memory_of_a_server_is_seen_from_outside(server: Server) -> None:
    assert 10 << 20 < server.resident() <= server.peak() < 1 << 30
    server.forget_peak()
    assert server.peak() < 1 << 30


def test_the_aws_cli_is_root_by_default(aws: Callable[..., Done]) -> None:
    assert aws("sts", "get-caller-identity").json()["Arn"] == "arn:aws:iam::123456789012:root"
