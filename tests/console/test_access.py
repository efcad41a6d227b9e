"""The access pages: the log as it grows, why something was refused and what mends it, what somebody can, the matrix."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials
from playwright.sync_api import Page, expect

from cli.commands import Serving
from clients.tools import container_tool

from .asked import ACCOUNT, arn_of
from .browser import ROOT, Watched, assert_sound

TUTORIAL = ROOT / "docs" / "tutorial"
ID = re.compile(r"[a-z0-9]{25}")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def managed(server: Serving, user: str, name: str, *versions: str) -> Credentials:
    """A user with a managed policy of these versions, the last one its default."""
    keys = server.user(user)
    assert server.ask("iam:CreatePolicy", PolicyName=name, PolicyDocument=versions[0]).status == 200
    for text in versions[1:]:
        made = server.ask("iam:CreatePolicyVersion", PolicyArn=arn_of(name), PolicyDocument=text, SetAsDefault=True)
        assert made.status == 200, made.body
    assert server.ask("iam:AttachUserPolicy", UserName=user, PolicyArn=arn_of(name)).status == 200
    return keys


def refused(server: Serving, keys: Credentials, name: str, **params: Any) -> str:
    """The id of a call's refusal."""
    reply = server.ask(name, keys, **params)
    assert reply.status in (400, 403), reply.body
    return reply.headers["x-authorization-id"]


def explained(page: Page) -> None:
    expect(page.get_by_role("heading", name="The request", exact=True)).to_be_visible()


def apply(page: Page) -> None:
    """One click; then the verdict."""
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()


def test_a_refusal_is_explained_and_mended_by_a_new_version_of_the_policy(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    repository = f"arn:aws:ecr:*:{ACCOUNT}:repository/*"
    text = document(allow("ecr:ListImages", resource=repository))
    keys = managed(server, "access-ann", "AccessRead", text)
    server.ask("ecr:CreateRepository", repositoryName="access/app")
    images = [{"imageTag": "1"}]
    found = refused(server, keys, "ecr:BatchGetImage", repositoryName="access/app", imageIds=images)
    sign_in(f"/access/why?id={found}")
    explained(page)
    expect(page.get_by_text(f"arn:aws:iam::{ACCOUNT}:user/access-ann", exact=True).first).to_be_visible()
    expect(page.get_by_text("statement 1 matches the resource; its actions lack ecr:Batch")).to_be_visible()
    check = page.get_by_role("listitem").filter(has_text="Identity-based policies")
    expect(check).to_contain_text("decided here")
    diff = page.get_by_role("region", name="The change, line by line")
    expect(diff).to_contain_text('+        "ecr:BatchGetImage"')
    expect(page.get_by_text(f"on {repository}", exact=True)).to_be_visible()
    expect(page.get_by_text("for everyone whom the policy is attached to")).to_be_visible()
    assert_sound(watched)
    apply(page)
    watched.forget("400")  # to decide again it asks for policies of the repository and the registry, and there are none
    assert_sound(watched)
    versions = server.ask("iam:ListPolicyVersions", PolicyArn=arn_of("AccessRead")).parsed["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in versions] == [("v2", True), ("v1", False)]
    reply = server.ask("ecr:BatchGetImage", keys, repositoryName="access/app", imageIds=images)
    assert reply.status == 200, reply.body
    page.reload()
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("The policy has it already")).to_be_visible()


def test_a_sixth_version_is_made_only_after_asking_for_the_oldest(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    texts = [document(allow("ecr:ListImages", *(f"ecr:Get{number}" for number in range(count)))) for count in range(5)]
    keys = managed(server, "access-five", "AccessFive", *texts)
    sign_in(f"/access/why?id={refused(server, keys, 'ecr:DescribeRepositories')}")
    page.get_by_role("button", name="Apply", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete the oldest version?")
    expect(dialog).to_contain_text("version v1 has to be deleted")
    dialog.get_by_role("button", name="Cancel").click()
    kept = server.ask("iam:ListPolicyVersions", PolicyArn=arn_of("AccessFive")).parsed["Versions"]
    assert len(kept) == 5
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_role("button", name="Delete v1 and apply").click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()
    kept = server.ask("iam:ListPolicyVersions", PolicyArn=arn_of("AccessFive")).parsed["Versions"]
    assert [one["VersionId"] for one in kept] == ["v6", "v5", "v4", "v3", "v2"]


def test_a_policy_of_awss_own_is_left_alone_and_a_new_one_is_attached(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("access-aws")
    arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    assert server.ask("iam:AttachUserPolicy", UserName="access-aws", PolicyArn=arn).status == 200
    sign_in(f"/access/why?id={refused(server, keys, 'ecr:CreateRepository', repositoryName='access/new')}")
    expect(page.get_by_text("AWS's own policies can't be edited, hence a new policy.")).to_be_visible()
    expect(page.get_by_label("Policy name")).to_have_value("access-aws-CreateRepository")
    assert_sound(watched)
    apply(page)
    attached = server.ask("iam:ListAttachedUserPolicies", UserName="access-aws").parsed["AttachedPolicies"]
    assert arn_of("access-aws-CreateRepository") in [one["PolicyArn"] for one in attached]
    assert server.ask("ecr:CreateRepository", keys, repositoryName="access/new").status == 200


def test_one_may_choose_a_new_policy_for_the_one_who_asked(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    keys = managed(server, "access-alone", "AccessShared", document(allow("ecr:ListImages")))
    sign_in(f"/access/why?id={refused(server, keys, 'ecr:DescribeRepositories')}")
    page.get_by_label("Add a new policy, for access-alone alone").check()
    page.get_by_label("Policy name").fill("not a name")
    expect(page.get_by_role("button", name="Apply", exact=True)).to_be_disabled()
    page.get_by_label("Policy name").fill("access-alone-own")
    apply(page)
    versions = server.ask("iam:ListPolicyVersions", PolicyArn=arn_of("AccessShared")).parsed["Versions"]
    assert len(versions) == 1


def test_an_explicit_deny_is_shown_at_its_place_and_nothing_can_be_applied(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    deny = {"Sid": "Never", "Effect": "Deny", "Action": "ecr:Delete*", "Resource": "*"}
    keys = managed(server, "access-denied", "AccessDenied", document(allow("ecr:*"), deny))
    sign_in(f"/access/why?id={refused(server, keys, 'ecr:DeleteRegistryPolicy')}")
    expect(page.get_by_text("Refused: an explicit deny")).to_be_visible()
    expect(page.get_by_text("Action ecr:Delete*", exact=True)).to_be_visible()
    marked = page.locator(".code-marked")
    expect(marked.filter(has_text='"Never"')).to_have_count(1)
    expect(marked.filter(has_text='"Allow"')).to_have_count(0)
    expect(page.get_by_role("button", name="Apply", exact=True)).to_have_count(0)
    assert_sound(watched)


def test_the_refused_pull_is_pasted_explained_and_mended_with_one_click(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched, tmp_path: Path
) -> None:
    skopeo = container_tool("skopeo", tmp_path)
    if skopeo is None:
        pytest.skip("skopeo is not installed: run scripts/clients.")
    role = role_of_the_tutorial(server)
    host = urlsplit(server.url).netloc
    image = f"docker://{host}/access/hello:1"
    token = server.ask("ecr:GetAuthorizationToken", role).parsed["authorizationData"][0]["authorizationToken"]
    skopeo.login(host, password_of(token))
    skopeo("copy", f"oci:{TUTORIAL / 'hello'}:1", image)
    pull = skopeo("copy", image, f"dir:{tmp_path / 'pulled'}", check=False)
    assert pull.code != 0
    assert "403" in pull.stderr
    sign_in("/access/why")
    page.get_by_label("Refusal id, or the error as docker or aws printed it").fill(pull.stderr)
    page.get_by_role("button", name="Explain").click()
    choice = page.get_by_role("link", name="Why was ecr:GetDownloadUrlForLayer refused?")
    # Newer versions of skopeo show what the server said, with its id; this one's error names no refusal.
    if "[why:" not in pull.stderr:
        expect(page.get_by_text("This error names no refusal")).to_be_visible()
        assert_sound(watched)
        choice.first.click()
    explained(page)
    expect(page.get_by_text("VisualEditor0 matches the resource; its actions lack ecr:Get")).to_be_visible()
    apply(page)
    skopeo("copy", image, f"dir:{tmp_path / 'pulled'}")
    watched.forget("400")  # there is no policy of the repository or the registry
    assert (tmp_path / "pulled" / "manifest.json").is_file()
    assert_sound(watched)


def role_of_the_tutorial(server: Serving) -> Credentials:
    """A session of a role that holds the tutorial's two policies: it can push, and not pull."""
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    made = server.ask("iam:CreateRole", RoleName="AccessECR", AssumeRolePolicyDocument=document(trust))
    assert made.status == 200, made.body
    for name in ("ReadECRRepositoryContent", "WriteECRRepositoryContent"):
        text = (TUTORIAL / f"{name}.json").read_text()
        assert server.ask("iam:CreatePolicy", PolicyName=name, PolicyDocument=text).status == 200
        assert server.ask("iam:AttachRolePolicy", RoleName="AccessECR", PolicyArn=arn_of(name)).status == 200
    assert server.ask("ecr:CreateRepository", repositoryName="access/hello").status == 200
    user = server.user("access-worker", "sts:AssumeRole")
    arn = f"arn:aws:iam::{ACCOUNT}:role/AccessECR"
    issued = server.ask("sts:AssumeRole", user, RoleArn=arn, RoleSessionName="ci").parsed["Credentials"]
    return Credentials(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


def password_of(token: str) -> str:
    return base64.b64decode(token).decode().partition(":")[2]


def test_a_pasted_error_with_awss_sentence_finds_its_refusal(
    page: Page, server: Serving, sign_in: Callable[..., None]
) -> None:
    keys = server.user("access-pasted")
    found = refused(server, keys, "ecr:DescribeRepositories")
    sign_in("/access/why")
    arn = f"arn:aws:iam::{ACCOUNT}:user/access-pasted"
    resource = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/*"
    sentence = f"User: {arn} is not authorized to perform: ecr:DescribeRepositories on resource: {resource} because"
    page.get_by_label("Refusal id").fill(f"An error occurred: {sentence}")
    page.get_by_role("button", name="Explain").click()
    expect(page).to_have_url(re.compile(f"id={found}"))
    explained(page)
    page.get_by_label("Refusal id").fill("a" * 25)
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("There is no such refusal")).to_be_visible()


def test_the_log_shows_what_happens_as_it_happens_by_command(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("access-logged", "ecr:DescribeRepositories")
    sign_in("/access/log?principal=access-logged")
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    server.ask("ecr:DescribeRepositories", keys)
    row = page.get_by_role("row").filter(has_text="ecr:DescribeRepositories")
    expect(row).to_contain_text("Allowed")
    expect(row).to_contain_text("access-logged")
    found = refused(server, keys, "ecr:CreateRepository", repositoryName="access/no")
    link = page.get_by_role("link", name="Why was ecr:CreateRepository refused?")
    expect(link).to_have_attribute("href", f"/console/access/why?id={found}")
    assert_sound(watched)
    page.get_by_role("button", name="Pause").click()
    refused(server, keys, "ecr:DeleteRepository", repositoryName="access/other")
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.wait_for_timeout(700)
    expect(page.get_by_role("row").filter(has_text="ecr:DeleteRepository")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("row").filter(has_text="ecr:DeleteRepository")).to_have_count(1)
    link.click()
    explained(page)


def test_the_log_goes_back_beyond_its_first_thousand(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("access-older")
    refused(server, keys, "ecr:DescribeImages", repositoryName="access/oldest")
    for _ in range(1100):
        refused(server, keys, "ecr:DescribeImages", repositoryName="access/newer")
    sign_in("/access/log?principal=access-older")
    expect(page.get_by_role("row").filter(has_text="access/newer")).to_have_count(1)
    expect(page.get_by_text("The newest 300 decisions are shown.")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    assert_sound(watched)
    oldest, older = (
        page.get_by_role("row").filter(has_text="access/oldest"),
        page.get_by_role("button", name="Load older"),
    )
    for count in (600, 900):
        older.click()
        expect(page.get_by_text(f"The newest {count} decisions are shown.")).to_be_visible()
    expect(oldest).to_have_count(0)
    older.click()
    expect(oldest).to_have_count(1)
    expect(older).to_have_count(0)
    page.get_by_role("searchbox", name="Find in the log").fill("oldest")
    expect(page.get_by_role("row").filter(has_text="access/newer")).to_have_count(0)
    expect(oldest).to_have_count(1)
    page.get_by_role("searchbox", name="Find in the log").fill("")
    page.get_by_role("button", name="Resume").click()
    refused(server, keys, "ecr:DescribeImages", repositoryName="access/live")
    expect(page.get_by_role("row").filter(has_text="access/live")).to_have_count(1)
    expect(oldest).to_have_count(1)  # news don't push out what was asked for


def test_the_filters_of_the_log_stand_in_its_address(page: Page, server: Serving, sign_in: Callable[..., None]) -> None:
    keys = server.user("access-filtered", "ecr:DescribeRepositories")
    server.ask("ecr:DescribeRepositories", keys)
    refused(server, keys, "ecr:DescribeRegistry")
    sign_in("/access/log?principal=access-filtered&decision=denied")
    expect(page.get_by_role("row").filter(has_text="ecr:DescribeRegistry")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="ecr:DescribeRepositories")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Any principal")).to_have_value("access-filtered")
    action = page.get_by_role("combobox", name="Any action")
    action.fill("ecr:DescribeRepositories")
    action.press("ArrowDown")
    action.press("Enter")
    expect(page).to_have_url(re.compile("action=ecr%3ADescribeRepositories"))
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()
    page.get_by_role("button", name="Decision").click()
    page.get_by_role("option", name="Allowed").click()
    expect(page.get_by_role("row").filter(has_text="ecr:DescribeRepositories")).to_have_count(1)
    page.get_by_role("button", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/access/log$"))


def test_what_somebody_can_do_is_answered_exactly(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    server.user("access-can")
    text = document(
        allow("ecr:GetAuthorizationToken"),
        allow("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", resource=f"arn:aws:ecr:*:{ACCOUNT}:repository/team/*"),
        {**allow("ecr:ListImages"), "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
    )
    server.ask("iam:PutUserPolicy", UserName="access-can", PolicyName="some", PolicyDocument=text)
    sign_in("/access/can")
    expect(page.get_by_text("Ask what somebody can do")).to_be_visible()
    page.get_by_label("Role or user").fill("user/access-can")
    page.get_by_label("Role or user").press("Escape")
    page.get_by_role("button", name="Answer").click()

    def said(verb: str) -> Any:
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=verb, exact=True))
        expect(row).to_have_count(1)
        return row

    expect(said("docker login")).to_contain_text("Yes")
    expect(said("docker pull")).to_contain_text(re.compile(r"For some names.*Yes: such as team/.*No: such as", re.S))
    expect(said("List tags")).to_contain_text(re.compile(r"Depends.*on aws:SourceIp", re.S))
    delete = said("Delete an image")
    expect(delete).to_contain_text("Missing: ecr:BatchDeleteImage")
    delete.get_by_role("button", name="Statement to add").click()
    expect(delete.get_by_role("region", name="Statement to add")).to_contain_text('"Action": "ecr:BatchDeleteImage"')
    assert_sound(watched)


def test_the_matrix_says_who_can_do_what_where(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    server.user("access-matrix", "ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    for name in ("access-m/one", "access-m/two"):
        server.ask("ecr:CreateRepository", repositoryName=name)
    sign_in("/access/matrix?repositories=access-m/one,access-m/two")
    expect(page.get_by_role("columnheader", name="access-m/two")).to_be_visible()
    cell = page.get_by_role("link", name="pull: yes (user/access-matrix, access-m/two)")
    expect(cell).to_have_text("pull: yes")
    expect(page.get_by_role("link", name="push: no (user/access-matrix, access-m/two)")).to_be_visible()
    assert_sound(watched)
    cell.click()
    expect(page.get_by_role("heading", name="user/access-matrix, access-m/two")).to_be_visible()


def test_a_user_without_these_rights_sees_each_page_with_its_refusal(
    page: Page, server: Serving, sign_in: Callable[..., None], watched: Watched
) -> None:
    keys = server.user("access-reader", "ecr:Describe*", "iam:List*")
    sign_in("/ecr/repositories", keys)
    expect(page.get_by_role("heading", name=re.compile("Repositories"), level=1)).to_be_visible()
    for path, action in (
        ("/access/log", "dockreeve:ListDecisions"),
        (f"/access/why?id={'a' * 25}", "dockreeve:GetDecision"),
        ("/access/can?principal=user/access-reader", "dockreeve:GetAccess"),
        ("/access/matrix", "dockreeve:GetAccess"),
    ):
        page.goto(f"{server.url}/console{path}")
        expect(page.get_by_text(f"is not authorized to perform: {action}")).to_be_visible()
        link = page.get_by_role("link", name="Why was this refused?")
        assert ID.search(link.get_attribute("href") or "")
        watched.forget("403")
        assert_sound(watched)
