"""Which rights a request needs: on what, said how, with which condition keys."""

from typing import Any

import pytest

from dockreeve.aws.operation import Need, declared

from .asking import ACCOUNT, TRUST_EC2, Iam, as_session, as_user

ARN = f"arn:aws:iam::{ACCOUNT}:"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
TAGS = [{"Key": "team", "Value": "red"}]


async def need(iam: Iam, name: str, **params: Any) -> Need:
    (only,) = await iam.needs(name, **params)
    return only


async def test_a_target_by_name_is_decided_on_its_arn_and_said_by_its_name(iam: Iam) -> None:
    await iam.role("R", path="/p/", tags=TAGS)
    touched = (await need(iam, "ListAttachedRolePolicies", role_name="r")).touched
    assert (touched.arn, touched.said_as, touched.tags) == (f"{ARN}role/p/R", "role R", {"team": "red"})
    missing = (await need(iam, "GetRole", role_name="X")).touched
    assert (missing.arn, missing.said_as) == (f"{ARN}role/X", "role X")
    user = (await need(iam, "GetUser", user_name="X")).touched
    assert (user.arn, user.said_as) == (f"{ARN}user/X", "user X")
    profile = (await need(iam, "GetInstanceProfile", instance_profile_name="X")).touched
    assert (profile.arn, profile.said_as) == (f"{ARN}instance-profile/X", "instance profile X")


async def test_what_is_made_is_decided_on_the_arn_to_be(iam: Iam) -> None:
    role = (await need(iam, "CreateRole", role_name="R", path="/p/", assume_role_policy_document=TRUST_EC2)).touched
    assert (role.arn, role.said_as) == (f"{ARN}role/p/R", None)
    assert (await need(iam, "CreateUser", user_name="U")).touched.arn == f"{ARN}user/U"
    policy = (await need(iam, "CreatePolicy", policy_name="P", path="/p/", policy_document="")).touched
    assert (policy.arn, policy.said_as) == (f"{ARN}policy/p/P", "policy P")


async def test_lists_are_decided_on_everything(iam: Iam) -> None:
    for name, said in (
        ("ListRoles", f"{ARN}role/"),
        ("ListUsers", f"{ARN}user/"),
        ("ListInstanceProfiles", f"{ARN}instance-profile/"),
        ("ListPolicies", "policy path /"),
    ):
        touched = (await need(iam, name)).touched
        assert (touched.arn, touched.said_as) == ("*", said)
    assert (await need(iam, "GetAccountSummary")).touched.arn == "*"


@pytest.mark.parametrize(
    ("name", "tagging", "params"),
    [
        ("CreateRole", "iam:TagRole", {"role_name": "X", "assume_role_policy_document": TRUST_EC2}),
        ("CreateUser", "iam:TagUser", {"user_name": "X"}),
        ("CreatePolicy", "iam:TagPolicy", {"policy_name": "X", "policy_document": ""}),
        ("CreateInstanceProfile", "iam:TagInstanceProfile", {"instance_profile_name": "X"}),
    ],
)
async def test_making_with_tags_needs_the_right_to_tag(
    iam: Iam, name: str, tagging: str, params: dict[str, Any]
) -> None:
    make, tag = await iam.needs(name, tags=TAGS, **params)
    assert (make.action, tag.action) == (f"iam:{name}", tagging)
    assert make.touched == tag.touched
    assert make.context == tag.context == {"aws:RequestTag/team": "red", "aws:TagKeys": ["team"]}
    assert len(await iam.needs(name, **params)) == 1


async def test_putting_a_role_into_a_profile_needs_the_right_to_pass_it_to_ec2(iam: Iam) -> None:
    await iam.role("R", path="/p/", tags=TAGS)
    await iam("CreateInstanceProfile", instance_profile_name="IP")
    add, hand_over = await iam.needs("AddRoleToInstanceProfile", instance_profile_name="IP", role_name="R")
    assert add.touched.arn == f"{ARN}instance-profile/IP"
    assert (hand_over.action, hand_over.touched.arn) == ("iam:PassRole", f"{ARN}role/p/R")
    assert hand_over.touched.tags == {"team": "red"}
    assert hand_over.context["iam:PassedToService"] == "ec2.amazonaws.com"
    assert len(await iam.needs("RemoveRoleFromInstanceProfile", instance_profile_name="IP", role_name="R")) == 1


@pytest.mark.parametrize("name", ["AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy"])
async def test_attaching_carries_the_policy(iam: Iam, name: str) -> None:
    asked = await need(iam, name, role_name="X", user_name="X", policy_arn=ADMIN)
    assert asked.context["iam:PolicyARN"] == ADMIN


@pytest.mark.parametrize(
    "name", ["CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"]
)
async def test_setting_a_boundary_carries_it(iam: Iam, name: str) -> None:
    asked = await need(iam, name, role_name="X", user_name="X", permissions_boundary=ADMIN)
    assert asked.context["iam:PermissionsBoundary"] == ADMIN


async def test_a_rename_needs_the_right_on_both_names(iam: Iam) -> None:
    await iam.user("U", path="/p/")
    before, after = await iam.needs("UpdateUser", user_name="U", new_user_name="V")
    assert (before.touched.arn, after.touched.arn) == (f"{ARN}user/p/U", f"{ARN}user/p/V")
    assert len(await iam.needs("UpdateUser", user_name="U")) == 1


async def test_without_a_name_the_right_is_on_oneself(iam: Iam) -> None:
    user, role = await iam.user("U", path="/p/"), await iam.role()
    assert (await need(iam.by(as_user(user)), "CreateAccessKey")).touched.arn == f"{ARN}user/p/U"
    assert (await need(iam, "CreateAccessKey")).touched.arn == f"{ARN}root"
    assert (await need(iam.by(as_session(role)), "CreateAccessKey")).touched.arn == "*"


async def test_the_last_use_of_a_key_is_decided_on_its_owner(iam: Iam) -> None:
    await iam.user("U", path="/p/")
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    touched = (await need(iam, "GetAccessKeyLastUsed", access_key_id=key)).touched
    assert (touched.arn, touched.said_as) == (f"{ARN}user/p/U", f"access key {key}")
    own = (await iam("CreateAccessKey"))["AccessKey"]["AccessKeyId"]
    assert (await need(iam, "GetAccessKeyLastUsed", access_key_id=own)).touched.arn == f"{ARN}root"


def test_what_later_issues_bring_is_not_declared() -> None:
    names = {name.removeprefix("iam:") for name in declared() if name.startswith("iam:")}
    assert len(names) == 77
    assert not {name for name in names if "Group" in name or "OpenID" in name}
