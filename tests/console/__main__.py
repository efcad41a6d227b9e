"""`make screenshots`: follow docs/console*.md in a real browser and write their pictures, light and dark."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from cli.commands import serving

from .browser import ROOT, chromium, launched
from .pictures import take_all

FOLDER = ROOT / "docs" / "console"
ADDRESS = "127.0.0.1:5150"  # what the pages of the documentation show; the server listens on a free port


def main() -> int:
    """1 where there is no browser."""
    if chromium() is None:
        print("chromium is not installed: run scripts/clients.", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright, {ADDRESS: urlsplit(server.url).netloc})
        take_all(browser, server, f"http://{ADDRESS}", FOLDER)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
