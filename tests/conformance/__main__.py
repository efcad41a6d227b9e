"""`make conformance`: run the suite and write docs/conformance.md."""

import sys
import tempfile
from pathlib import Path

from clients.server import Server

from . import suite
from .test_conformance import PAGE


def main() -> int:
    """1 when the suite finds a failure; the page is written all the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder).start()
        try:
            results = suite.run(suite.built(folder), server, folder)
        finally:
            server.kill()
    PAGE.write_text(suite.page(results))
    print(f"{results.tests} tests, {results.failures} failures, {results.errors} errors, {results.skipped} skipped")
    return bool(results.failures or results.errors)


if __name__ == "__main__":
    sys.exit(main())
