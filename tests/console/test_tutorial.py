"""The golden path: the tutorial "Create IAM Roles for ECR Access" in the browser, word for word, and its trap."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials
from playwright.sync_api import Page, expect

from cli.commands import Serving
from clients.tools import Tool, container_tool

from .asked import document_of
from .browser import ROOT, Watched, assert_sound
from .clicking import READ, WRITE, any_in_this_account, go_on, select, select_actions, select_service

TUTORIAL = ROOT / "docs" / "tutorial"
READ_POLICY, WRITE_POLICY = "ReadECRRepositoryContent", "WriteECRRepositoryContent"
ROLE = "CustomRWECRRole"


@pytest.fixture
def skopeo(tmp_path: Path) -> Tool:
    """Debian's skopeo."""
    found = container_tool("skopeo", tmp_path)
    if found is None:
        pytest.skip("skopeo is not installed: run scripts/clients.")
    return found


def test_the_tutorial_is_clicked_word_for_word_and_the_pull_that_it_forgot_is_explained_and_mended(
    page: Page,
    server: Serving,
    iam: Any,
    skopeo: Tool,
    sign_in: Callable[..., None],
    watched: Watched,
    tmp_path: Path,
) -> None:
    sign_in()
    open_by_search(page, "Policies")
    create_policy(page, READ_POLICY, "Allow pull images, describe repositories", READ)
    create_policy(page, WRITE_POLICY, "Allow push and delete images", WRITE)
    for name in (READ_POLICY, WRITE_POLICY):
        # json.dumps: the order is AWS's too.
        assert json.dumps(document_of(iam, name)) == json.dumps(tutorial(name))
    open_by_search(page, "Roles")
    create_role(page)
    role = iam.get_role(RoleName=ROLE)["Role"]
    assert role["AssumeRolePolicyDocument"] == tutorial("trust-ec2")
    assert role["Description"] == "Custom Read and Write role for ECS"
    attached = iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == [READ_POLICY, WRITE_POLICY]
    profile = iam.get_instance_profile(InstanceProfileName=ROLE)["InstanceProfile"]
    assert [each["RoleName"] for each in profile["Roles"]] == [ROLE]

    open_by_search(page, "Elastic Container Registry")
    create_repository(page, "hello")
    image = f"docker://{urlsplit(server.url).netloc}/hello:1"
    log_in(server, skopeo)
    skopeo("copy", f"oci:{TUTORIAL / 'hello'}:1", image)
    pull = skopeo("copy", image, f"dir:{tmp_path / 'pulled'}", check=False)
    assert pull.code != 0
    assert "403" in pull.stderr

    page.goto(f"{server.url}/console/access/why")
    page.get_by_label("Refusal id, or the error as docker or aws printed it").fill(pull.stderr)
    page.get_by_role("button", name="Explain").click()
    if "[why:" not in pull.stderr:  # Debian 12's skopeo keeps what the server said to itself
        page.get_by_role("link", name="Why was ecr:GetDownloadUrlForLayer refused?").first.click()
    expect(page.get_by_text("VisualEditor0 matches the resource; its actions lack ecr:Get")).to_be_visible()
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()
    skopeo("copy", image, f"dir:{tmp_path / 'pulled'}")
    assert (tmp_path / "pulled" / "manifest.json").is_file()
    mended = {frozenset(actions_of(each)) for each in document_of(iam, READ_POLICY)["Statement"]}
    assert mended == {frozenset(actions_of(each)) for each in tutorial("MendedReadECRRepositoryContent")["Statement"]}
    watched.forget("400", "404")  # neither repository nor registry has a policy
    assert_sound(watched)


def open_by_search(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Search for pages").fill(name)
    page.get_by_role("option", name=name).first.click()
    expect(page.get_by_role("combobox", name="Search for pages")).to_have_value("")


def create_policy(page: Page, name: str, description: str, levels: Mapping[str, Sequence[str]]) -> None:
    page.get_by_role("button", name="Create policy").first.click()
    expect(page.get_by_role("heading", name="Specify permissions", level=1)).to_be_visible()
    select_service(page)
    select_actions(page, levels)
    any_in_this_account(page)
    if name == READ_POLICY:
        # Told while one clicks, long before a pull fails.
        expect(meaning(page).get_by_text("ecr:GetDownloadUrlForLayer is missing")).to_be_visible()
    go_on(page)
    page.get_by_label("Policy name").fill(name)
    page.get_by_label("Description").fill(description)
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_text(f"Policy {name} created.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Policies"), level=1)).to_be_visible()


def meaning(page: Page) -> Any:
    return page.get_by_role("definition").filter(has_text="No")


def create_role(page: Page) -> None:
    page.get_by_role("button", name="Create role").first.click()
    page.get_by_role("radio", name="AWS service").check()
    select(page, "Service or use case", "EC2")
    go_on(page)
    select(page, "Filter by Type", "Customer managed")
    for policy in (READ_POLICY, WRITE_POLICY):
        page.get_by_role("checkbox", name=policy).check()
    expect(meaning(page).get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
    go_on(page)
    page.get_by_label("Role name").fill(ROLE)
    page.get_by_label("Description").fill("Custom Read and Write role for ECS")
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_role("heading", name=ROLE, level=1, exact=True)).to_be_visible()


def create_repository(page: Page, name: str) -> None:
    page.get_by_role("button", name="Create repository").first.click()
    page.get_by_label("Repository name").fill(name)
    page.get_by_role("button", name="Create", exact=False).last.click()
    expect(page.get_by_text(name, exact=True).first).to_be_visible()


def log_in(server: Serving, skopeo: Tool) -> None:
    """As an instance with the role would, with a token that the role's session is given."""
    asked = {"InstanceProfileName": ROLE, "InstanceId": "i-0123456789abcdef0"}
    session = server.api("POST", "/api/instance-sessions", asked).json["Credentials"]
    keys = Credentials(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    token = server.ask("ecr:GetAuthorizationToken", keys).parsed["authorizationData"][0]["authorizationToken"]
    skopeo.login(urlsplit(server.url).netloc, base64.b64decode(token).decode().partition(":")[2])


def tutorial(name: str) -> Any:
    return json.loads((TUTORIAL / f"{name}.json").read_text())


def actions_of(statement: Mapping[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions
