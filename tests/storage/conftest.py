"""Every adapter in turn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dockreeve.storage import Blobs, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.memory import MemoryBlobs, memory_records
from dockreeve.storage.sqlite import SqliteRecords


@pytest.fixture
def at() -> datetime:
    """A moment with microseconds."""
    return datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture(params=["sqlite", "sqlite-alone", "memory"])
async def records(request: pytest.FixtureRequest, tmp_path: Path, vault: Vault) -> AsyncIterator[SqliteRecords]:
    if request.param == "memory":
        opened = memory_records(vault)
    else:
        opened = SqliteRecords.open(tmp_path / "records.sqlite", vault, alone=request.param == "sqlite-alone")
    yield opened
    await opened.close()


@pytest.fixture(params=["files", "memory"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Blobs]:
    opened: Blobs = FileBlobs(tmp_path / "blobs", low_water=0) if request.param == "files" else MemoryBlobs()
    yield opened
    await opened.close()
