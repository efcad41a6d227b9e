"""Repositories, their images, and who may do what with them."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from ..clicking import select
from .album import Album
from .furnished import ACCOUNT, SBOM

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PullByTheOtherAccount",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app",
        }
    ],
}


def follow(album: Album) -> None:
    page = album.page
    album.go("/ecr/repositories")
    expect(page.get_by_role("rowheader", name="team/web")).to_be_visible()
    album.take("repositories")
    page.get_by_role("button", name="Create repository").first.click()
    page.get_by_label("Repository name").fill("team/new")
    page.get_by_role("radio", name="Immutable").click()
    page.get_by_label("Immutable tag exclusions").fill("dev-*, latest")
    album.take("create-repository")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_text("The repository team/new was created.")).to_be_visible()
    page.get_by_role("button", name="View push commands").last.click()
    expect(page.get_by_role("list", name="docker")).to_be_visible()
    album.take("push-commands")
    page.get_by_role("button", name="Close", exact=True).click()
    _images(album)
    _permissions(album)


def _images(album: Album) -> None:
    page = album.page
    album.go("/ecr/repositories/app")
    expect(page.get_by_role("rowheader", name="1-arm64")).to_be_visible()
    album.take("images")
    page.get_by_role("link", name="1-amd64", exact=True).click()
    expect(page.get_by_text(SBOM)).to_be_visible()
    album.take("image")


def _permissions(album: Album) -> None:
    page = album.page
    album.go("/ecr/repositories/app?tab=permissions")
    page.get_by_role("button", name="Create policy").click()
    page.get_by_role("textbox", name="Policy JSON").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(json.dumps(POLICY, indent=2))
    findings = page.get_by_role("status", name="Findings in Policy JSON")
    expect(findings).to_contain_text("Resource is no element of a repository policy.")
    album.take("repository-policy")
    album.go("/ecr/repositories/app?tab=who")
    select(page, "What is to be done", "Push")
    expect(page.get_by_role("rowheader", name="role Deploy")).to_be_visible()
    album.take("who")
