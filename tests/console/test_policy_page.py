"""One policy in the browser: what it says and means, who has it, its versions, and its end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, expect

from cli.commands import Serving

from .browser import Watched, assert_sound

SignIn = Callable[..., None]
LOGIN = ("ecr:GetAuthorizationToken",)
PULL = (*LOGIN, "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH = (
    *LOGIN,
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)


def made(iam: Any, name: str, *actions: str, versions: int = 1, **more: Any) -> str:
    """A policy's ARN; the last version is the default."""
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=allowing(*actions), **more)["Policy"]["Arn"]
    for _ in range(versions - 1):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=allowing(*actions), SetAsDefault=True)
    return arn


def at(arn: str, more: str = "") -> str:
    return f"/iam/policies/{quote(arn, safe='')}{more}"


def versions(iam: Any, arn: str) -> dict[str, bool]:
    """Whether it is the default, by the version's id."""
    listed = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    return {each["VersionId"]: each["IsDefaultVersion"] for each in listed}


def can_pull(iam: Any, user: str) -> bool:
    arn = iam.get_user(UserName=user)["User"]["Arn"]
    results = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=list(PULL))["EvaluationResults"]
    return all(each["EvalDecision"] == "allowed" for each in results)


def write(page: Page, document: str) -> None:
    """Put a document in the place of the editor's."""
    page.get_by_role("textbox", name="Policy document").press("Control+a")
    page.keyboard.insert_text(document)


def test_a_policy_shows_its_document_with_findings_and_what_it_means_in_docker_s_words(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageRead+1@home", "ecr:GetAuthorizationToken", "ecr:BatchGetImagez", Description="Pulls images")
    sign_in("/iam/policies")
    page.get_by_role("searchbox", name="Find policies").fill("PageRead")
    page.get_by_role("link", name="PageRead+1@home", exact=True).click()
    expect(page.get_by_role("heading", name="PageRead+1@home", level=1)).to_be_visible()
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    expect(crumbs.get_by_text("PageRead+1@home", exact=True).last).to_be_visible()
    expect(page.get_by_text("Pulls images", exact=True)).to_be_visible()
    expect(page.get_by_text(arn, exact=True)).to_be_visible()
    findings = page.get_by_role("status", name="Findings in Policy document")
    expect(findings).to_contain_text("ecr:BatchGetImagez")
    expect(findings.get_by_role("button", name=re.compile(r"^Ln [5-9], Col \d+$")).first).to_be_visible()
    editor = page.get_by_role("textbox", name="Policy document")
    editor.press_sequentially("xyz")
    expect(page.get_by_text("xyz")).to_have_count(0)
    expect(page.get_by_text("ecr:BatchGetImage, ecr:GetDownloadUrlForLayer are missing").first).to_be_visible()
    assert_sound(watched)
    page.reload()
    expect(page.get_by_role("heading", name="PageRead+1@home", level=1)).to_be_visible()


def test_a_new_version_decides_once_it_is_the_default(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    arn = made(iam, "PageVersioned", *PUSH)
    iam.create_user(UserName="page-puller")
    iam.attach_user_policy(UserName="page-puller", PolicyArn=arn)
    assert not can_pull(iam, "page-puller")
    sign_in(at(arn, "?tab=versions"))
    page.get_by_role("button", name="Edit", exact=True).last.click()
    expect(page.get_by_role("heading", name="Edit PageVersioned", level=1)).to_be_visible()
    findings = page.get_by_role("status", name="Findings in Policy document")
    write(page, allowing("ecr:BatchGetImagez"))
    expect(findings).to_contain_text("ecr:BatchGetImagez")
    write(page, allowing(*PULL))
    expect(findings).not_to_contain_text("ecr:BatchGetImagez")
    page.get_by_role("checkbox", name="Set this new version as the default").uncheck()
    assert_sound(watched)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("A new version of PageVersioned was saved.")).to_be_visible()
    assert versions(iam, arn) == {"v2": False, "v1": True}
    assert not can_pull(iam, "page-puller")

    page.get_by_role("button", name="View v2").click()
    expect(page.get_by_role("region", name="Policy document of v2")).to_contain_text("ecr:GetDownloadUrlForLayer")
    page.get_by_role("radio", name="Choose v2").check()
    assert_sound(watched)
    page.get_by_role("button", name="Set as default").click()
    page.get_by_role("dialog").get_by_role("button", name="Set as default").click()
    expect(page.get_by_text("v2 is the default version now.")).to_be_visible()
    assert versions(iam, arn) == {"v2": True, "v1": False}
    assert can_pull(iam, "page-puller")
    page.get_by_role("tab", name="Permissions").click()
    expect(page.get_by_text("The JSON of v2, the default version")).to_be_visible()

    page.get_by_role("tab", name="Policy versions").click()
    page.get_by_role("radio", name="Choose v1").check()
    page.get_by_role("button", name="Delete version").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete version").click()
    expect(page.get_by_text("v1 was deleted.")).to_be_visible()
    assert versions(iam, arn) == {"v2": True}


def test_of_five_versions_the_chosen_one_makes_room_and_none_goes_for_a_wrong_document(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageFull", *PUSH, versions=5)
    sign_in(at(arn, "/edit"))
    expect(page.get_by_role("radio", name=re.compile("^v5"))).to_have_count(0)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Choose the version to delete.")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^v3")).check()
    write(page, "nonsense")
    expect(page.get_by_role("status", name="Findings in Policy document")).not_to_be_empty()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Mend the errors first")).to_be_visible()
    assert_sound(watched)
    assert set(versions(iam, arn)) == {"v1", "v2", "v3", "v4", "v5"}
    write(page, allowing(*PULL))
    expect(page.get_by_text("Mend the errors first")).to_have_count(0)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("A new version of PageFull was saved.")).to_be_visible()
    assert versions(iam, arn) == {"v6": True, "v5": False, "v4": False, "v2": False, "v1": False}


def test_it_is_attached_as_policy_and_as_boundary_and_detached_again(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageAttached", *PULL)
    iam.create_role(RoleName="page-role", AssumeRolePolicyDocument=TRUST)
    iam.create_user(UserName="page-user")
    sign_in(at(arn, "?tab=entities"))
    expect(page.get_by_text("Nobody has this policy")).to_be_visible()

    def attach(usage: str, *names: str) -> None:
        page.get_by_role("button", name="Attach", exact=True).click()
        dialog = page.get_by_role("dialog", name="Attach PageAttached")
        dialog.get_by_role("radio", name=usage).check()
        dialog.get_by_role("button", name="Roles and users").click()
        for name in names:
            page.get_by_role("option", name=name, exact=True).click()
        page.keyboard.press("Escape")
        dialog.get_by_role("button", name="Attach", exact=True).click()
        expect(dialog).to_have_count(0)

    attach("Permissions policy", "page-role", "page-user")
    expect(page.get_by_text("Attached to 2 entities.")).to_be_visible()
    attach("Permissions boundary", "page-user")
    expect(page.get_by_role("row").filter(has=page.get_by_role("link", name="page-user"))).to_have_count(2)
    listed = iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsPolicy")
    assert [each["RoleName"] for each in listed["PolicyRoles"]] == ["page-role"]
    assert [each["UserName"] for each in listed["PolicyUsers"]] == ["page-user"]
    assert iam.get_user(UserName="page-user")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert_sound(watched)
    page.get_by_role("searchbox", name="Find entities").fill("page-user")
    page.reload()
    expect(page.get_by_role("checkbox", name="page-user, Permissions boundary")).to_be_visible()
    expect(page.get_by_role("checkbox", name="page-role, Permissions policy")).to_have_count(0)
    page.get_by_role("searchbox", name="Find entities").fill("")

    page.get_by_role("checkbox", name="page-role, Permissions policy").check()
    page.get_by_role("checkbox", name="page-user, Permissions boundary").check()
    page.get_by_role("button", name="Detach").click()
    dialog = page.get_by_role("dialog", name="Detach from 2 entities?")
    expect(dialog.get_by_text("Without this boundary nothing limits")).to_be_visible()
    dialog.get_by_role("button", name="Detach").click()
    expect(page.get_by_text("The policy was detached.")).to_be_visible()
    listed = iam.list_entities_for_policy(PolicyArn=arn)
    assert (listed["PolicyRoles"], [each["UserName"] for each in listed["PolicyUsers"]]) == ([], ["page-user"])
    assert "PermissionsBoundary" not in iam.get_user(UserName="page-user")["User"]

    expect(page.get_by_role("link", name="page-user")).to_have_count(1)
    page.get_by_role("link", name="page-user").click()
    expect(page.get_by_role("heading", name="page-user", level=1)).to_be_visible()
    page.get_by_role("link", name="PageAttached", exact=True).click()
    expect(page.get_by_role("heading", name="PageAttached", level=1)).to_be_visible()


def test_a_policy_is_found_by_the_search_and_tagged(page: Page, iam: Any, sign_in: SignIn) -> None:
    arn = made(iam, "PageTagged", *PULL, Tags=[{"Key": "old", "Value": "1"}])
    sign_in()
    page.get_by_role("combobox", name="Search for pages").fill("PageTagged")
    page.get_by_role("option", name="PageTagged").click()
    page.get_by_role("tab", name="Tags").click()
    page.get_by_role("button", name="Remove tag old").click()
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("textbox", name="Value").fill("web")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The tags were saved.")).to_be_visible()
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "team", "Value": "web"}]


def test_a_policy_is_deleted_after_those_who_have_it_and_its_other_versions(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageGone", *PULL, versions=3)
    iam.create_role(RoleName="page-left", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    iam.attach_role_policy(RoleName="page-left", PolicyArn=arn)
    sign_in(at(arn))
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete PageGone?")
    expect(dialog.get_by_text("It is detached first from role page-left,")).to_be_visible()
    expect(dialog.get_by_text("as the permissions boundary of role page-left:")).to_be_visible()
    expect(dialog.get_by_text("Its other versions are deleted first (v2, v1)")).to_be_visible()
    expect(dialog.get_by_role("button", name="Delete", exact=True)).to_be_disabled()
    assert_sound(watched)
    dialog.get_by_label("To confirm, type PageGone").fill("PageGone")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("The policy PageGone was deleted.")).to_be_visible()
    assert arn not in [each["Arn"] for each in iam.list_policies(Scope="Local")["Policies"]]
    assert iam.list_attached_role_policies(RoleName="page-left")["AttachedPolicies"] == []
    assert "PermissionsBoundary" not in iam.get_role(RoleName="page-left")["Role"]


def test_a_policy_of_aws_is_read_only_and_says_so(page: Page, sign_in: SignIn, watched: Watched) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"
    sign_in(at(arn))
    expect(page.get_by_text("AWS maintains this policy")).to_be_visible()
    expect(page.get_by_text("ecr:BatchGetImage").first).to_be_visible()
    for name in ("Delete", "Edit"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(page.get_by_role("tab", name="Tags")).to_have_count(0)
    assert_sound(watched)
    page.get_by_role("tab", name="Policy versions").click()
    page.get_by_role("button", name=re.compile(r"^View v\d+$")).first.click()
    expect(page.get_by_role("region", name=re.compile("Policy document of v"))).to_contain_text("ecr:BatchGetImage")
    page.goto(page.url.split("?")[0] + "/edit")
    expect(page.get_by_text("AWS maintains this policy")).to_be_visible()
    expect(page.get_by_role("button", name="Save changes")).to_have_count(0)


def test_who_may_only_read_sees_everything_and_is_told_what_was_refused(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageReadOnly", *PULL, versions=2)
    iam.create_role(RoleName="page-kept", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="page-kept", PolicyArn=arn)
    reading = ("iam:List*", "iam:Get*", "dockreeve:LintPolicy", "dockreeve:GetAccess")
    sign_in(at(arn), server.user("page-reader", *reading))
    expect(page.get_by_text("docker pull", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Entities attached").click()
    page.get_by_role("checkbox", name="page-kept, Permissions policy").check()
    page.get_by_role("button", name="Detach").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Detach").click()
    expect(dialog.get_by_text("is not authorized to perform: iam:DetachRolePolicy")).to_be_visible()
    expect(dialog.get_by_role("link", name="Why was this refused?")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("tab", name="Policy versions").click()
    page.get_by_role("radio", name="Choose v1").check()
    page.get_by_role("button", name="Set as default").click()
    dialog.get_by_role("button", name="Set as default").click()
    expect(dialog.get_by_text("is not authorized to perform: iam:SetDefaultPolicyVersion")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Edit", exact=True).last.click()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("is not authorized to perform: iam:CreatePolicyVersion")).to_be_visible()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_role("button", name="Save changes")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
    assert versions(iam, arn) == {"v2": True, "v1": False}


def test_lint_and_meaning_that_are_refused_leave_the_document_in_sight(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    arn = made(iam, "PageUnlinted", *PULL)
    sign_in(at(arn), server.user("page-narrow", "iam:List*", "iam:Get*"))
    expect(page.get_by_text("is not authorized to perform: dockreeve:LintPolicy")).to_be_visible()
    expect(page.get_by_text("is not authorized to perform: dockreeve:GetAccess")).to_be_visible()
    expect(page.get_by_role("textbox", name="Policy document")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
