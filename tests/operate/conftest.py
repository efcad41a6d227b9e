"""One server for the tests that only look."""

from collections.abc import Iterator

import pytest

from clients.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in its default settings."""
    started = Server(tmp_path_factory.mktemp("server"))
    yield started.start()
    started.kill()
