"""A user whose secrets are seen once; the key is deleted again."""

from __future__ import annotations

from playwright.sync_api import expect

from dockreeve.cli import tutorial

from ..clicking import go_on
from .album import Album

USER = "ann"


def follow(album: Album) -> None:
    page = album.page
    album.go("/iam/users")
    page.get_by_role("button", name="Create user").first.click()
    page.get_by_label("User name").fill(USER)
    page.get_by_role("checkbox", name="Provide user access to the console").check()
    page.get_by_role("checkbox", name="Create an access key").check()
    album.take("create-user")
    go_on(page)
    page.get_by_role("checkbox", name=tutorial.READ).check()
    go_on(page)
    page.get_by_role("button", name="Create user").click()

    expect(page.get_by_role("heading", name="Retrieve credentials")).to_be_visible()
    page.get_by_role("button", name="Show secret access key").click()
    album.take("user-secrets")
    page.get_by_role("button", name="View user").click()
    page.get_by_role("tab", name="Security credentials").click()
    actions = page.get_by_role("button", name="Actions for ")
    expect(actions).to_be_visible()
    album.take("user")

    actions.click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog")
    key = (dialog.get_by_role("heading").first.inner_text()).removeprefix("Delete ").removesuffix("?")
    dialog.get_by_role("textbox").fill(key)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No access keys")).to_be_visible()
