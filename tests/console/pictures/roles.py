"""The tutorial's role, by its own labels, and the trap that it has."""

from __future__ import annotations

from playwright.sync_api import expect

from ..clicking import go_on, select
from .album import Album
from .furnished import POLICIES

ROLE = "CustomRWECRRole"


def follow(album: Album) -> None:
    page = album.page
    album.go("/iam/roles")
    page.get_by_role("button", name="Create role").first.click()
    select(page, "Service or use case", "EC2")
    album.take("create-role-1")
    go_on(page)

    select(page, "Filter by Type", "Customer managed")
    for policy in POLICIES:
        page.get_by_role("checkbox", name=policy).check()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
    album.take("create-role-2")
    go_on(page)

    page.get_by_label("Role name").fill(ROLE)
    page.get_by_label("Description").fill("Custom Read and Write role for ECS")
    expect(page.get_by_text("ECS assumes roles as ecs-tasks.amazonaws.com.")).to_be_visible()
    album.take("create-role-3")
    page.get_by_role("button", name="Create role").click()

    expect(page.get_by_role("heading", name=ROLE, level=1, exact=True)).to_be_visible()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
    album.take("role")
