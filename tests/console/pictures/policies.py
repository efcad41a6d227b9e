"""The tutorial's read policy made by its labels; its write policy, what it means, and its change into a new version."""

from __future__ import annotations

import copy
import json

from playwright.sync_api import expect

from dockreeve.cli import tutorial

from ..clicking import READ, any_in_this_account, go_on, select_actions, select_service
from .album import Album

DELETE = "ecr:BatchDeleteImage"


def follow_creating(album: Album) -> None:
    """*Create policy*, as the tutorial says."""
    page = album.page
    album.go("/iam/policies")
    page.get_by_role("button", name="Create policy").first.click()
    select_service(page)
    select_actions(page, READ)
    any_in_this_account(page)
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
    with album.wide():
        page.get_by_role("button", name="Read (Selected 5/21)").click()
        album.take("create-policy-visual")
        page.get_by_role("button", name="JSON", exact=True).click()
        expect(page.get_by_role("textbox", name="Policy document")).to_be_attached()
        expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
        album.take("create-policy-json")
        go_on(page)
        page.get_by_label("Policy name").fill(tutorial.READ)
        page.get_by_label("Description").fill("Allow pull images, describe repositories")
        expect(page.get_by_text("The description promises pull")).to_be_visible()
        album.take("create-policy-review")
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("rowheader", name=tutorial.READ, exact=True)).to_be_visible()


def follow_editing(album: Album) -> None:
    """Give the tutorial's write policy what its description promises."""
    page = album.page
    album.go("/iam/policies?type=customer")
    expect(page.get_by_role("rowheader", name=tutorial.WRITE, exact=True)).to_be_visible()
    album.take("policies")
    page.get_by_role("link", name=tutorial.WRITE, exact=True).click()
    expect(page.get_by_text("docker push").first).to_be_visible()
    album.take("policy")

    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Policy document").press("ControlOrMeta+a")
    document = copy.deepcopy(tutorial.WRITE_DOCUMENT)
    document["Statement"][0]["Action"].append(DELETE)
    page.keyboard.insert_text(json.dumps(document, indent=2))
    expect(page.get_by_role("status", name="Findings in Policy document")).to_be_empty()
    album.take("edit-policy")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("rowheader", name="v2")).to_be_visible()
    album.take("policy-versions")
