"""Every route of the console, in both themes, from a phone to 4K: accessible, whole, and silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

from cli.commands import Serving
from dockreeve.doors.console import BUILT

from .browser import ROOT, Watched, assert_sound, settle, too_wide
from .pushed import Pusher, ecr_of

TUTORIAL = ROOT / "docs" / "tutorial"
POLICY = "arn:aws:iam::123456789012:policy/RoutePolicy"
HUGE = {"width": 3840, "height": 2160}


def routes(server: Serving) -> list[str]:
    """An address of each page, about things that are there."""
    digest = furnished(server)
    policy = quote(POLICY, safe="")
    refusal = server.ask("ecr:DescribeRepositories", server.user("route-nobody")).headers["x-authorization-id"]
    return [
        "/",
        "/switch-role",
        "/iam/roles",
        "/iam/roles/create",
        "/iam/roles/RouteRole",
        "/iam/users",
        "/iam/users/create",
        "/iam/users/route-nobody",
        "/iam/instance-profiles",
        "/iam/instance-profiles/RouteRole",
        "/iam/policies",
        "/iam/policies/create",
        f"/iam/policies/{policy}",
        f"/iam/policies/{policy}/edit",
        "/ecr/repositories",
        "/ecr/create-repository",
        *(f"/ecr/repositories/route%2Fapp?tab={tab}" for tab in ("images", "permissions", "tags", "settings", "who")),
        f"/ecr/repositories/route%2Fapp/images/{digest}",
        "/ecr/registry/permissions",
        "/access/log",
        f"/access/why?id={refusal}",
        "/access/can?principal=role/RouteRole&repository=route/app",
        "/access/matrix",
    ]


def furnished(server: Serving) -> str:
    """A role with a policy and a profile, a repository with a policy and an image; the image's digest."""
    trust, text = (TUTORIAL / "trust-ec2.json").read_text(), (TUTORIAL / "ReadECRRepositoryContent.json").read_text()
    for name, parameters in (
        ("iam:CreatePolicy", {"PolicyName": "RoutePolicy", "PolicyDocument": text}),
        ("iam:CreateRole", {"RoleName": "RouteRole", "AssumeRolePolicyDocument": trust}),
        ("iam:AttachRolePolicy", {"RoleName": "RouteRole", "PolicyArn": POLICY}),
        ("iam:CreateInstanceProfile", {"InstanceProfileName": "RouteRole"}),
        ("iam:AddRoleToInstanceProfile", {"InstanceProfileName": "RouteRole", "RoleName": "RouteRole"}),
        ("ecr:CreateRepository", {"repositoryName": "route/app"}),
        ("ecr:SetRepositoryPolicy", {"repositoryName": "route/app", "policyText": everyone("ecr:BatchGetImage")}),
        ("ecr:PutRegistryPolicy", {"policyText": everyone("ecr:ReplicateImage", Resource="*")}),
    ):
        reply = server.ask(name, **parameters)
        assert reply.status == 200, reply.body
    return Pusher(ecr_of(server), "route/app").image("1")


def everyone(action: str, **more: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_every_route_is_sound(page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched) -> None:
    loaded: set[str] = set()
    page.on("response", lambda response: loaded.add(response.url.rpartition("/console/")[2]))
    found: list[str] = []
    sign_in()
    for route in routes(server):
        page.goto(f"{server.url}/console{route}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        settle(page)
        try:
            assert_sound(watched)
            page.set_viewport_size(HUGE)  # type: ignore[arg-type]
            assert not too_wide(page)
        except AssertionError as error:
            found.append(f"{route}: {error}")
            watched.errors.clear()
    assert not found, "\n".join(found)
    built = json.loads((BUILT / ".vite" / "manifest.json").read_text())
    pages = {name: chunk["file"] for name, chunk in built.items() if name.startswith("src/pages/") and "Page" in name}
    assert len(pages) > 20
    assert {name for name, file in pages.items() if file not in loaded} == set(), "pages without a route in this test"
