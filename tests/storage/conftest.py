"""Every adapter in turn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dockreeve.storage import Blobs, Records, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs
from dockreeve.storage.sqlite import SqliteRecords

from .making import AT, repository


class Clock:
    """The adapters' clock, turned by hand."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def at() -> datetime:
    """A moment with microseconds."""
    return datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(32))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "sqlite-alone", "memory"])
async def records(
    request: pytest.FixtureRequest, tmp_path: Path, vault: Vault, clock: Clock
) -> AsyncIterator[SqliteRecords]:
    if request.param == "memory":
        opened = SqliteRecords.in_memory(vault, clock=clock)
    else:
        alone = request.param == "sqlite-alone"
        opened = SqliteRecords.open(tmp_path / "records" / "dockreeve.db", vault, clock=clock, alone=alone)
    yield opened
    await opened.close()


@pytest.fixture(params=["files", "memory"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Blobs]:
    opened: Blobs = FileBlobs(tmp_path / "blobs", low_water=0) if request.param == "files" else MemoryBlobs()
    yield opened
    await opened.close()


@pytest.fixture
async def repo(records: Records) -> int:
    """The id of a repository."""
    return (await records.registry.add_repository(repository())).id
