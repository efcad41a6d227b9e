"""What a test of the console starts with: a real server, Debian's chromium, and a page that is watched.

Without chromium or without the built console the tests are skipped, and fail in CI (see tests/conftest.py): `make test`
installs the one and builds the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cli.commands import Serving, serving
from dockreeve.doors.console import BUILT

from .browser import AXE, SECONDS, Watched, chromium, launched, opened, settle


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.clients)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each opens pages of its own."""
    if chromium() is None:
        pytest.skip("chromium is not installed: run scripts/clients.")
    if not (BUILT / "index.html").is_file() or not AXE.is_file():
        pytest.skip("the console is not built: run make console.")
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        launching = launched(playwright)
        yield launching
        launching.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A real server, the same for all tests of a file: a test makes things under names of its own."""
    with serving(tmp_path_factory.mktemp("console") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def iam(server: Serving) -> Any:
    """boto3's client for IAM, as root: what the console did is seen through it."""
    session = boto3.Session(server.root.access_key, server.root.secret_key, region_name="us-east-1")
    return session.client("iam", endpoint_url=server.url)


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A page and what it complains of."""
    with opened(browser) as made:
        yield made


@pytest.fixture
def page(watched: Watched) -> Page:
    """The page of `watched`."""
    return watched.page


@pytest.fixture
def sign_in(page: Page, server: Serving) -> Callable[..., None]:
    """Open an address below /console and sign in there with an access key, root's unless told otherwise:
    `sign_in("/iam/roles")`, `sign_in(keys=server.user("ann", "iam:List*"))`."""

    def at(path: str = "/", keys: object = None, origin: str = "") -> None:
        used = keys or server.root
        page.goto(f"{origin or server.url}/console{path}")
        page.get_by_role("tab", name="Access key").click()
        page.get_by_label("Access key ID").fill(used.access_key)  # type: ignore[attr-defined]
        page.get_by_label("Secret access key").fill(used.secret_key)  # type: ignore[attr-defined]
        page.get_by_role("button", name="Sign in").click()
        expect(
            page.get_by_role("navigation", name="Breadcrumbs").or_(page.get_by_role("heading", level=1))
        ).not_to_have_count(0)
        expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
        settle(page)  # a menu that is opened while the page still comes is closed again

    return at
