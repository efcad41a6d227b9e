"""Every region is a registry of its own: the top bar says which one is seen, and leads to the others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
from playwright.sync_api import Page, expect

from cli.commands import Serving

from .browser import Watched, assert_sound, stored

SESSION = "dockreeve.session"


def ecr_in(region: str, server: Serving) -> Any:
    session = boto3.Session(server.root.access_key, server.root.secret_key, region_name=region)
    return session.client("ecr", endpoint_url=server.url)


def choose(page: Page, before: str, after: str) -> None:
    page.get_by_role("button", name=f"Region: {before}").click()
    page.get_by_role("menuitemcheckbox", name=after).click()


def test_another_region_shows_its_own_repositories_and_makes_new_ones_there(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    ecr_in("us-east-1", server).create_repository(repositoryName="regions/here")
    ecr_in("eu-west-1", server).create_repository(repositoryName="regions/there")
    sign_in("/ecr/repositories")
    here, there = page.get_by_role("link", name="regions/here"), page.get_by_role("link", name="regions/there")
    expect(here).to_be_visible()
    expect(there).to_have_count(0)
    page.get_by_role("button", name="Region: us-east-1").click()
    expect(page.get_by_role("menuitemcheckbox", name="US East (N. Virginia)")).to_be_checked()
    assert_sound(watched)
    page.reload()
    choose(page, "us-east-1", "Europe (Ireland)")
    expect(there).to_be_visible()
    expect(here).to_have_count(0)
    assert json.loads(stored(page)[SESSION])["region"] == "eu-west-1"
    page.reload()
    there.click()
    expect(page.get_by_role("heading", name="regions/there", level=1)).to_be_visible()
    page.get_by_role("button", name="View push commands").first.click()
    commands = page.get_by_role("dialog")
    expect(commands).to_contain_text("aws ecr get-login-password --region eu-west-1")
    expect(commands).to_contain_text(re.compile(r"docker push \d{12}\.dkr\.ecr\.eu-west-1\.\S+/regions/there:latest"))
    page.keyboard.press("Escape")
    page.goto(f"{server.url}/console/ecr/create-repository")
    page.get_by_label("Repository name").fill("regions/made")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="regions/made", level=1)).to_be_visible()
    [made] = ecr_in("eu-west-1", server).describe_repositories(repositoryNames=["regions/made"])["repositories"]
    assert ":eu-west-1:" in made["repositoryArn"]
    page.get_by_role("link", name="Roles").first.click()  # IAM has no regions
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    assert not watched.errors


def test_a_link_leads_to_the_region_that_it_was_copied_in(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    ecr_in("ca-central-1", server).create_repository(repositoryName="regions/linked")
    sign_in("/ecr/repositories/regions%2Flinked?tab=tags&region=ca-central-1")
    expect(page.get_by_role("heading", name="regions/linked", level=1)).to_be_visible()
    expect(page.get_by_role("tab", name="Repository tags")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name="Region: ca-central-1")).to_be_visible()
    assert not watched.errors
    page.get_by_role("link", name="Repositories").first.click()
    expect(page).to_have_url(f"{server.url}/console/ecr/repositories?region=ca-central-1")
    page.get_by_role("searchbox").or_(page.get_by_placeholder("Find repositories")).first.fill("linked")
    expect(page).to_have_url(re.compile(r"\?region=ca-central-1&q=linked$"))
    choose(page, "ca-central-1", "Europe (Paris)")
    expect(page).to_have_url(re.compile(r"\?region=eu-west-3&q=linked$"))
    expect(page.get_by_role("link", name="regions/linked")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("link", name="regions/linked")).to_be_visible()
    expect(page.get_by_role("button", name="Region: ca-central-1")).to_be_visible()


def test_an_address_without_a_region_gets_the_one_that_is_seen(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    sign_in("/ecr/create-repository?region=eu-north-1")
    for path in ("/ecr/repositories", "/ecr/registry/permissions", "/access/matrix", "/access/can"):
        for said in ("", "?region=", "?region=%3Cb%3E", "?region=EU-WEST-1"):
            page.goto(f"{server.url}/console{path}{said}")
            expect(page).to_have_url(f"{server.url}/console{path}?region=eu-north-1")
    page.goto(f"{server.url}/console/iam/roles")  # IAM has no regions
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Region: eu-north-1")).to_be_visible()
    assert page.url == f"{server.url}/console/iam/roles"


def test_the_back_button_to_another_region_asks_before_a_begun_form_is_lost(
    page: Page, sign_in: Callable[..., None]
) -> None:
    sign_in("/ecr/create-repository")
    choose(page, "us-east-1", "Europe (Paris)")
    expect(page.get_by_role("button", name="Region: eu-west-3")).to_be_visible()
    page.get_by_label("Repository name").fill("begun")
    page.go_back()
    question = page.get_by_role("dialog", name="Leave page")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Repository name")).to_have_value("begun")
    expect(page.get_by_role("button", name="Region: eu-west-3")).to_be_visible()
    page.go_back()
    question.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("button", name="Region: us-east-1")).to_be_visible()
    expect(page.get_by_label("Repository name")).to_have_value("")


def test_a_begun_form_asks_before_its_region_is_left(page: Page, sign_in: Callable[..., None]) -> None:
    sign_in("/ecr/create-repository")
    page.get_by_label("Repository name").fill("begun")
    choose(page, "us-east-1", "Europe (Paris)")
    question = page.get_by_role("dialog", name="Leave page")
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Repository name")).to_have_value("begun")
    choose(page, "us-east-1", "Europe (Paris)")
    question.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("button", name="Region: eu-west-3")).to_be_visible()
    expect(page.get_by_label("Repository name")).to_have_value("")


def test_a_role_is_taken_on_in_the_region_that_is_seen_and_left_there(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    principal = {"AWS": "arn:aws:iam::123456789012:user/regions-ann"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    keys = server.user("regions-ann", "sts:AssumeRole")
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    assert server.ask("iam:CreateRole", RoleName="regions", AssumeRolePolicyDocument=document).status == 200
    sign_in("/switch-role?role=regions", keys)
    choose(page, "us-east-1", "Asia Pacific (Tokyo)")
    page.get_by_role("button", name="Switch role", exact=True).click()
    menu = page.get_by_role("button", name="Account and session: regions/regions-ann")
    expect(menu).to_be_visible()
    choose(page, "ap-northeast-1", "Europe (Paris)")
    menu.click()
    page.get_by_role("menuitem", name="Switch back").click()
    expect(page.get_by_role("button", name="Region: eu-west-3")).to_be_visible()
