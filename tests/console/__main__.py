"""`make screenshots`: follow docs/console.md in a real browser and write its pictures, light and dark."""

from __future__ import annotations

import base64
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

from botocore.credentials import Credentials
from playwright.sync_api import Page, expect, sync_playwright

from cli.commands import Serving, serving

from .browser import ROOT, chromium, launched, opened, set_theme, settle

FOLDER = ROOT / "docs" / "console"
SIZE = {"width": 1200, "height": 760}
ACCOUNT = "123456789012"


def main() -> int:
    """1 where there is no browser."""
    if chromium() is None:
        print("chromium is not installed: run scripts/clients.", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        with opened(browser, viewport=SIZE) as watched:
            _follow(watched.page, server)
        browser.close()
    return 0


def _follow(page: Page, server: Serving) -> None:
    carl = _furnished(server)
    page.goto(f"{server.url}/console/")
    expect(page.get_by_label("Account ID")).not_to_have_value("")
    _picture(page, "sign-in")
    page.get_by_role("tab", name="Access key").click()
    page.get_by_label("Access key ID").fill(server.root.access_key)
    page.get_by_label("Secret access key").fill(server.root.secret_key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()
    _pull(server, carl)
    page.goto(f"{server.url}/console/access/log?principal=carl")
    why = page.get_by_role("link", name="Why was ecr:GetDownloadUrlForLayer refused?")
    expect(why).to_be_visible()
    _picture(page, "log")
    why.click()
    change = page.get_by_role("heading", name="The smallest change")
    expect(change).to_be_visible()
    page.get_by_role("heading", name="Checks, in AWS's order").evaluate("(each) => each.scrollIntoView()")
    page.mouse.wheel(0, -140)  # the bars at the top stand before it
    page.wait_for_timeout(300)
    _picture(page, "why")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()
    page.get_by_text("Decided again").scroll_into_view_if_needed()
    _picture(page, "applied")
    page.goto(f"{server.url}/console/access/can?principal=user/carl&repository=app")
    expect(page.get_by_role("rowheader", name="docker push", exact=True)).to_be_visible()
    _picture(page, "can")
    page.goto(f"{server.url}/console/access/matrix")
    expect(page.get_by_role("columnheader", name="team/web")).to_be_visible()
    _picture(page, "matrix")


def _picture(page: Page, name: str) -> None:
    for theme in ("light", "dark"):
        set_theme(page, theme)
        settle(page)
        page.screenshot(path=FOLDER / f"{name}-{theme}.png")
    set_theme(page, "light")


def _furnished(server: Serving) -> Credentials:
    """carl with the tutorial's read policy, a role with its write policy, and three repositories."""
    tutorial = ROOT / "docs" / "tutorial"
    for policy in ("ReadECRRepositoryContent", "WriteECRRepositoryContent"):
        text = (tutorial / f"{policy}.json").read_text()
        assert server.ask("iam:CreatePolicy", PolicyName=policy, PolicyDocument=text).status == 200
    carl = server.user("carl")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/"
    assert server.ask("iam:AttachUserPolicy", UserName="carl", PolicyArn=f"{arn}ReadECRRepositoryContent").status == 200
    trust = (tutorial / "trust-ec2.json").read_text()
    assert server.ask("iam:CreateRole", RoleName="Deploy", AssumeRolePolicyDocument=trust).status == 200
    made = server.ask("iam:AttachRolePolicy", RoleName="Deploy", PolicyArn=f"{arn}WriteECRRepositoryContent")
    assert made.status == 200
    for repository in ("app", "team/api", "team/web"):
        assert server.ask("ecr:CreateRepository", repositoryName=repository).status == 200
    return carl


def _pull(server: Serving, keys: Credentials) -> None:
    """What docker asks when it pulls, as far as it is let."""
    token = server.ask("ecr:GetAuthorizationToken", keys).parsed["authorizationData"][0]["authorizationToken"]
    assert base64.b64decode(token).startswith(b"AWS:")
    headers = {"Authorization": f"Basic {token}", "User-Agent": "docker/24.0.7"}
    for path in ("manifests/1", f"blobs/sha256:{'a' * 64}"):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{server.url}/v2/app/{path}", headers=headers))
        except HTTPError as error:
            assert error.code in (403, 404)


if __name__ == "__main__":
    sys.exit(main())
