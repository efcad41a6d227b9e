"""A policy: what it means, its change into a new version, and its versions."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from dockreeve.cli import tutorial

from .album import Album

DELETE = "ecr:BatchDeleteImage"


def follow(album: Album) -> None:
    """Give the tutorial's write policy what its description promises."""
    page = album.page
    album.go("/iam/policies?q=ECRRepositoryContent")
    expect(page.get_by_role("rowheader", name=tutorial.WRITE, exact=True)).to_be_visible()
    album.take("policies")
    page.get_by_role("link", name=tutorial.WRITE, exact=True).click()
    expect(page.get_by_text("docker push").first).to_be_visible()
    album.take("policy")

    page.get_by_role("button", name="Edit", exact=True).click()
    editor = page.get_by_role("textbox", name="Policy document")
    editor.focus()
    page.keyboard.press("ControlOrMeta+a")
    document = json.loads(json.dumps(tutorial.WRITE_DOCUMENT))
    document["Statement"][0]["Action"].append(DELETE)
    page.keyboard.insert_text(json.dumps(document, indent=2))
    album.take("edit-policy")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("rowheader", name="v2")).to_be_visible()
    album.take("policy-versions")
