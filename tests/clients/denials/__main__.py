"""`make denials`: run the matrix and write docs/denials.md."""

import sys
import tempfile
from pathlib import Path

from ..dockerd import Dockerd
from ..server import Server
from . import matrix, page


def main() -> int:
    """1 when too little is readable; the page is written all the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for room in ("plain", "friendly", "dockerd", "clients"):
            (folder / room).mkdir()
        servers = [Server(folder / "plain"), Server(folder / "friendly", options=["--friendly-refusals"])]
        dockerd = Dockerd(folder / "dockerd")
        try:
            plain, friendly = (server.start() for server in servers)
            seen = matrix.run(plain, friendly, dockerd.start(), folder / "clients")
        finally:
            dockerd.stop()
            for server in servers:
                server.kill()
    if lost := page.told(page.PAGE.read_text()).versions.keys() - seen.versions.keys():
        print(f"Not written: {', '.join(sorted(lost))} not installed. Run scripts/clients.", file=sys.stderr)
        return 1
    page.PAGE.write_text(page.written(seen))
    readable, refused = page.shares(page.verdicts_of(seen))[1]
    print(f"{readable} of {refused} refusals are readable on a friendly server.")
    return readable < page.ENOUGH * refused


if __name__ == "__main__":
    sys.exit(main())
