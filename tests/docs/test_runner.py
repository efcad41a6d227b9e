"""The runner of pages: it runs what a page shows, in order and in one shell, and finds what isn't so."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from .pages import PageError, blocks, relocated, run, shows

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def _page(*fenced: tuple[str, str]) -> str:
    return "".join(f"Words.\n\n```{kind}\n{text}\n```\n\n" for kind, text in fenced)


def test_blocks_have_their_kind_and_line() -> None:
    found = blocks(_page(("sh", "true"), ("sh fails", "false"), ("", "x")))
    assert [(block.kind, block.text, block.line) for block in found] == [
        ("sh", "true\n", 4),
        ("sh fails", "false\n", 10),
        ("", "x\n", 16),
    ]


def test_a_later_block_sees_what_an_earlier_one_set(tmp_path: Path) -> None:
    page = _page(("sh", "export name=reeve\nshow() { echo hello $name; }"), ("sh", "show"), ("text", "hello reeve"))
    run(blocks(page), tmp_path, ENVIRONMENT)


def test_a_command_that_fails_is_found_with_its_line_and_its_words(tmp_path: Path) -> None:
    page = _page(("sh", "true"), ("sh", "echo broken >&2\nfalse\ntrue"), ("sh", "true"))
    with pytest.raises(PageError, match=r"line 10: ended with 1(?s:.*)broken"):
        run(blocks(page), tmp_path, ENVIRONMENT)


def test_a_command_that_should_fail_and_does_not_is_found(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="line 4"):
        run(blocks(_page(("sh fails", "true"))), tmp_path, ENVIRONMENT)


def test_a_page_goes_on_after_a_failure_that_it_shows(tmp_path: Path) -> None:
    page = _page(("sh fails", "echo no; false"), ("text", "no"), ("sh", "echo yes"), ("text", "yes"))
    run(blocks(page), tmp_path, ENVIRONMENT)


def test_output_that_is_not_what_the_page_shows_is_found(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="line 10: the page shows\nfour"):
        run(blocks(_page(("sh", "echo three"), ("text", "four"))), tmp_path, ENVIRONMENT)


def test_output_belongs_to_the_block_before_it_alone(tmp_path: Path) -> None:
    page = _page(("sh", "echo one"), ("sh", "echo two"), ("text", "one"))
    with pytest.raises(PageError, match="line 16"):
        run(blocks(page), tmp_path, ENVIRONMENT)


def test_a_page_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="line 4: not ended after 0"):
        run(blocks(_page(("sh", "sleep 60"))), tmp_path, ENVIRONMENT, within=0.2)


@pytest.mark.slow
def test_what_a_page_leaves_running_is_ended(tmp_path: Path) -> None:
    run(blocks(_page(("sh", "sleep 60 & echo $! >pid"))), tmp_path, ENVIRONMENT)
    left = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}")
    deadline = time.monotonic() + 5
    while left.exists() and "(sleep) Z" not in (left / "stat").read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left.exists() or "(sleep) Z" in (left / "stat").read_text()


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("two", True),
        ("one\ntwo", True),
        ("one\nthree", False),
        ("one\n...\nthree", True),
        ("three\n...\none", False),
        ("t...e", True),
        ("tw", False),
        ("wo", False),
        ("one\n...\ntwo", True),
        ("  three", False),
        ("...\n  indented", True),
    ],
)
def test_shown_lines_stand_together_unless_dots_part_them(expected: str, shown: bool) -> None:
    assert shows(expected, "one\ntwo  \nthree\n  indented\n") is shown


def test_each_port_of_a_page_becomes_a_free_one_and_keeps_being_it() -> None:
    moved = relocated("127.0.0.1:5150 127.0.0.1:5151 127.0.0.1:5151 0.0.0.0:5150", 8080).split()
    assert moved[0] == "127.0.0.1:8080"
    assert moved[1] == moved[2] != "127.0.0.1:5151"
    assert moved[3] == "0.0.0.0:5150"
