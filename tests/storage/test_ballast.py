"""Room kept back for deletes is taken, given up once, and never the reason that a write fails."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from dockreeve.storage.sqlite.ballast import Ballast

SIZE = 64 * 1024


def test_the_room_is_really_taken_and_readable_by_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "ballast"
    Ballast(path, SIZE).fill()
    assert path.stat().st_blocks * 512 >= SIZE
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_room_is_given_up_once_and_can_be_taken_again(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", SIZE)
    ballast.fill()
    assert [ballast.drop(), ballast.drop()] == [True, False]
    ballast.fill()
    assert ballast.drop()


def test_a_disk_without_room_is_told_once_and_raises_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ballast = Ballast(tmp_path / "gone" / "ballast", SIZE)  # no such folder: the file can't be made
    with caplog.at_level(logging.WARNING):
        ballast.fill()
        ballast.fill()
    assert len(caplog.records) == 1
    assert not ballast.drop()
    (tmp_path / "gone").mkdir()
    ballast.fill()
    assert ballast.drop()
