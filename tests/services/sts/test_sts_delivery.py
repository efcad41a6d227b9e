"""Handing a profile's role to an instance: PassRole by the caller, trust by the role."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from dockreeve.faults import Fault
from dockreeve.services.call import CallerKind
from dockreeve.services.sts.delivery import deliver_role, delivery_needs
from dockreeve.services.sts.sessions import open_token
from dockreeve.storage import Kind

from .conftest import ACCOUNT, NOW, ROOT, World

INSTANCE = "i-0123456789abcdef0"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/CustomRWECRRole"


async def trust(world: World, *statements: dict) -> None:
    role = await world.records.identity.find_principal(ACCOUNT, Kind.ROLE, "CustomRWECRRole")
    assert role is not None
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    await world.records.identity.save_principal(replace(role, trust=text))


def allow(**condition: object) -> dict:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return statement | ({"Condition": condition} if condition else {})


async def test_the_instance_gets_a_session_of_the_role_under_its_own_id(world: World) -> None:
    delivered = await deliver_role(world.call(), "Instance", INSTANCE)
    caller, secret = open_token(world.vault, delivered.credentials.session_token)
    assert secret == delivered.credentials.secret_access_key
    assert caller.kind is CallerKind.ROLE
    assert caller.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/CustomRWECRRole/{INSTANCE}"
    assert caller.principal_arn == ROLE
    assert caller.user_id == f"AROA00000000000000002:{INSTANCE}"
    assert caller.session is not None
    assert caller.session.context == {
        "ec2:RoleDelivery": "2.0",
        "ec2:SourceInstanceARN": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/{INSTANCE}",
    }
    assert caller.session.expires == NOW.replace(microsecond=0) + timedelta(hours=6)


async def test_the_answer_is_json_with_the_names_that_the_metadata_shows(world: World) -> None:
    described = (await deliver_role(world.call(), "Instance", INSTANCE)).described()
    credentials = json.loads(json.dumps(described)).pop("Credentials")
    assert set(credentials) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert credentials["Expiration"] == "2026-01-02T09:04:05Z"
    assert {name: value for name, value in described.items() if name != "Credentials"} == {
        "InstanceProfileArn": f"arn:aws:iam::{ACCOUNT}:instance-profile/Instance",
        "InstanceProfileId": "AIPA00000000000000001",
        "RoleName": "CustomRWECRRole",
        "Account": ACCOUNT,
        "Region": "eu-west-1",
    }


async def test_the_caller_must_be_allowed_to_pass_the_role_to_ec2(world: World) -> None:
    (need,) = await delivery_needs(world.call(), "Instance")
    assert (need.action, need.touched.arn) == ("iam:PassRole", ROLE)
    assert need.context == {"iam:PassedToService": "ec2.amazonaws.com"}


async def test_root_may_hand_over_a_role_that_it_may_not_assume(world: World) -> None:
    assert (await deliver_role(world.call(ROOT), "Instance", INSTANCE)).role_name == "CustomRWECRRole"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(days=9), timedelta(hours=6)),
        (timedelta(0), timedelta(minutes=15)),
    ],
)
async def test_a_delivered_session_lasts_fifteen_minutes_to_six_hours(
    world: World, asked: timedelta, given: timedelta
) -> None:
    delivered = await deliver_role(world.call(), "Instance", INSTANCE, asked)
    assert delivered.credentials.expiration == NOW.replace(microsecond=0) + given


async def test_the_role_shows_that_it_was_used(world: World) -> None:
    await deliver_role(world.call(), "Instance", INSTANCE)
    role = await world.records.identity.find_principal(ACCOUNT, Kind.ROLE, "CustomRWECRRole")
    assert role is not None
    assert role.last_used == NOW


async def test_a_role_that_does_not_trust_ec2_is_not_delivered_and_the_fault_names_it(world: World) -> None:
    with pytest.raises(Fault) as caught:
        await deliver_role(world.call(), "Untrusted", INSTANCE)
    assert caught.value.code == "AssumeRoleUnauthorizedAccess"
    assert "EC2 cannot assume the role Deployer." in caught.value.message
    assert caught.value.members == {
        "InstanceProfileArn": f"arn:aws:iam::{ACCOUNT}:instance-profile/Untrusted",
        "InstanceProfileId": "AIPA00000000000000003",
        "RoleName": "Deployer",
    }


@pytest.mark.parametrize(
    "statements",
    [
        [allow() | {"Principal": {"Service": "ecs-tasks.amazonaws.com"}}],
        [allow() | {"Action": "sts:TagSession"}],
        [allow(), allow() | {"Effect": "Deny"}],
        [allow(StringEquals={"aws:SourceAccount": "999999999999"})],
        [allow(StringEquals={"sts:ExternalId": "x"})],
    ],
)
async def test_every_part_of_the_trust_policy_counts(world: World, statements: list[dict]) -> None:
    await trust(world, *statements)
    with pytest.raises(Fault) as caught:
        await deliver_role(world.call(), "Instance", INSTANCE)
    assert caught.value.code == "AssumeRoleUnauthorizedAccess"


async def test_a_trust_condition_that_holds_for_the_instance_is_met(world: World) -> None:
    instance = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/*"
    await trust(world, allow(StringEquals={"aws:SourceAccount": ACCOUNT}, ArnLike={"aws:SourceArn": instance}))
    assert (await deliver_role(world.call(), "Instance", INSTANCE)).role_name == "CustomRWECRRole"


async def test_a_profile_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(Fault) as caught:
        await deliver_role(world.call(), "Nothing", INSTANCE)
    assert (caught.value.code, caught.value.status) == ("NoSuchEntity", 404)


@pytest.mark.parametrize("profile", ["Nothing", "Empty"])
async def test_a_profile_without_a_role_needs_the_right_to_pass_any_role(world: World, profile: str) -> None:
    [need] = await delivery_needs(world.call(), profile)
    assert (need.action, need.touched.arn) == ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*")


async def test_an_empty_profile_says_so_and_names_itself(world: World) -> None:
    with pytest.raises(Fault) as caught:
        await deliver_role(world.call(), "Empty", INSTANCE)
    assert caught.value.code == "InstanceProfileWithoutRole"
    assert caught.value.members["InstanceProfileId"] == "AIPA00000000000000002"


@pytest.mark.parametrize(
    "instance_id", ["", "i-", "i-1", "i-0123456789ABCDEF0", "../x", "i-0123456789abcdef0\n", "x" * 99]
)
async def test_an_instance_id_of_another_form_is_refused(world: World, instance_id: str) -> None:
    with pytest.raises(Fault) as caught:
        await deliver_role(world.call(), "Instance", instance_id)
    assert caught.value.code == "ValidationError"
