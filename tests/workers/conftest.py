"""A server of two workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .several import Several


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Several]:
    started = Several(tmp_path)
    started.start()
    yield started
    started.kill()
