"""Any bytes are read or refused by every reader of them, and no request, however it is written, ends in a 500."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dockreeve.doors.registry import RegistryDoor
from laws import examples

from .__main__ import NAMES
from .harnesses import HARNESSES
from .requests import SEEDS, Served

EXAMPLES = examples(int(os.environ.get("FUZZ_EXAMPLES", "60")))
CASES = Path(__file__).parent / "cases"
# What means something to one reader or another, to be put anywhere.
TELLING = [b"\0", b"\r\n", b"\n", b"%00", b"%2f", b"..", b":", b"/", b"=", b"&", b"\xff", b"\xed\xa0\x80", b"\xc2\xa0"]
TELLING += [b"-", b"+", b"e9999", b"9" * 40, b"{", b"[" * 300, b"null", b"\\ud800", b" ", b"\t", b"\x85", b"1.0", b'"']


@st.composite
def near(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A good input with a few cuts, repetitions and strange letters."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        begin, end = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
        new = draw(st.sampled_from([b"", data[begin:end] * 2, *TELLING]) | st.binary(max_size=8))
        data = data[:begin] + new + data[end if draw(st.booleans()) else begin :]
    return data


@pytest.mark.parametrize("name", HARNESSES)
def test_any_bytes_are_read_or_refused(name: str) -> None:
    harness = HARNESSES[name]

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(near([*harness.seeds]) | st.binary(max_size=200))
    def check(data: bytes) -> None:
        harness.run(data)

    for seed in harness.seeds:
        harness.run(seed)
    check()


def test_no_request_ends_in_a_500(tmp_path: Path) -> None:
    with Served(tmp_path) as served:

        @settings(max_examples=2 * EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(st.binary(max_size=300) | near(SEEDS))
        def check(data: bytes) -> None:
            served.run(data)

        check()


def test_atheris_is_given_every_harness() -> None:
    assert [*HARNESSES, "requests"] == NAMES


def test_a_500_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    with Served(tmp_path) as served:
        served.run(b"\x01")
        monkeypatch.setattr(RegistryDoor, "_admitted", broken)
        with pytest.raises(AssertionError, match="on purpose"):
            served.run(b"\x01")


def test_what_once_failed_fails_no_more(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        for case in sorted(CASES.glob("*/*")):
            run = served.run if case.parent.name == "requests" else HARNESSES[case.parent.name].run
            run(case.read_bytes())
