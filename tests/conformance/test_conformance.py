"""The OCI specification's own tests."""

from pathlib import Path

import pytest

from clients.server import Server

from . import suite

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


@pytest.mark.slow
def test_the_official_suite_finds_no_failure_and_the_page_says_what_it_found(tmp_path: Path) -> None:
    try:
        program = suite.built(tmp_path)
    except RuntimeError as missing:
        pytest.skip(str(missing))
    server = Server(tmp_path).start()
    try:
        results = suite.run(program, server, tmp_path)
    finally:
        server.kill()
    assert (results.failures, results.errors, results.failed) == (0, 0, ()), results.said
    assert results.tests > 800
    assert PAGE.read_text() == suite.page(results), "docs/conformance.md is stale: run `make conformance`"
