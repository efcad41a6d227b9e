"""`dockreeve console`: asks for a code that works once, signed, and opens the console with it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from botocore.credentials import Credentials

from .commands import Serving, Shell


@pytest.fixture
def here(shell: Shell, running: Serving, monkeypatch: pytest.MonkeyPatch) -> Serving:
    """The server, for somebody with root's keys in the environment and no browser."""
    become(monkeypatch, running.root)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return running


def become(monkeypatch: pytest.MonkeyPatch, keys: Credentials) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)


def redeemed(server: Serving, address: str) -> tuple[int, str]:
    """Status of signing in with the address's code, and whom it signs in."""
    found = re.fullmatch(re.escape(f"{server.url}/console/#code=") + r"(\S+)\n?", address)
    assert found is not None, address
    reply = server.api("POST", "/api/sign-in", {"code": unquote(found[1])})
    return reply.status, reply.json.get("arn", "")


def test_the_address_is_printed_where_no_browser_is_wanted_and_signs_in_once(shell: Shell, here: Serving) -> None:
    ended = shell("console", "--no-browser", "--server", here.url)
    assert ended.status == 0
    status, arn = redeemed(here, ended.out)
    assert (status, arn.rpartition(":")[2]) == (200, "root")
    assert redeemed(here, ended.out)[0] == 401


def test_the_browser_is_opened_and_the_code_not_printed(
    shell: Shell, here: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setattr("webbrowser._tryorder", None)  # it keeps what it found first, whatever BROWSER says later
    ended = shell("console", "--server", here.url)
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == f"opened {here.url}/console/ in the browser\n"
    assert redeemed(here, seen.read_text())[0] == 200


def test_a_refusal_is_told_in_the_servers_words(shell: Shell, here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, here.user("without-console"))
    ended = shell("console", "--no-browser", "--server", here.url)
    assert ended.status == 4
    assert "user/without-console is not authorized to perform: dockreeve:CreateConsoleCode" in ended.line


def test_without_a_server_it_says_so(shell: Shell, here: Serving) -> None:
    assert shell("console", "--no-browser", "--server", "http://127.0.0.1:1").status == 7
