"""Users and instance profiles in the browser: secrets are seen once, and one who is deleted leaves nothing behind."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Page, expect

from cli.commands import Serving

from .browser import Watched, assert_sound, stored

SignIn = Callable[..., None]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]})


def client(server: Serving, service: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )


def held_by_the_page(page: Page) -> str:
    """Everything in which a secret could linger."""
    return page.content() + json.dumps(stored(page)) + page.url


def test_a_user_is_made_with_a_password_and_a_key_that_work_and_are_seen_once(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    sign_in("/iam/users")
    page.get_by_role("button", name="Create user").first.click()
    page.get_by_label("User name").fill("console ann")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="Specify user details", level=1, exact=True)).to_be_visible()
    page.get_by_label("User name").fill("console-ann")
    page.get_by_role("checkbox", name="Provide user access to the console").check()
    page.get_by_role("checkbox", name="Users must create a new password").uncheck()
    page.get_by_role("checkbox", name="Create an access key").check()
    assert_sound(watched)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("searchbox", name="Find policies").fill("PowerUserAccess")
    page.get_by_role("checkbox", name="PowerUserAccess").check()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Copy as").click()
    expect(page.get_by_role("region", name="aws CLI")).to_contain_text("--password PASSWORD")
    page.get_by_role("button", name="Create user").click()

    expect(page.get_by_role("heading", name="Retrieve credentials")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download .csv file").click()
    (row,) = csv.DictReader(downloading.value.path().read_text().splitlines())
    secret, password = row["Secret access key"], row["Password"]
    assert secret not in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Show secret access key").click()
    expect(page.get_by_text(secret, exact=True)).to_be_visible()
    assert_sound(watched)
    page.get_by_role("button", name="View user").click()
    expect(page.get_by_role("heading", name="console-ann", level=1, exact=True)).to_be_visible()
    for gone in (secret, password):
        assert gone not in held_by_the_page(page)
    who = client(server, "sts", row["Access key ID"], secret).get_caller_identity()
    assert who["Arn"].endswith(":user/console-ann")
    assert iam.get_login_profile(UserName="console-ann")["LoginProfile"]["PasswordResetRequired"] is False
    policies = iam.list_attached_user_policies(UserName="console-ann")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in policies] == ["PowerUserAccess"]

    page.evaluate("() => sessionStorage.clear()")
    page.goto(f"{server.url}/console/iam/users")
    page.get_by_label("User name").fill("console-ann")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Account and session: console-ann")).to_be_visible()


def test_a_keys_secret_is_shown_once_and_the_key_is_deactivated_and_deleted(
    page: Page, server: Serving, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    name = "console-keyed"
    iam.create_user(UserName=name)
    sign_in(f"/iam/users/{name}?tab=credentials")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Create access key").click()
    page.get_by_role("dialog").get_by_role("button", name="Create access key").click()
    shown = page.get_by_role("dialog", name="Retrieve access key")
    shown.get_by_role("button", name="Copy aws profile").click()
    profile = dict(
        line.split(" = ") for line in page.evaluate("() => navigator.clipboard.readText()").split("\n")[1:-1]
    )
    secret, key = profile["aws_secret_access_key"], profile["aws_access_key_id"]
    assert profile["endpoint_url"] == server.url
    watched.forget("404")  # the user has no password, which IAM says with this status
    assert_sound(watched)
    shown.get_by_role("button", name="Done").click()
    expect(page.get_by_role("rowheader", name=key)).to_be_visible()
    assert secret not in held_by_the_page(page)
    assert client(server, "sts", key, secret).get_caller_identity()

    page.get_by_role("button", name=f"Actions for {key}").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    expect(page.get_by_text(f"The access key {key} is inactive now.")).to_be_visible()
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client(server, "sts", key, secret).get_caller_identity()
    expect(page.get_by_role("row", name=key)).to_contain_text("Inactive")
    page.get_by_role("button", name=f"Actions for {key}").click()
    page.get_by_role("menuitem", name="Activate").click()
    expect(page.get_by_text(f"The access key {key} is active now.")).to_be_visible()
    page.get_by_role("button", name=f"Actions for {key}").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name=f"Delete {key}?")
    dialog.get_by_role("textbox").fill(key)
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No access keys")).to_be_visible()
    assert iam.list_access_keys(UserName=name)["AccessKeyMetadata"] == []


def test_console_access_is_given_reset_and_taken_away(page: Page, iam: Any, sign_in: SignIn, watched: Watched) -> None:
    name = "console-signer"
    iam.create_user(UserName=name)
    sign_in(f"/iam/users/{name}?tab=credentials")
    page.get_by_role("button", name="Enable console access").click()
    page.get_by_role("dialog").get_by_role("button", name="Enable console access").click()
    shown = page.get_by_role("dialog", name="Retrieve password")
    shown.get_by_role("button", name="Show console password").click()
    shown.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Must be changed at the next sign-in")).to_be_visible()
    assert iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"] is True
    page.get_by_role("button", name="Reset password").click()
    dialog = page.get_by_role("dialog", name="Reset password")
    dialog.get_by_role("radio", name="Custom password").check()
    dialog.get_by_role("checkbox", name="Users must create a new password").uncheck()
    dialog.get_by_label("Password", exact=True).fill("short")
    dialog.get_by_role("button", name="Reset password").click()
    expect(dialog.get_by_text("Password should have a minimum length")).to_be_visible()
    watched.forget("404", "400")
    assert_sound(watched)
    dialog.get_by_label("Password", exact=True).fill("Long-enough-for-1")
    dialog.get_by_role("button", name="Reset password").click()
    expect(dialog).to_have_count(0)
    assert iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"] is False
    page.get_by_role("button", name="Disable console access").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable console access").click()
    expect(page.get_by_text("Not enabled")).to_be_visible()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_login_profile(UserName=name)


def test_a_user_is_deleted_with_keys_password_and_policies(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    name = "console-leaver"
    iam.create_user(UserName=name)
    iam.create_access_key(UserName=name)
    iam.create_login_profile(UserName=name, Password="Long-enough-for-1")
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=ANYTHING)
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    sign_in(f"/iam/users/{name}")
    expect(page.get_by_role("button", name="Edit own")).to_be_visible()
    assert_sound(watched)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("textbox").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"The user {name} was deleted.")).to_be_visible()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_user(UserName=name)


def test_an_instance_profile_is_made_given_a_role_and_deleted(
    page: Page, iam: Any, sign_in: SignIn, watched: Watched
) -> None:
    iam.create_role(RoleName="console-carried", AssumeRolePolicyDocument=TRUST)
    sign_in("/iam/instance-profiles")
    page.get_by_role("button", name="Create instance profile").first.click()
    page.get_by_role("dialog").get_by_label("Instance profile name").fill("console-carrier")
    page.get_by_role("dialog").get_by_role("button", name="Create instance profile").click()
    expect(page.get_by_role("heading", name="console-carrier", level=1, exact=True)).to_be_visible()
    page.get_by_role("button", name="Add role").click()
    dialog = page.get_by_role("dialog", name="Add role")
    dialog.get_by_role("button", name=re.compile("^Role")).click()
    page.get_by_role("option", name="console-carried").click()
    dialog.get_by_role("button", name="Add role").click()
    expect(page.get_by_role("link", name="console-carried")).to_be_visible()
    profile = iam.get_instance_profile(InstanceProfileName="console-carrier")["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["console-carried"]
    assert_sound(watched)
    page.get_by_role("button", name="Remove role").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove role").click()
    expect(page.get_by_text("The role console-carried was removed.")).to_be_visible()
    iam.add_role_to_instance_profile(InstanceProfileName="console-carrier", RoleName="console-carried")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("console-carrier")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The instance profile console-carrier was deleted.")).to_be_visible()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_instance_profile(InstanceProfileName="console-carrier")
    assert iam.get_role(RoleName="console-carried")


def test_who_may_not_see_users_is_told_so(page: Page, server: Serving, sign_in: SignIn, watched: Watched) -> None:
    sign_in("/iam/users", server.user("console-blind"))
    expect(page.get_by_text("is not authorized to perform: iam:ListUsers")).to_be_visible()
    expect(page.get_by_role("link", name="Why was this refused?")).to_be_visible()
    watched.forget("403")
    assert_sound(watched)
