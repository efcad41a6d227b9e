"""Signing in, home and its search, and switching to a role."""

from __future__ import annotations

from botocore.credentials import Credentials
from playwright.sync_api import expect

from cli.commands import Serving

from .album import Album


def follow_signing_in(album: Album, server: Serving) -> None:
    """With root's access key."""
    page = album.page
    album.go("/")
    expect(page.get_by_label("Account ID")).not_to_have_value("")
    album.take("sign-in")
    album.sign_in(server.root)


def follow_search(album: Album) -> None:
    """Look for something from home."""
    page = album.page
    album.go("/")
    search = page.get_by_role("combobox", name="Search for pages")

    def look() -> None:
        search.fill("")
        search.fill("ECR")
        expect(page.get_by_role("option", name="ReadECRRepositoryContent")).to_be_visible()

    album.take("home", show=look)


def follow_switching(album: Album, carl: Credentials) -> None:
    """carl takes on the role Deploy."""
    page = album.page
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    album.go("/")
    album.sign_in(carl)
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Switch role").click()
    page.get_by_label("IAM role name").fill("Deploy")
    album.take("switch-role")
    page.get_by_role("button", name="Switch role", exact=True).click()
    session = page.get_by_role("button", name="Account and session: Deploy/carl")
    expect(session).to_be_visible()

    def look() -> None:
        if session.get_attribute("aria-expanded") != "true":
            session.click()
        expect(page.get_by_role("menuitem", name="Switch back")).to_be_visible()

    album.take("switched", show=look)
