"""AssumeRole: what it asks of the gate, what the session carries, and each refusal in AWS's words."""

import json
import random
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dockreeve.faults import Fault
from dockreeve.storage import Kind

from .conftest import ACCOUNT, ALICE, NOW, ROLE, ROOT, World

NEXT = f"arn:aws:iam::{ACCOUNT}:role/Next"
NARROW = f"arn:aws:iam::{ACCOUNT}:policy/Narrow"
PULL = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}}'


async def refused(world: World, caller: Any = ALICE, **params: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        await world.assume(caller, **params)
    return caught.value


async def test_the_session_is_the_role_under_the_session_name(world: World) -> None:
    result = await world.run("AssumeRole", role_arn=ROLE, role_session_name="build-7")
    assert result["AssumedRoleUser"] == {
        "AssumedRoleId": "AROA00000000000000001:build-7",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/build-7",
    }
    assert result["Credentials"]["Expiration"] == datetime(2026, 1, 2, 4, 4, 5, tzinfo=UTC)
    assert "PackedPolicySize" not in result
    assert "SourceIdentity" not in result
    bearer = world.bearer(result)
    assert bearer.access_key_id == result["Credentials"]["AccessKeyId"]
    assert bearer.principal_arn == ROLE
    assert bearer.user_id == "AROA00000000000000001:build-7"
    assert bearer.session is not None
    assert bearer.session.issued == NOW
    assert not bearer.session.chained


async def test_the_role_shows_when_and_where_it_was_last_assumed(world: World) -> None:
    await world.assume()
    role = await world.records.identity.find_principal(ACCOUNT, Kind.ROLE, "Deployer")
    assert role is not None
    assert (role.last_used, role.last_used_region) == (NOW, "eu-west-1")


async def test_the_gate_is_asked_for_the_role_with_stss_own_keys(world: World) -> None:
    needs = await world.needs("AssumeRole", role_arn=ROLE, role_session_name="s", external_id="tenant-4")
    assert [(need.action, need.touched.arn) for need in needs] == [("sts:AssumeRole", ROLE)]
    assert needs[0].context == {"sts:RoleSessionName": "s", "sts:ExternalId": "tenant-4"}


async def test_tags_and_a_source_identity_need_a_right_each(world: World) -> None:
    needs = await world.needs(
        "AssumeRole",
        role_arn=ROLE,
        role_session_name="s",
        tags=[{"Key": "team", "Value": "blue"}],
        transitive_tag_keys=["team"],
        source_identity="alice",
    )
    assert [need.action for need in needs] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    for need in needs:
        assert need.touched.arn == ROLE
        assert need.context["aws:RequestTag/team"] == "blue"
        assert need.context["aws:TagKeys"] == ["team"]
        assert need.context["sts:TransitiveTagKeys"] == ["team"]
        assert need.context["sts:SourceIdentity"] == "alice"


async def test_what_comes_along_a_chain_needs_the_same_rights(world: World) -> None:
    first = await world.assume(
        tags=[{"Key": "team", "Value": "blue"}], transitive_tag_keys=["team"], source_identity="alice"
    )
    needs = await world.needs("AssumeRole", first, role_arn=NEXT, role_session_name="s")
    assert [need.action for need in needs] == ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert needs[1].context["sts:TransitiveTagKeys"] == ["team"]
    assert needs[2].context["sts:SourceIdentity"] == "alice"


async def test_root_may_not_assume_roles_and_no_policy_is_asked(world: World) -> None:
    with pytest.raises(Fault) as caught:
        await world.needs("AssumeRole", ROOT, role_arn=ROLE, role_session_name="s")
    assert (caught.value.code, caught.value.message) == (
        "AccessDenied",
        "Roles may not be assumed by root accounts.",
    )


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:user/alice",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer/s",
        "arn:aws:iam::12345:role/Deployer",
        f"arn:aws:iam::{ACCOUNT}:role/",
        f"arn:aws:iam::{ACCOUNT}:role/*",
        f"{ROLE}\n",
        "a role that is none at all",
    ],
)
async def test_what_names_no_role_is_invalid(world: World, arn: str) -> None:
    fault = await refused(world, role_arn=arn)
    assert (fault.code, fault.message) == ("ValidationError", "Request ARN is invalid")


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:role/Nobody",
        f"arn:aws:iam::{ACCOUNT}:role/Deployer",
        f"arn:aws:iam::{ACCOUNT}:role/team/deployer",
        "arn:aws:iam::999999999999:role/team/Deployer",
    ],
)
async def test_a_missing_role_is_refused_as_if_it_were_there(world: World, arn: str) -> None:
    assert (await world.needs("AssumeRole", role_arn=arn, role_session_name="s"))[0].touched.arn == arn
    fault = await refused(world, role_arn=arn)
    assert fault.code == "AccessDenied"
    assert fault.message == f"User: {ALICE.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"


async def test_a_session_lasts_as_long_as_the_role_allows_and_no_longer(world: World) -> None:
    session = (await world.assume(duration_seconds=7200)).session
    assert session is not None
    assert session.expires == NOW.replace(microsecond=0) + timedelta(hours=2)
    fault = await refused(world, duration_seconds=7201)
    assert (fault.code, fault.message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


async def test_a_chained_session_lasts_an_hour_at_most(world: World) -> None:
    first = await world.assume()
    second = await world.assume(first, role_arn=NEXT, duration_seconds=3600)
    assert second.session is not None
    assert second.session.chained
    fault = await refused(world, first, role_arn=NEXT, duration_seconds=3601)
    assert (fault.code, fault.message) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )


async def test_session_tags_are_carried_and_only_transitive_ones_go_on(world: World) -> None:
    pairs = [{"Key": "Team", "Value": "blue"}, {"Key": "stage", "Value": "prod"}]
    first = await world.assume(tags=pairs, transitive_tag_keys=["team", "TEAM"])
    assert first.session is not None
    assert first.session.tags == {"Team": "blue", "stage": "prod"}
    assert first.session.transitive == ("Team",)
    second = await world.assume(first, role_arn=NEXT, tags=[{"Key": "stage", "Value": "test"}])
    assert second.session is not None
    assert second.session.tags == {"Team": "blue", "stage": "test"}
    assert second.session.transitive == ("Team",)


async def test_an_inherited_tag_cannot_be_overridden(world: World) -> None:
    first = await world.assume(tags=[{"Key": "Team", "Value": "blue"}], transitive_tag_keys=["Team"])
    fault = await refused(world, first, role_arn=NEXT, tags=[{"Key": "team", "Value": "red"}])
    assert fault.code == "InvalidParameterValue"
    assert "conflicts with a transitive tag key from the calling session" in fault.message


async def test_tag_keys_are_unique_regardless_of_case(world: World) -> None:
    fault = await refused(world, tags=[{"Key": "team", "Value": "a"}, {"Key": "TEAM", "Value": "b"}])
    assert fault.code == "InvalidParameterValue"
    assert fault.message == "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    assert (await refused(world, tags=[{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "1"}])).code == fault.code


async def test_a_transitive_key_must_be_among_the_tags(world: World) -> None:
    fault = await refused(world, transitive_tag_keys=["team"])
    assert fault.message == "The specified transitive tag key must be included in the requested tags."


async def test_a_tag_of_awss_own_is_refused(world: World) -> None:
    assert (await refused(world, tags=[{"Key": "aws:team", "Value": "a"}])).code == "ValidationError"


async def test_inherited_tags_count_among_the_fifty(world: World) -> None:
    first = await world.assume(tags=[{"Key": "one", "Value": ""}], transitive_tag_keys=["one"])
    many = [{"Key": f"k{number}", "Value": ""} for number in range(49)]
    await world.assume(first, role_arn=NEXT, tags=many)
    assert (
        await refused(world, first, role_arn=NEXT, tags=[*many, {"Key": "k49", "Value": ""}])
    ).code == "ValidationError"


async def test_a_source_identity_stays_for_the_whole_chain(world: World) -> None:
    result = await world.run("AssumeRole", role_arn=ROLE, role_session_name="s", source_identity="alice")
    assert result["SourceIdentity"] == "alice"
    first = world.bearer(result)
    for params in ({}, {"source_identity": "alice"}):
        second = await world.assume(first, role_arn=NEXT, **params)
        assert second.session is not None
        assert second.session.source_identity == "alice"
    assert (await refused(world, first, role_arn=NEXT, source_identity="bob")).code == "AccessDenied"


async def test_session_policies_are_carried_as_given(world: World) -> None:
    result = await world.run(
        "AssumeRole",
        role_arn=ROLE,
        role_session_name="s",
        policy=PULL,
        policy_arns=[{"arn": NARROW}, {"arn": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"}],
    )
    assert 0 < result["PackedPolicySize"] <= 100
    session = world.bearer(result).session
    assert session is not None
    assert session.policies == (PULL,)
    assert session.policy_arns == (NARROW, "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly")


async def test_session_policies_are_not_handed_on(world: World) -> None:
    first = await world.assume(policy=PULL)
    second = await world.assume(first, role_arn=NEXT)
    assert second.session is not None
    assert second.session.policies == ()


@pytest.mark.parametrize("policy", ["{", "[]", "{}", PULL.replace("ecr:BatchGetImage", "nothing")])
async def test_a_malformed_session_policy_is_refused(world: World, policy: str) -> None:
    assert (await refused(world, policy=policy)).code == "MalformedPolicyDocument"


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:policy/Nothing",
        "arn:aws:iam::999999999999:policy/Narrow",
        "arn:aws:iam::aws:policy/NoSuchPolicyOfAws",
    ],
)
async def test_a_session_policy_must_exist_in_the_roles_account(world: World, arn: str) -> None:
    fault = await refused(world, policy_arns=[{"arn": arn}])
    assert fault.code == "ValidationError"
    assert arn in fault.message


async def test_session_policies_have_2048_plain_characters_together(world: World) -> None:
    padding = 2048 - len(PULL) - len(NARROW)
    await world.assume(policy=PULL + " " * padding, policy_arns=[{"arn": NARROW}])
    fault = await refused(world, policy=PULL + " " * (padding + 1), policy_arns=[{"arn": NARROW}])
    assert fault.code == "ValidationError"
    assert fault.message.endswith("Member must have length less than or equal to 2048")


async def test_ten_session_policies_are_the_most(world: World) -> None:
    fault = await refused(world, policy_arns=[{"arn": NARROW}] * 11)
    assert fault.message.endswith("Member must have length less than or equal to 10")


async def test_tags_that_do_not_pack_are_too_large(world: World) -> None:
    draw = random.Random(1)
    many = [
        {"Key": f"key-{number}", "Value": "".join(draw.choices(string.ascii_letters, k=256))} for number in range(50)
    ]
    fault = await refused(world, tags=many)
    assert fault.code == "PackedPolicyTooLarge"
    assert fault.message.startswith("Packed policy consumes ")


async def test_tags_whose_letters_take_much_room_still_open_or_are_too_large(world: World) -> None:
    letter = "\N{LINEAR B SYLLABLE B008 A}"  # 12 bytes of JSON each, and nearly nothing once compressed
    session = (await world.assume(tags=[{"Key": f"k{number}", "Value": letter * 256} for number in range(7)])).session
    assert session is not None
    assert session.tags["k6"] == letter * 256
    fault = await refused(world, tags=[{"Key": f"k{number}", "Value": letter * 256} for number in range(50)])
    assert fault.code == "PackedPolicyTooLarge"


async def test_a_session_full_of_policies_and_tags_fits_a_header(world: World) -> None:
    tags = [{"Key": f"key-{number}", "Value": f"{number * 7919 % 1000}" * 8} for number in range(50)]
    statement = {"Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:PutImage"], "Resource": "*"}
    result = await world.run(
        "AssumeRole",
        role_arn=ROLE,
        role_session_name="s" * 64,
        source_identity="i" * 64,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [statement] * 20}),
        tags=tags,
        transitive_tag_keys=[tag["Key"] for tag in tags],
    )
    assert result["SessionTokenSize"] == len(result["Credentials"]["SessionToken"]) <= 4096
    assert result["SessionTokenUtilization"] <= 100


async def test_a_token_is_padded_to_the_size_asked_for(world: World) -> None:
    result = await world.run("AssumeRole", role_arn=ROLE, role_session_name="s", minimum_session_token_size=2000)
    assert len(result["Credentials"]["SessionToken"]) >= 2000


@pytest.mark.parametrize("given", [{"serial_number": f"arn:aws:iam::{ACCOUNT}:mfa/a"}, {"token_code": "123456"}])
async def test_a_code_that_nothing_can_check_is_refused(world: World, given: dict[str, str]) -> None:
    fault = await refused(world, **given)
    assert fault.code == "AccessDenied"
    assert fault.message.startswith("MultiFactorAuthentication failed")


async def test_provided_contexts_are_not_pretended_to_work(world: World) -> None:
    assert (await refused(world, provided_contexts=[{"ContextAssertion": "x" * 8}])).code == "NotImplemented"
