"""The console's shell: who signs in sees it in both themes; who signs out leaves nothing behind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, expect

from cli.commands import Serving

from .browser import PLAIN_HOST, Watched, assert_sound, stored

SESSION = "dockreeve.session"


def test_an_access_key_signs_in_and_only_temporary_credentials_stay(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 (Playwright marks what it is given)
    sign_in()
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    held = json.loads(stored(page)[SESSION])
    assert held["accessKeyId"].startswith("ASIA")
    assert held["arn"].endswith(":root")
    kept = json.dumps(stored(page))
    assert server.root.secret_key not in kept
    assert server.root.access_key not in kept
    for request in sent:
        assert server.root.secret_key not in f"{request.url} {request.post_data} {request.headers}"
    assert page.context.cookies() == []
    assert_sound(watched)


def test_the_sign_in_page_is_sound(page: Page, server: Serving, watched: Watched) -> None:
    page.goto(f"{server.url}/console/")
    expect(page.get_by_label("User name")).to_be_visible()
    expect(page.get_by_label("Account ID")).not_to_have_value("")
    assert_sound(watched)
    page.get_by_role("tab", name="Access key").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Fill in every field.", exact=True)).to_be_visible()
    assert_sound(watched)


def test_a_wrong_key_is_refused_in_the_servers_words(page: Page, server: Serving, watched: Watched) -> None:
    page.goto(f"{server.url}/console/")
    page.get_by_role("tab", name="Access key").click()
    page.get_by_label("Access key ID").fill("AKIAIOSFODNN7EXAMPLE")
    page.get_by_label("Secret access key").fill("wrong")
    page.get_by_label("Secret access key").press("Enter")
    expect(page.get_by_text("The security token included in the request is invalid")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
    assert SESSION not in stored(page)


def test_it_works_on_plain_http_without_the_browsers_own_hashing(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/iam/policies", origin=f"http://{PLAIN_HOST}:{urlsplit(server.url).port}")
    assert page.evaluate("() => globalThis.crypto.subtle === undefined")
    expect(page.get_by_role("rowheader", name="AdministratorAccess", exact=True)).to_be_visible()
    watched.forget("Cross-Origin-Opener-Policy header has been ignored")  # as browsers do where there is no TLS
    assert not watched.errors


def test_the_top_bar_tells_who_where_and_how_long(page: Page, sign_in: Callable[..., None], watched: Watched) -> None:
    sign_in()
    expect(page.get_by_role("button", name=re.compile(r"^(59|60) min left$"))).to_be_visible()
    page.get_by_role("button", name="Account and session").click()
    expect(page.get_by_role("menu", name=re.compile(r"arn:aws:iam::\d{12}:root"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Account \d{12}$"))).to_be_visible()
    expect(page.get_by_role("button", name="Region: us-east-1")).to_be_visible()
    assert_sound(watched)


def test_dark_mode_is_chosen_and_kept(page: Page, sign_in: Callable[..., None]) -> None:
    sign_in()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    color = "() => getComputedStyle(document.querySelector('h1')).color"
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    light = page.evaluate(color)
    page.get_by_role("button", name="Dark mode").click()
    expect(page.get_by_role("button", name="Light mode")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Light mode")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("() => document.documentElement.style.colorScheme") == "dark"
    assert page.evaluate(color) != light


def test_signing_out_drops_the_credentials_in_every_tab(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/iam/roles")
    with page.expect_popup() as opening:
        page.evaluate("(url) => { window.open(url); }", f"{server.url}/console/")
    other = opening.value
    expect(other.get_by_role("heading", name="Console Home", level=1)).to_be_visible()  # the tab's storage was copied
    page.get_by_role("button", name="Account and session").click()
    page.get_by_role("menuitem", name="Sign out").click()
    for each in (page, other):
        expect(each.get_by_text("You have signed out.")).to_be_visible()
        assert each.evaluate("() => sessionStorage.length") == 0
        assert server.root.secret_key not in json.dumps(stored(each))
    assert_sound(watched)


def test_an_expired_session_leads_to_sign_in_and_back_to_the_page(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/iam/roles?q=nothing")
    expect(page.get_by_role("searchbox", name="Find roles")).to_have_value("nothing")
    page.evaluate(
        """(key) => {
          const held = JSON.parse(sessionStorage.getItem(key));
          held.expiration = new Date(Date.now() + 3000).toISOString();
          sessionStorage.setItem(key, JSON.stringify(held));
        }""",
        SESSION,
    )
    page.reload()
    expect(page.get_by_text("Your session has expired.")).to_be_visible()
    assert SESSION not in stored(page)
    assert_sound(watched)
    page.get_by_role("tab", name="Access key").click()
    page.get_by_label("Access key ID").fill(server.root.access_key)
    page.get_by_label("Secret access key").fill(server.root.secret_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("searchbox", name="Find roles")).to_have_value("nothing")


def test_credentials_that_the_server_no_longer_takes_are_told_in_its_words(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("console-gone", "iam:ListRoles")
    sign_in("/iam/roles", keys)
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    assert server.ask("iam:DeleteAccessKey", UserName="console-gone", AccessKeyId=keys.access_key).status == 200
    assert server.ask("iam:DeleteUserPolicy", UserName="console-gone", PolicyName="own").status == 200
    assert server.ask("iam:DeleteUser", UserName="console-gone").status == 200
    page.reload()
    expect(page.get_by_text("The security token included in the request is invalid")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)


def test_a_refusal_shows_awss_sentence_its_id_and_the_way_to_its_explanation(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/ecr/repositories", server.user("console-refused"))
    expect(page.get_by_text("is not authorized to perform: ecr:DescribeRepositories")).to_be_visible()
    link = page.get_by_role("link", name="Why was this refused?")
    address = link.get_attribute("href") or ""
    found = re.fullmatch(r"/console/access/why\?id=([a-z0-9]{25})", address)
    assert found is not None, address
    expect(page.get_by_text(f"Refusal id: {found[1]}")).to_be_visible()
    watched.forget("400", "403")
    assert_sound(watched)


def test_the_address_in_awss_sentence_leads_to_why(page: Page, server: Serving) -> None:
    page.goto(f"{server.url}/console/?region=us-east-1#/authorization-details/abcdefghij0123456789abcde")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.url == f"{server.url}/console/access/why?id=abcdefghij0123456789abcde"


def test_a_one_time_code_is_gone_from_the_address_at_once(page: Page, server: Serving, watched: Watched) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/console/iam/roles?q=x#code=not-a-code")
    expect(page.get_by_text("The link did not sign you in.")).to_be_visible()
    assert page.url == f"{server.url}/console/iam/roles?q=x"
    assert not any("not-a-code" in url for url in asked)
    assert page.evaluate("() => history.length") <= 2
    watched.forget("/api/sign-in")
    assert_sound(watched)


def test_the_search_finds_pages_by_the_words_people_use(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    assert server.ask("ecr:CreateRepository", repositoryName="console-search/found").status == 200
    sign_in()
    search = page.get_by_role("combobox", name="Search for pages")
    for words, title in (
        ("IAM", "IAM"),
        ("Policies", "Policies"),
        ("Roles", "Roles"),
        ("Elastic Container Registry", "Elastic Container Registry"),
        ("ecr", "Elastic Container Registry"),
        ("console-search", "console-search/found"),
    ):
        search.fill(words)
        expect(page.get_by_role("option", name=title).first).to_be_visible()
    page.get_by_role("option", name="console-search/found").click()
    expect(page).to_have_url(re.compile(r"/console/ecr/repositories/console-search%2Ffound\?region=us-east-1$"))
    expect(page.get_by_role("heading", name="console-search/found", level=1)).to_be_visible()


def test_a_role_and_a_user_called_create_have_pages_of_their_own(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    assert server.ask("iam:CreateRole", RoleName="create", AssumeRolePolicyDocument=document).status == 200
    server.user("create")
    sign_in()
    menu = page.get_by_role("navigation", name="Pages")
    for kind, arn in (("Roles", "role/create"), ("Users", "user/create")):
        menu.get_by_role("link", name=kind, exact=True).click()
        page.get_by_role("link", name="create", exact=True).click()
        expect(page.get_by_role("heading", name="create", level=1, exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_text(f"arn:aws:iam::123456789012:{arn}")).to_be_visible()
        assert page.title() == "create | Dockreeve"


def test_a_list_sorts_filters_and_pages_in_its_address(
    page: Page, sign_in: Callable[..., None], watched: Watched
) -> None:
    sign_in("/iam/policies?page=2&sort=-PolicyName")
    expect(page.get_by_role("button", name="Page 2")).to_have_attribute("aria-current", "true")
    names = page.get_by_role("rowheader").all_inner_texts()
    assert len(names) > 10
    assert names == page.evaluate("(names) => names.toSorted((one, other) => other.localeCompare(one))", names)
    assert_sound(watched)
    page.get_by_role("searchbox", name="Find policies").fill("ContainerRegistry")
    expect(page).to_have_url(re.compile(r"q=ContainerRegistry"))
    assert "page=" not in page.url


def test_a_page_that_is_not_there_says_so(page: Page, sign_in: Callable[..., None], watched: Watched) -> None:
    sign_in("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert_sound(watched)


def test_switching_to_a_role_and_back(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("console-switcher", "sts:AssumeRole")
    account = page.request.get(f"{server.url}/console/place.json").json()["account"]
    principal = {"AWS": f"arn:aws:iam::{account}:user/console-switcher"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = server.ask("iam:CreateRole", RoleName="console-switched", AssumeRolePolicyDocument=document)
    assert made.status == 200, made.body
    sign_in("/switch-role?role=console-switched", keys)
    assert_sound(watched)
    page.get_by_role("button", name="Switch role", exact=True).click()
    menu = page.get_by_role("button", name="Account and session: console-switched/console-switcher")
    expect(menu).to_be_visible()
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Switch back").click()
    expect(page.get_by_role("button", name="Account and session: console-switcher")).to_be_visible()


def test_a_role_that_does_not_trust_the_caller_stays_in_the_form_with_awss_sentence(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = server.ask("iam:CreateRole", RoleName="console-unswitched", AssumeRolePolicyDocument=document)
    assert made.status == 200, made.body
    sign_in("/switch-role", server.user("console-untrusted"))
    page.get_by_label("IAM role name").fill("console-unswitched")
    page.get_by_role("button", name="Switch role", exact=True).click()
    expect(page.get_by_text("is not authorized to perform: sts:AssumeRole")).to_be_visible()
    expect(page.get_by_role("link", name="Why was this refused?")).to_be_visible()
    expect(page.get_by_label("IAM role name")).to_have_value("console-unswitched")
    watched.forget("403")
    assert_sound(watched)
