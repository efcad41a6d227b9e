"""Roles in the browser: made step by step as the tutorial says, looked after, and deleted with what hangs on them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Page, expect

from cli.commands import Serving

from .browser import Watched, assert_sound
from .clicking import go_on, select

TUTORIAL = Path(__file__).parent.parent.parent / "docs" / "tutorial"
POLICIES = ("ReadECRRepositoryContent", "WriteECRRepositoryContent")
READING = ("iam:List*", "iam:Get*", "dockreeve:Get*", "dockreeve:LintPolicy")
SignIn = Callable[..., None]


@pytest.fixture(scope="module")
def policies(iam: Any) -> dict[str, str]:
    """The tutorial's two policies: ARNs by name."""
    documents = {name: (TUTORIAL / f"{name}.json").read_text() for name in POLICIES}
    return {
        name: iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        for name, text in documents.items()
    }


def trusting(service: str = "ec2.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def attached(iam: Any, role: str) -> list[str]:
    return [each["PolicyName"] for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]


def choose_ec2_and_both_policies(page: Page, name: str) -> None:
    """The first two steps of *Create role*, and the name."""
    select(page, "Service or use case", "EC2")
    go_on(page)
    select(page, "Filter by Type", "Customer managed")
    for policy in POLICIES:
        page.get_by_role("checkbox", name=policy).check()
    go_on(page)
    page.get_by_label("Role name").fill(name)


def test_the_tutorials_role_is_made_by_its_own_labels_and_its_trap_is_told(
    page: Page, iam: Any, policies: dict[str, str], sign_in: SignIn, watched: Watched
) -> None:
    sign_in("/iam/roles")
    page.get_by_role("button", name="Create role").first.click()
    expect(page.get_by_role("heading", name="Select trusted entity", level=1, exact=True)).to_be_visible()
    page.get_by_role("radio", name="AWS service").check()
    go_on(page)
    expect(page.get_by_text("Choose a service or use case.", exact=True)).to_be_visible()
    select(page, "Service or use case", "EC2")
    go_on(page)

    expect(page.get_by_role("heading", name="Add permissions", level=1, exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="AdministratorAccess", exact=True)).to_be_visible()
    select(page, "Filter by Type", "Customer managed")
    expect(page.get_by_role("checkbox", name="AdministratorAccess", exact=True)).to_have_count(0)
    for policy in POLICIES:
        page.get_by_role("checkbox", name=policy).check()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()
    assert_sound(watched)
    go_on(page)

    expect(page.get_by_role("heading", name="Name, review, and create", level=1, exact=True)).to_be_visible()
    page.get_by_label("Role name").fill("CustomRWECRRole")
    page.get_by_label("Description").fill("Custom Read and Write role for ECS")
    expect(page.get_by_text("ECS assumes roles as ecs-tasks.amazonaws.com.")).to_be_visible()
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("textbox", name="Value").fill("web")
    assert_sound(watched)
    page.get_by_role("button", name="Create role").click()

    expect(page.get_by_role("heading", name="CustomRWECRRole", level=1, exact=True)).to_be_visible()
    role = iam.get_role(RoleName="CustomRWECRRole")["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads((TUTORIAL / "trust-ec2.json").read_text())
    assert role["Description"] == "Custom Read and Write role for ECS"
    assert role["Tags"] == [{"Key": "team", "Value": "web"}]
    assert attached(iam, "CustomRWECRRole") == list(POLICIES)
    profile = iam.get_instance_profile(InstanceProfileName="CustomRWECRRole")["InstanceProfile"]
    assert [each["RoleName"] for each in profile["Roles"]] == ["CustomRWECRRole"]
    expect(page.get_by_role("main").get_by_role("link", name="CustomRWECRRole")).to_be_visible()
    expect(page.get_by_text("ecr:GetDownloadUrlForLayer is missing").first).to_be_visible()


def test_what_copy_as_shows_makes_the_same_role(
    page: Page, iam: Any, policies: dict[str, str], server: Serving, sign_in: SignIn
) -> None:
    sign_in("/iam/roles/create")
    choose_ec2_and_both_policies(page, "console-copied")
    page.get_by_role("button", name="Copy as").click()
    page.get_by_role("tab", name="boto3").click()
    text = page.get_by_role("region", name="boto3").inner_text()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog", name="Leave page").get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name=re.compile("Roles"), level=1)).to_be_visible()
    connected = {
        "endpoint_url": server.url,
        "region_name": "us-east-1",
        "aws_access_key_id": server.root.access_key,
        "aws_secret_access_key": server.root.secret_key,
    }
    real = boto3.client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3, "client", lambda service: real(service, **connected))
        exec(text, {})
    assert attached(iam, "console-copied") == list(POLICIES)
    profile = iam.get_instance_profile(InstanceProfileName="console-copied")["InstanceProfile"]
    assert [each["RoleName"] for each in profile["Roles"]] == ["console-copied"]


def test_a_refused_step_is_told_and_resumed_once_it_is_allowed(
    page: Page, server: Serving, iam: Any, policies: dict[str, str], sign_in: SignIn, watched: Watched
) -> None:
    making = (*READING, "iam:CreateRole", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:PassRole")
    keys = server.user("console-resumer", *making)
    attaching = {"Effect": "Allow", "Action": "iam:AttachRolePolicy", "Resource": "*"}
    one = {**attaching, "Condition": {"ArnEquals": {"iam:PolicyARN": policies[POLICIES[0]]}}}
    text = json.dumps({"Version": "2012-10-17", "Statement": one})
    iam.put_user_policy(UserName="console-resumer", PolicyName="one", PolicyDocument=text)
    sign_in("/iam/roles/create", keys)
    choose_ec2_and_both_policies(page, "console-resumed")
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_text("is not authorized to perform: iam:AttachRolePolicy")).to_be_visible()
    expect(page.get_by_role("link", name="Why was this refused?")).to_be_visible()
    steps = page.get_by_role("list").filter(has_text="Create role console-resumed").get_by_role("listitem")
    expect(steps).to_have_text([re.compile(state) for state in ("Done$", "Done$", "Failed$", *["Waiting$"] * 2)])
    watched.forget("403")
    assert_sound(watched)
    iam.put_user_policy(UserName="console-resumer", PolicyName="more", PolicyDocument=allowing("iam:AttachRolePolicy"))
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.get_by_role("heading", name="console-resumed", level=1, exact=True)).to_be_visible()
    assert attached(iam, "console-resumed") == list(POLICIES)
    assert iam.get_instance_profile(InstanceProfileName="console-resumed")["InstanceProfile"]["Roles"]


def test_what_was_done_before_a_refused_step_is_taken_back(
    page: Page, server: Serving, iam: Any, policies: dict[str, str], sign_in: SignIn, watched: Watched
) -> None:
    making = (*READING, *(f"iam:{one}" for one in ("CreateRole", "DeleteRole", "AttachRolePolicy", "DetachRolePolicy")))
    making = (*making, "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile")
    sign_in("/iam/roles/create", server.user("console-undoer", *making))
    choose_ec2_and_both_policies(page, "console-undone")
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_text("is not authorized to perform: iam:AddRoleToInstanceProfile")).to_be_visible()
    assert attached(iam, "console-undone") == list(POLICIES)
    assert iam.get_instance_profile(InstanceProfileName="console-undone")["InstanceProfile"]["Roles"] == []
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Role name")).to_have_value("console-undone")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_role(RoleName="console-undone")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_instance_profile(InstanceProfileName="console-undone")
    watched.forget("403")
    assert_sound(watched)


def test_another_account_is_trusted_with_an_external_id_and_a_missing_policy_is_made_in_place(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    sign_in("/iam/roles/create")
    page.get_by_role("radio", name="AWS account").check()
    page.get_by_role("radio", name="Another AWS account").check()
    page.get_by_label("Account ID").fill("44445555")
    page.get_by_role("checkbox", name="Require external ID").check()
    page.get_by_label("External ID", exact=True).fill("x-42")
    page.get_by_role("checkbox", name="Require MFA").check()
    go_on(page)
    expect(page.get_by_text("An account ID has 12 digits.")).to_be_visible()
    assert_sound(watched)
    page.get_by_label("Account ID").fill("444455556666")
    go_on(page)
    page.get_by_role("button", name="Create policy").click()
    dialog = page.get_by_role("dialog", name="Create policy")
    dialog.get_by_label("Policy name").fill("ConsoleMadeInPlace")
    expect(dialog.get_by_role("textbox", name="Policy document")).to_be_attached()
    assert_sound(watched)
    dialog.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("checkbox", name="ConsoleMadeInPlace")).to_be_checked()
    page.get_by_role("button", name="Set permissions boundary").click()
    page.get_by_role("radio", name="Use a permissions boundary").check()
    select(page, "Boundary policy", "PowerUserAccess")
    go_on(page)
    page.get_by_label("Role name").fill("console-partner")
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_role("heading", name="console-partner", level=1, exact=True)).to_be_visible()
    role = iam.get_role(RoleName="console-partner")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::444455556666:root"}
    assert statement["Condition"] == {
        "StringEquals": {"sts:ExternalId": "x-42"},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
    }
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("/PowerUserAccess")
    assert attached(iam, "console-partner") == ["ConsoleMadeInPlace"]
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_instance_profile(InstanceProfileName="console-partner")


def test_a_custom_trust_policy_is_linted_and_kept_as_it_was_written(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    sign_in("/iam/roles/create")
    page.get_by_role("radio", name="Custom trust policy").check()
    editor = page.get_by_role("textbox", name="Custom trust policy")
    editor.press("Control+a")
    page.keyboard.insert_text("{")
    go_on(page)
    expect(page.get_by_text("This is not JSON.")).to_be_visible()
    editor.press("Control+a")
    page.keyboard.insert_text(trusting().replace('{"Service": "ec2.amazonaws.com"}', '"*"'))
    findings = page.get_by_role("status", name="Findings in Custom trust policy")
    expect(findings).not_to_be_empty()
    assert_sound(watched)
    editor.press("Control+a")
    page.keyboard.insert_text(trusting("codebuild.amazonaws.com"))
    expect(findings).to_be_empty()
    go_on(page)
    go_on(page)
    page.get_by_label("Role name").fill("console-custom")
    page.get_by_role("button", name="Create role").click()
    expect(page.get_by_role("heading", name="console-custom", level=1, exact=True)).to_be_visible()
    made = iam.get_role(RoleName="console-custom")["Role"]["AssumeRolePolicyDocument"]
    assert made == json.loads(trusting("codebuild.amazonaws.com"))
    assert "console-custom" not in [
        each["InstanceProfileName"] for each in iam.list_instance_profiles()["InstanceProfiles"]
    ]


def test_a_roles_policies_tags_and_boundary_are_changed_on_its_page(
    page: Page, iam: Any, policies: dict[str, str], sign_in: SignIn, watched: Watched
) -> None:
    name = "console-kept"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(), Tags=[{"Key": "old", "Value": "1"}])
    iam.attach_role_policy(RoleName=name, PolicyArn=policies["WriteECRRepositoryContent"])
    sign_in(f"/iam/roles/{name}")
    page.get_by_role("button", name="Add permissions").click()
    page.get_by_role("menuitem", name="Attach policies").click()
    dialog = page.get_by_role("dialog", name=f"Attach policies to {name}")
    dialog.get_by_role("searchbox", name="Find policies").fill("ReadECR")
    dialog.get_by_role("checkbox", name="ReadECRRepositoryContent").check()
    dialog.get_by_role("button", name="Add permissions").click()
    expect(page.get_by_text("1 policy was attached.")).to_be_visible()
    page.get_by_role("button", name="Add permissions").click()
    page.get_by_role("menuitem", name="Create inline policy").click()
    page.get_by_role("dialog").get_by_label("Policy name").fill("own")
    page.get_by_role("dialog").get_by_role("button", name="Create inline policy").click()
    expect(page.get_by_role("button", name="Edit own")).to_be_visible()
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["own"]
    page.get_by_role("checkbox", name="own").check()
    page.get_by_role("checkbox", name="WriteECRRepositoryContent").check()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The permissions were removed.")).to_be_visible()
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []
    assert attached(iam, name) == ["ReadECRRepositoryContent"]
    assert_sound(watched)

    page.get_by_role("button", name="Set boundary").click()
    select(page, "Boundary policy", "PowerUserAccess")
    page.get_by_role("dialog").get_by_role("button", name="Set boundary").click()
    expect(page.get_by_text("The permissions boundary was set.")).to_be_visible()
    assert "PermissionsBoundary" in iam.get_role(RoleName=name)["Role"]
    page.get_by_role("button", name="Remove boundary").click()
    expect(page.get_by_role("button", name="Set boundary")).to_be_visible()
    assert "PermissionsBoundary" not in iam.get_role(RoleName=name)["Role"]

    page.get_by_role("tab", name="Tags").click()
    page.get_by_role("textbox", name="Value").fill("2")
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_role("textbox", name="Key").last.fill("new")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The tags were saved.")).to_be_visible()
    tags = iam.list_role_tags(RoleName=name)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"old": "2", "new": ""}


def test_a_trust_policy_is_linted_while_it_is_edited(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    name = "console-trusted"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(), Description="Pulls images for ECS")
    sign_in(f"/iam/roles/{name}?tab=trust")
    expect(page.get_by_text("ECS assumes roles as ecs-tasks.amazonaws.com.")).to_be_visible()
    page.get_by_role("button", name="Edit trust policy").click()
    editor = page.get_by_role("textbox", name="Trust policy")
    findings = page.get_by_role("status", name="Findings in Trust policy")
    expect(findings).to_contain_text("ECS assumes roles as")
    editor.press("Control+a")
    editor.press_sequentially("nonsense")
    page.get_by_role("button", name="Update policy").click()
    expect(page.get_by_text("This policy contains invalid Json")).to_be_visible()
    watched.forget("400")
    assert_sound(watched)
    editor.press("Control+a")
    page.keyboard.insert_text(trusting("ecs-tasks.amazonaws.com"))
    expect(findings).to_be_empty()
    page.get_by_role("button", name="Update policy").click()
    expect(page.get_by_text("The trust policy was updated.")).to_be_visible()
    (statement,) = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}


def test_sessions_issued_before_are_revoked(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    iam.create_role(RoleName="console-revoked", AssumeRolePolicyDocument=trusting())
    before = datetime.now(UTC)
    sign_in("/iam/roles/console-revoked?tab=revoke")
    page.get_by_role("button", name="Revoke active sessions").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke active sessions").click()
    expect(page.get_by_text("All sessions issued so far are revoked.")).to_be_visible()
    document = iam.get_role_policy(RoleName="console-revoked", PolicyName="AWSRevokeOlderSessions")["PolicyDocument"]
    (statement,) = document["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", ["*"], ["*"])
    moment = datetime.fromisoformat(statement["Condition"]["DateLessThan"]["aws:TokenIssueTime"])
    assert before <= moment <= datetime.now(UTC)
    expect(page.get_by_text("are denied everything.")).to_be_visible()
    assert_sound(watched)


def test_a_role_is_deleted_with_all_that_hangs_on_it_once_its_name_is_typed(
    page: Page, iam: Any, policies: dict[str, str], sign_in: SignIn, watched: Watched
) -> None:
    name = "console+gone@home"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting())
    iam.attach_role_policy(RoleName=name, PolicyArn=policies["ReadECRRepositoryContent"])
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=allowing("ecr:*"))
    for profile in (name, "console-stays"):
        iam.create_instance_profile(InstanceProfileName=profile)
        iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=name)
    sign_in("/iam/roles")
    page.get_by_role("searchbox", name="Find roles").fill(name)
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name=f"Delete {name}?")
    expect(dialog.get_by_role("button", name="Delete")).to_be_disabled()
    assert_sound(watched)
    dialog.get_by_label(f"To confirm, type {name}").fill(name)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"The role {name} was deleted.")).to_be_visible()
    assert name not in [role["RoleName"] for role in iam.list_roles()["Roles"]]
    profiles = {each["InstanceProfileName"]: each for each in iam.list_instance_profiles()["InstanceProfiles"]}
    assert name not in profiles
    assert profiles["console-stays"]["Roles"] == []


def test_who_may_only_read_sees_the_pages_and_is_told_what_was_refused(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    iam.create_role(RoleName="console-read", AssumeRolePolicyDocument=trusting())
    sign_in("/iam/roles/console-read?tab=tags", server.user("console-reader", "iam:List*", "iam:Get*"))
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_role("textbox", name="Key").fill("team")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("is not authorized to perform: iam:TagRole")).to_be_visible()
    page.get_by_role("tab", name="Permissions").click()
    page.get_by_role("dialog", name="Leave page").get_by_role("button", name="Leave").click()
    expect(page.get_by_text("is not authorized to perform: dockreeve:GetAccess")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("console-read")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("is not authorized to perform: iam:DeleteRole")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
    assert unquote(page.url).endswith("/iam/roles/console-read")
    assert iam.get_role(RoleName="console-read")
