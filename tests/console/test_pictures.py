"""The pictures of docs/console*.md: every flow that they show can be followed, and every picture is one of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cli.commands import Serving

from .browser import ROOT
from .pictures import take_all

SHOWN = ROOT / "docs" / "console"
LARGEST, ALL = 110_000, 3_500_000  # bytes
_LINKED = re.compile(r"\]\(console/([\w-]+\.png)\)")


def linked() -> set[str]:
    return {name for page in (ROOT / "docs").glob("*.md") for name in _LINKED.findall(page.read_text())}


@pytest.mark.slow
def test_the_flows_of_the_documentation_make_its_pictures(browser: Browser, server: Serving, tmp_path: Path) -> None:
    take_all(browser, server, server.url, tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == linked()


def test_the_folder_of_pictures_holds_those_that_a_page_shows_and_no_other() -> None:
    assert {each.name for each in SHOWN.iterdir()} == linked()


def test_a_picture_is_small() -> None:
    sizes = {each.name: each.stat().st_size for each in SHOWN.iterdir()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) < ALL
