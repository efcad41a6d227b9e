"""The pictures of docs/console*.md, taken while each flow of these pages is followed in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from cli.commands import Serving

from ..browser import opened
from . import access, ecr, policies, roles, start, users
from .album import Album
from .furnished import furnished


def take_all(browser: Browser, server: Serving, address: str, folder: Path) -> None:
    """Write every picture, light and dark, into `folder`. `address` is the server's, as the browser reaches it.

    The flows follow each other on one server: what one makes, the next ones show.
    """
    with (
        opened(browser, locale="en-US", timezone_id="UTC") as watched,
        opened(browser) as studio,
    ):
        album = Album(watched.page, studio.page, address, folder)
        start.follow_signing_in(album, server)
        policies.follow_creating(album)
        carl = furnished(server)
        start.follow_search(album)
        roles.follow(album)
        policies.follow_editing(album)
        users.follow(album)
        ecr.follow(album)
        access.follow(album, server, carl)
        start.follow_switching(album, carl)
