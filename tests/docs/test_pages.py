"""Every command that README.md and docs/*.md show does what the page says, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from clients.server import Server, bare_environment
from clients.tools import container_tool

from .pages import ROOT, RUN, RUN_FAILS, blocks, relocated, run

ALL = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
TOOLS = (
    "crane",
    "curl",
    "helm",
    "openssl",
    "oras",
    "podman",
    "skopeo",
)  # what a page may need beside this Python's environment
TASK_PAGES = (
    "serve.md",
    "credentials.md",
    "passwords.md",
    "clients.md",
    "refusals.md",
    "policies.md",
    "changes.md",
    "console.md",
    "console-iam.md",
    "console-ecr.md",
    "console-access.md",
)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


@pytest.mark.parametrize("name", TASK_PAGES)
def test_a_task_page_is_short(name: str) -> None:
    assert len((ROOT / "docs" / name).read_text().splitlines()) < 150


def _tools(page: Path) -> list[str]:
    commands = " ".join(block.text for block in blocks(page.read_text()) if block.kind in (RUN, RUN_FAILS))
    return [tool for tool in TOOLS if re.search(rf"\b{tool}\b", commands)]


def _with_commands() -> list[Any]:
    return [
        pytest.param(page, id=page.name, marks=[pytest.mark.clients] if _tools(page) else [])
        for page in ALL
        if any(block.kind == RUN for block in blocks(page.read_text()))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("page", _with_commands())
def test_every_command_of_a_page_does_what_the_page_says(
    page: Path, server: Server, checkout: Path, environment: dict[str, str]
) -> None:
    for tool in _tools(page):
        if shutil.which(tool, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}") is None:
            pytest.skip(f"{tool} is not installed: run scripts/clients.")
    text = relocated(page.read_text(), urlsplit(server.url).port or 0)
    run(blocks(text), checkout, environment)


def test_the_page_of_clients_tells_the_versions_that_the_tests_run() -> None:
    built = re.findall(r"^([a-z ]+)\|\S+\|(v\S+?)\"?$", (ROOT / "scripts" / "clients").read_text(), re.MULTILINE)
    rows = [line for line in (ROOT / "docs" / "clients.md").read_text().splitlines() if line.startswith("|")]
    assert len(built) == 4
    for names, version in built:
        assert any(names.split()[0] in row and version.removeprefix("v") in row for row in rows), (names, version)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with its data in `tmp_path`/data, started as `make run` does."""
    started = Server(tmp_path)
    yield started.start()
    started.kill()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a page finds in a checkout; the documents are copies, so that no page can change the real ones."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person whose home has nothing in it but what container tools can't do without."""
    home = tmp_path / "home"
    tool = container_tool("podman", home) or container_tool("skopeo", home)
    own = dict(tool.environment) if tool else {**bare_environment(), "HOME": str(home)}
    # The harness takes loopback registries for insecure ones; here the page has to say so.
    own["CONTAINERS_REGISTRIES_CONF"] = str(tmp_path / "registries.conf")
    (tmp_path / "registries.conf").touch()
    del own["AWS_EC2_METADATA_DISABLED"]
    return own
