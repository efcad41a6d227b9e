"""A shell without settings of its own, and one server for the commands that only ask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .commands import Serving, Shell, serving


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """Runs commands in an empty folder, as somebody without AWS files and settings."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "DOCKREEVE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with a repository `app`."""
    with serving(tmp_path_factory.mktemp("served") / "data") as made:
        assert made.ask("ecr:CreateRepository", repositoryName="app").status == 200
        yield made
