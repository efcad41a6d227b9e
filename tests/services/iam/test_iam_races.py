"""Requests at the same time: nothing is lost, and what vanishes meanwhile is refused as if it had never been there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dockreeve.aws.operation import find
from dockreeve.faults import Fault
from dockreeve.storage import Identity, Principal

from .asking import ACCOUNT, ALLOW_ECR, TRUST_EC2, Iam

POLICY = f"arn:aws:iam::{ACCOUNT}:policy/P"
NO_ROLE = "The role with name R cannot be found."
NO_USER = "The user with name U cannot be found."
NO_POLICY = f"Policy {POLICY} was not found."
NO_PROFILE = "Instance Profile IP cannot be found."
TAGS = [{"Key": "k", "Value": "v"}]


async def run(iam: Iam, name: str, params: dict[str, Any]) -> None:
    """Do it without asking for rights, so that the first look at the row is the operation's own."""
    operation = find("iam", name)
    assert operation is not None
    await operation.run(iam.call, params)


def meddle(patch: pytest.MonkeyPatch, identity: Identity, name: str, then: Callable[[Any], Any]) -> None:
    """Let `then` happen after each `name` of the store found something, before the operation goes on."""
    original = getattr(identity, name)

    async def meddling(*args: Any, **more: Any) -> Any:
        found = await original(*args, **more)
        if found is not None:
            await then(found)
        return found

    patch.setattr(identity, name, meddling)


@pytest.mark.parametrize(
    ("look", "name", "params", "sentence"),
    [
        ("find_principal", "DeleteRole", {"role_name": "R"}, NO_ROLE),
        ("find_principal", "DeleteUser", {"user_name": "U"}, NO_USER),
        ("find_principal", "UpdateRole", {"role_name": "R"}, NO_ROLE),
        ("find_principal", "AttachRolePolicy", {"role_name": "R", "policy_arn": POLICY}, NO_ROLE),
        (
            "find_principal",
            "PutRolePolicy",
            {"role_name": "R", "policy_name": "I", "policy_document": ALLOW_ECR},
            NO_ROLE,
        ),
        ("find_principal", "CreateAccessKey", {"user_name": "U"}, NO_USER),
        ("find_principal", "AddRoleToInstanceProfile", {"instance_profile_name": "IP", "role_name": "R"}, NO_ROLE),
        ("find_policy", "DeletePolicy", {"policy_arn": POLICY}, NO_POLICY),
        ("find_policy", "CreatePolicyVersion", {"policy_arn": POLICY, "policy_document": ALLOW_ECR}, NO_POLICY),
        ("find_policy", "SetDefaultPolicyVersion", {"policy_arn": POLICY, "version_id": "v1"}, NO_POLICY),
        ("find_policy", "DeletePolicyVersion", {"policy_arn": POLICY, "version_id": "v1"}, NO_POLICY),
        ("find_policy", "TagPolicy", {"policy_arn": POLICY, "tags": TAGS}, NO_POLICY),
        (
            "find_policy",
            "AttachRolePolicy",
            {"role_name": "R", "policy_arn": POLICY},
            f"Policy {POLICY} does not exist or is not attachable.",
        ),
        (
            "find_policy",
            "CreateRole",
            {"role_name": "S", "assume_role_policy_document": TRUST_EC2, "permissions_boundary": POLICY},
            f"Scope ARN: {POLICY} does not exist or is not attachable.",
        ),
        (
            "find_policy",
            "PutUserPermissionsBoundary",
            {"user_name": "U", "permissions_boundary": POLICY},
            f"Scope ARN: {POLICY} does not exist or is not attachable.",
        ),
        ("find_profile", "DeleteInstanceProfile", {"instance_profile_name": "IP"}, NO_PROFILE),
        ("find_profile", "TagInstanceProfile", {"instance_profile_name": "IP", "tags": TAGS}, NO_PROFILE),
        ("find_profile", "AddRoleToInstanceProfile", {"instance_profile_name": "IP", "role_name": "R"}, NO_PROFILE),
    ],
)
async def test_what_vanishes_meanwhile_is_refused_as_missing(
    iam: Iam, monkeypatch: pytest.MonkeyPatch, *, look: str, name: str, params: dict[str, Any], sentence: str
) -> None:
    await iam.policy()
    await iam.role()
    await iam.user()
    await iam("CreateInstanceProfile", instance_profile_name="IP")
    identity = iam.call.records.identity
    remove: dict[str, Callable[[Any], Any]] = {
        "find_principal": lambda found: identity.remove_principal(found.unique_id),
        "find_policy": lambda found: identity.remove_policy(found.arn),
        "find_profile": lambda found: identity.remove_profile(found.unique_id),
    }
    meddle(monkeypatch, identity, look, remove[look])
    with pytest.raises(Fault) as refused:
        await run(iam, name, params)
    assert (refused.value.code, refused.value.message) == ("NoSuchEntity", sentence)


async def test_of_two_changes_at_the_same_time_none_is_lost(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    await iam.user()
    identity = iam.call.records.identity
    written: list[Principal] = []

    async def write(found: Principal) -> None:
        if len(written) < 2:
            written.append(found)
            await identity.save_principal(replace(found, tags={"other": ""}))

    with monkeypatch.context() as patch:
        meddle(patch, identity, "find_principal", write)
        await run(iam, "TagUser", {"user_name": "U", "tags": TAGS})
    assert [tag["Key"] for tag in (await iam("ListUserTags", user_name="U"))["Tags"]] == ["k", "other"]
    assert len(written) == 2


async def test_a_row_that_others_keep_changing_is_given_up(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    await iam.user()
    await iam.policy()
    identity = iam.call.records.identity
    meddle(monkeypatch, identity, "find_principal", identity.save_principal)
    meddle(monkeypatch, identity, "find_policy", identity.save_policy)
    for name, params in (
        ("UntagUser", {"user_name": "U", "tag_keys": ["k"]}),
        ("UntagPolicy", {"policy_arn": POLICY, "tag_keys": ["k"]}),
    ):
        with pytest.raises(Fault) as refused:
            await run(iam, name, params)
        assert refused.value.code == "ConcurrentModification"


async def test_of_many_makers_of_one_name_one_succeeds(iam: Iam) -> None:
    made = await asyncio.gather(*(iam.user("Same") for _ in range(5)), return_exceptions=True)
    assert [one.code for one in made if isinstance(one, Fault)] == ["EntityAlreadyExists"] * 4
