"""Signing in for real: a password, one that must be changed, too many attempts, a code; and a session's rough days."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from cli.commands import Serving, ran, serving

from .browser import Watched, assert_sound, opened, stored

SESSION = "dockreeve.session"
FIRST, SECOND = "correct Horse 1", "battery Staple 2"


def with_password(server: Serving, name: str, *actions: str, reset: bool = False) -> None:
    server.user(name, *actions)
    made = server.ask("iam:CreateLoginProfile", UserName=name, Password=FIRST, PasswordResetRequired=reset)
    assert made.status == 200, made.body


def typed(page: Page, user: str, password: str) -> None:
    expect(page.get_by_label("Account ID")).not_to_have_value("")
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")


def test_a_password_signs_in_and_is_kept_nowhere(page: Page, server: Serving, watched: Watched) -> None:
    with_password(server, "in-ann", "iam:ListRoles")
    page.goto(f"{server.url}/console/iam/roles")
    typed(page, "in-ann", FIRST)
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Account and session: in-ann")).to_be_visible()
    kept = json.dumps(stored(page))
    assert FIRST not in kept
    assert json.loads(stored(page)[SESSION])["arn"].endswith(":user/in-ann")
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    assert stored(page) == {}
    assert_sound(watched)


def test_a_wrong_password_is_told_in_the_servers_words(page: Page, server: Serving, watched: Watched) -> None:
    with_password(server, "in-wrong")
    page.goto(f"{server.url}/console/")
    typed(page, "in-wrong", "not it")
    expect(page.get_by_text("The account, the user name or the password is wrong.")).to_be_visible()
    watched.forget("401")
    assert_sound(watched)
    typed(page, "in-wrong", FIRST)
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()


def test_a_password_that_must_be_changed_is_changed_first(page: Page, server: Serving, watched: Watched) -> None:
    with_password(server, "in-new", reset=True)
    page.goto(f"{server.url}/console/")
    typed(page, "in-new", FIRST)
    expect(page.get_by_text("Your password must be changed before you can go on.")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, once more").fill("shor")
    change = page.get_by_role("button", name="Change password and sign in")
    change.click()
    expect(page.get_by_text("The two new passwords differ.", exact=True)).to_be_visible()
    page.get_by_label("New password, once more").fill("short")
    change.click()
    expect(page.get_by_text("You could not be signed in")).to_be_visible()
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill(SECOND)
    change.click()
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    watched.forget("400", "403")
    assert_sound(watched)
    tried = server.api("POST", "/api/sign-in", {"account": "123456789012", "user": "in-new", "password": FIRST})
    assert tried.status == 401


def test_after_too_many_attempts_the_page_counts_down(page: Page, server: Serving, watched: Watched) -> None:
    with_password(server, "in-many")
    body = {"account": "123456789012", "user": "in-many", "password": "guess"}
    for _ in range(10):
        server.api("POST", "/api/sign-in", body)
    page.goto(f"{server.url}/console/")
    typed(page, "in-many", FIRST)
    expect(page.get_by_text("There were too many attempts to sign in.")).to_be_visible()
    button = page.get_by_role("button", name=re.compile(r"Try again in \d+ s"))
    expect(button).to_be_disabled()
    before = button.inner_text()
    expect(button).not_to_have_text(before)
    watched.forget("429", "401")
    assert_sound(watched)


def test_dockreeve_console_signs_in_once(page: Page, server: Serving, browser: Browser, watched: Watched) -> None:
    keys = server.root
    own = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret_key}
    ended = ran("console", "--no-browser", "--server", server.url, **own)
    assert ended.status == 0, ended.err
    address = ended.out.strip()
    page.goto(address)
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    assert page.url == f"{server.url}/console/"
    assert_sound(watched)
    with opened(browser) as other:
        other.page.goto(address)
        expect(other.page.get_by_text("The link did not sign you in.")).to_be_visible()


def test_two_tabs_hold_a_session_of_their_own_each(page: Page, server: Serving, sign_in: Callable[..., None]) -> None:
    with_password(server, "in-tab")
    sign_in()
    other = page.context.new_page()
    other.goto(f"{server.url}/console/")
    typed(other, "in-tab", FIRST)
    expect(other.get_by_role("button", name="Account and session: in-tab")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Account and session: root")).to_be_visible()


@pytest.mark.parametrize("path", ["/iam/roles", "/access/log"])
def test_a_session_that_the_server_calls_expired_leads_to_sign_in_and_back(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched, path: str
) -> None:
    """The server's own answer, told by another clock than ours: the page had an hour left."""
    sign_in(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    def expired(route: Route) -> None:
        said = {"__type": "ExpiredTokenException", "Code": "ExpiredToken", "Message": "The token is expired"}
        xml = "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>It is expired</Message></Error></ErrorResponse>"
        is_api = "/api/" in route.request.url
        route.fulfill(
            status=403,
            content_type="application/json" if is_api else "text/xml",
            body=json.dumps(said) if is_api else xml,
        )

    page.goto("about:blank")  # a page that follows the log would be told at once
    page.route(re.compile(r"/api/decisions|:\d+/$"), expired)
    page.goto(f"{server.url}/console{path}")
    expect(page.get_by_text("Your session has expired.")).to_be_visible()
    assert SESSION not in stored(page)
    page.unroute_all()
    watched.forget("403")
    assert_sound(watched)
    page.get_by_role("tab", name="Access key").click()
    page.get_by_label("Access key ID").fill(server.root.access_key)
    page.get_by_label("Secret access key").fill(server.root.secret_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Dockreeve")
    assert page.url.endswith(path)


def test_slow_answers_show_that_they_are_awaited(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in()
    page.route(re.compile(r"/api/|:\d+/$"), lambda route: (page.wait_for_timeout(1200), route.continue_()))
    page.get_by_role("link", name="Matrix").first.click()
    expect(page.get_by_text("Loading").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Role or user")).to_be_visible()
    page.unroute_all(behavior="wait")
    assert not watched.errors


def test_a_page_that_waits_can_be_left_and_its_late_answer_changes_nothing(
    page: Page, sign_in: Callable[..., None], watched: Watched
) -> None:
    held: list[Route] = []
    sign_in()
    page.route("**/api/matrix", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks what it is given)
    menu = page.get_by_role("navigation", name="Pages")
    menu.get_by_role("link", name="Matrix").click()
    expect(page.get_by_text("Loading").first).to_be_visible()
    menu.get_by_role("link", name="Policies", exact=True).click()
    expect(page.get_by_role("rowheader", name="AdministratorAccess", exact=True)).to_be_visible()
    with page.expect_response("**/api/matrix"):
        held[0].continue_()
    expect(page.get_by_role("heading", name=re.compile("Policies"), level=1)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Role or user")).to_have_count(0)
    assert not watched.errors


def test_a_late_answer_does_not_stand_in_for_that_of_the_newer_question(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    server.user("in-late", "ecr:*")
    server.user("in-newer")
    held: list[Route] = []
    sign_in()
    page.route("**/api/can", lambda route: held.append(route) if not held else route.continue_())
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="What can").click()
    for name in ("in-late", "in-newer"):
        page.get_by_label("Role or user").fill(f"user/{name}")
        page.get_by_label("Role or user").press("Escape")
        page.get_by_role("button", name="Answer").click()
        expect(page.get_by_role("heading", name=f"user/{name}, *")).to_be_visible()
    push = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="docker push", exact=True))
    expect(push).to_contain_text("No")
    with page.expect_response("**/api/can"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", name="user/in-newer, *")).to_be_visible()
    expect(push).to_contain_text("No")
    assert not watched.errors


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[Callable[[], Serving]]:
    """`restarted()` ends the server, if it runs, and starts it again with its data and its port."""
    data, running, port = tmp_path / "data", [], ["0"]

    def again() -> Serving:
        while running:
            running.pop().__exit__(None, None, None)
        begun = serving(data, "--listen", f"127.0.0.1:{port[0]}")
        made = begun.__enter__()
        running.append(begun)
        port[0] = str(urlsplit(made.url).port)
        return made

    yield again
    for one in running:
        one.__exit__(None, None, None)


def test_an_open_page_outlives_a_restart_of_the_server(
    page: Page, restarted: Callable[[], Serving], watched: Watched
) -> None:
    first = restarted()
    page.goto(f"{first.url}/console/access/log")
    page.get_by_role("tab", name="Access key").click()
    page.get_by_label("Access key ID").fill(first.root.access_key)
    page.get_by_label("Secret access key").fill(first.root.secret_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert first.stop() == 0
    expect(page.get_by_text("The server does not answer; trying again.")).to_be_visible()
    again = restarted()
    assert again.url == first.url
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert again.ask("ecr:CreateRepository", repositoryName="after").status == 200
    expect(page.get_by_role("row").filter(has_text="after")).not_to_have_count(0)
    page.get_by_role("link", name="Roles").first.click()
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    watched.forget("ERR_", "503")
    assert_sound(watched)
