"""`dockreeve console`: asks for a code that works once, signed, and opens the console with it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .commands import Serving, Shell


class Codes(ThreadingHTTPServer):
    """Answers as /api/console-code does, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[tuple[str, str, str]] = []
        self.status, self.answer = 200, {"code": "a+b/c", "expiration": "2026-01-01T00:00:00Z"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answering(BaseHTTPRequestHandler):
    server: Codes

    def do_POST(self) -> None:
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        content = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def codes(shell: Shell, running: Serving, monkeypatch: pytest.MonkeyPatch) -> Iterator[Codes]:
    """Somebody with root's keys in the environment and no browser."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", running.root.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", running.root.secret_key)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with Codes() as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def test_the_address_is_printed_where_no_browser_is_wanted(shell: Shell, codes: Codes, running: Serving) -> None:
    ended = shell("console", "--no-browser", "--server", codes.url)
    assert (ended.status, ended.out) == (0, f"{codes.url}/console/#code=a%2Bb%2Fc\n")
    method, path, authorization = codes.asked[0]
    assert (method, path) == ("POST", "/api/console-code")
    assert f"Credential={running.root.access_key}/" in authorization
    assert "/dockreeve/aws4_request" in authorization


def test_the_browser_is_opened_and_the_code_not_printed(
    shell: Shell, codes: Codes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setattr("webbrowser._tryorder", None)  # it keeps what it found first, whatever BROWSER says later
    ended = shell("console", "--server", codes.url)
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == f"opened {codes.url}/console/ in the browser\n"
    assert seen.read_text() == f"{codes.url}/console/#code=a%2Bb%2Fc\n"


def test_a_refusal_is_told_in_the_servers_words(shell: Shell, codes: Codes) -> None:
    codes.status, codes.answer = 403, {"Code": "AccessDenied", "Message": "User: x is not authorized"}
    ended = shell("console", "--no-browser", "--server", codes.url)
    assert (ended.status, ended.line) == (4, "User: x is not authorized")


def test_an_answer_without_a_code_is_told(shell: Shell, codes: Codes) -> None:
    codes.answer = {}
    ended = shell("console", "--no-browser", "--server", codes.url)
    assert (ended.status, ended.line) == (1, "the server gave no code (it may be of another version)")


def test_without_a_server_it_says_so(shell: Shell, codes: Codes) -> None:
    assert shell("console", "--no-browser", "--server", "http://127.0.0.1:1").status == 7
