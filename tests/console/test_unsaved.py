"""What was entered and not saved: whoever leaves the page is asked first, and nobody else is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from cli.commands import Serving

from .browser import Watched, assert_sound

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def question(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Leave page")


def elsewhere(page: Page) -> None:
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="Console Home").click()


def a_new_user(page: Page) -> None:
    page.get_by_label("User name").fill("begun")


def a_new_repository(page: Page) -> None:
    page.get_by_label("Repository name").fill("begun")


def a_repositorys_tags(page: Page) -> None:
    page.get_by_role("button", name="Add tag").click()


def a_repositorys_settings(page: Page) -> None:
    page.get_by_role("radio", name="Immutable").click()


def a_repositorys_policy(page: Page) -> None:
    page.get_by_role("button", name="Create policy").click()
    typed(page)


def a_roles_trust_policy(page: Page) -> None:
    page.get_by_role("button", name="Edit trust policy").click()
    typed(page)


def a_roles_tags(page: Page) -> None:
    page.get_by_role("button", name="Add new tag").click()


def typed(page: Page) -> None:
    """Something, into the editor."""
    page.locator(".ace_content").click()
    page.keyboard.type(" ")


@pytest.fixture(scope="module", autouse=True)
def _things(server: Serving) -> None:
    assert server.ask("ecr:CreateRepository", repositoryName="unsaved").status == 200
    assert server.ask("iam:CreateRole", RoleName="unsaved", AssumeRolePolicyDocument=TRUST).status == 200


def test_a_link_asks_before_what_was_entered_is_lost(page: Page, server: Serving, sign_in: Callable[..., None]) -> None:
    sign_in()
    for path, enter in (
        ("/iam/users/create", a_new_user),
        ("/ecr/create-repository", a_new_repository),
        ("/ecr/repositories/unsaved?tab=tags", a_repositorys_tags),
        ("/ecr/repositories/unsaved?tab=settings", a_repositorys_settings),
        ("/ecr/repositories/unsaved?tab=permissions", a_repositorys_policy),
        ("/iam/roles/unsaved?tab=trust", a_roles_trust_policy),
        ("/iam/roles/unsaved?tab=tags", a_roles_tags),
    ):
        page.goto(f"{server.url}/console{path}")
        enter(page)
        elsewhere(page)
        question(page).get_by_role("button", name="Cancel").click()
        expect(question(page)).to_have_count(0)
        assert path in page.url
        elsewhere(page)
        question(page).get_by_role("button", name="Leave").click()
        expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()


def test_the_question_is_sound_and_keeps_what_was_entered(
    page: Page, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/ecr/repositories")
    page.get_by_role("button", name="Create repository").first.click()
    name = page.get_by_label("Repository name")
    name.fill("kept")
    page.go_back()
    expect(question(page)).to_contain_text("The changes that you made won't be saved.")
    assert_sound(watched)
    page.keyboard.press("Escape")
    expect(question(page)).to_have_count(0)
    expect(name).to_have_value("kept")
    page.go_back()
    question(page).get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Repositories", level=1)).to_be_visible()
    page.go_forward()
    expect(name).to_have_value("")
    name.fill("more")
    page.get_by_role("button", name="Cancel").click()
    question(page).get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Repositories", level=1)).to_be_visible()


def test_another_tab_of_the_page_and_signing_out_ask_too(page: Page, sign_in: Callable[..., None]) -> None:
    sign_in("/ecr/repositories/unsaved?tab=tags")
    a_repositorys_tags(page)
    page.get_by_role("tab", name="Settings").click()
    question(page).get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    question(page).get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("textbox", name="Key")).to_be_visible()
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    question(page).get_by_role("button", name="Leave").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def test_closing_the_tab_asks_only_where_something_was_entered(page: Page, sign_in: Callable[..., None]) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    sign_in("/ecr/create-repository")
    name = page.get_by_label("Repository name")
    name.fill("begun")
    name.fill("")
    page.reload()
    assert asked == []
    name.fill("begun")
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(name).to_have_value("begun")


def test_nobody_is_asked_who_entered_nothing_or_saved_it(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    sign_in("/ecr/create-repository")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Repositories", level=1)).to_be_visible()
    page.get_by_role("button", name="Create repository").first.click()
    page.get_by_label("Repository name").fill("unsaved-saved")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="unsaved-saved", level=1)).to_be_visible()
    page.get_by_role("tab", name="Repository tags").click()
    a_repositorys_tags(page)
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The tags were saved.")).to_be_visible()
    elsewhere(page)
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Users").first.click()
    page.get_by_role("button", name="Create user").first.click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Users", level=1)).to_be_visible()
