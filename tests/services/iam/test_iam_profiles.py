"""Instance profiles, tags of every kind of resource, the account's summary."""

from typing import Any

import pytest

from .asking import ACCOUNT, NOW, TRUST_EC2, Iam, decoded


@pytest.fixture
async def profile(iam: Iam) -> dict[str, Any]:
    made: dict[str, Any] = (await iam("CreateInstanceProfile", instance_profile_name="IP", path="/ec2/"))[
        "InstanceProfile"
    ]
    return made


async def test_a_profile_is_made_empty_and_takes_one_role(iam: Iam, profile: dict[str, Any]) -> None:
    assert profile["Arn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/ec2/IP"
    assert (profile["InstanceProfileId"][:4], profile["Roles"], profile["CreateDate"]) == ("AIPA", [], NOW)
    await iam.role("R")
    await iam.role("S")
    await iam("AddRoleToInstanceProfile", instance_profile_name="IP", role_name="R")
    (role,) = (await iam("GetInstanceProfile", instance_profile_name="ip"))["InstanceProfile"]["Roles"]
    assert role["RoleName"] == "R"
    assert decoded(role["AssumeRolePolicyDocument"]) == TRUST_EC2
    full = ("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    for name in ("R", "S"):
        assert await iam.fault("AddRoleToInstanceProfile", instance_profile_name="IP", role_name=name) == full


async def test_a_profile_with_a_role_cannot_be_deleted(iam: Iam, profile: dict[str, Any]) -> None:
    await iam.role("R")
    await iam("AddRoleToInstanceProfile", instance_profile_name="IP", role_name="R")
    assert await iam.fault("DeleteInstanceProfile", instance_profile_name="IP") == (
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
    )
    await iam("RemoveRoleFromInstanceProfile", instance_profile_name="IP", role_name="R")
    gone = ("NoSuchEntity", "The role with name R cannot be found.")
    assert await iam.fault("RemoveRoleFromInstanceProfile", instance_profile_name="IP", role_name="R") == gone
    await iam("DeleteInstanceProfile", instance_profile_name="IP")
    assert (await iam("ListInstanceProfiles"))["InstanceProfiles"] == []


async def test_profiles_are_listed_by_name_by_path_and_by_role(iam: Iam, profile: dict[str, Any]) -> None:
    await iam.role("R")
    for name in ("b", "A"):
        await iam("CreateInstanceProfile", instance_profile_name=name, tags=[{"Key": "k", "Value": "v"}])
        await iam("AddRoleToInstanceProfile", instance_profile_name=name, role_name="R")

    def names(profiles: list[Any]) -> list[str]:
        return [one["InstanceProfileName"] for one in profiles]

    profiles = (await iam("ListInstanceProfiles"))["InstanceProfiles"]
    assert names(profiles) == ["A", "b", "IP"]
    assert "Tags" not in profiles[0]
    assert await iam.pages("ListInstanceProfiles", "InstanceProfiles") == profiles
    assert names((await iam("ListInstanceProfiles", path_prefix="/ec2/"))["InstanceProfiles"]) == ["IP"]
    of_role = (await iam("ListInstanceProfilesForRole", role_name="R"))["InstanceProfiles"]
    assert names(of_role) == ["A", "b"]
    assert await iam.pages("ListInstanceProfilesForRole", "InstanceProfiles", role_name="R") == of_role


async def test_a_profile_name_is_taken_regardless_of_case(iam: Iam, profile: dict[str, Any]) -> None:
    refusal = ("EntityAlreadyExists", "Instance Profile ip already exists.")
    assert await iam.fault("CreateInstanceProfile", instance_profile_name="ip") == refusal


async def test_what_is_about_a_missing_profile_says_its_name(iam: Iam, profile: dict[str, Any]) -> None:
    await iam.role("R")
    gone = ("NoSuchEntity", "Instance Profile X cannot be found.")
    for name in ("GetInstanceProfile", "DeleteInstanceProfile", "ListInstanceProfileTags"):
        assert await iam.fault(name, instance_profile_name="X") == gone
    for name in ("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"):
        assert await iam.fault(name, instance_profile_name="X", role_name="R") == gone
        assert await iam.fault(name, instance_profile_name="IP", role_name="X") == (
            "NoSuchEntity",
            "The role with name X cannot be found.",
        )


async def test_the_account_has_room_for_a_number_of_profiles(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockreeve.services.iam.quotas.PROFILES", 0)
    refusal = ("LimitExceeded", "Cannot exceed quota for InstanceProfilesPerAccount: 0")
    assert await iam.fault("CreateInstanceProfile", instance_profile_name="A") == refusal


@pytest.fixture(params=["Role", "User", "Policy", "InstanceProfile"])
async def tagged(request: pytest.FixtureRequest, iam: Iam) -> tuple[str, dict[str, str]]:
    """The kind of a resource, and the parameter that names one of it."""
    match request.param:
        case "Role":
            await iam.role()
            return "Role", {"role_name": "R"}
        case "User":
            await iam.user()
            return "User", {"user_name": "U"}
        case "Policy":
            return "Policy", {"policy_arn": await iam.policy()}
        case kind:
            await iam("CreateInstanceProfile", instance_profile_name="IP")
            return kind, {"instance_profile_name": "IP"}


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


async def test_tags_are_added_replaced_listed_and_taken_away(iam: Iam, tagged: tuple[str, dict[str, str]]) -> None:
    kind, named = tagged

    async def listed() -> list[dict[str, str]]:
        found: list[dict[str, str]] = (await iam(f"List{kind}Tags", **named))["Tags"]
        return found

    await iam(f"Tag{kind}", **named, tags=tags(b="1", A="2"))
    await iam(f"Tag{kind}", **named, tags=tags(B="3", c=""))
    assert await listed() == tags(A="2", B="3", c="")
    assert await iam.pages(f"List{kind}Tags", "Tags", **named) == await listed()
    await iam(f"Untag{kind}", **named, tag_keys=["a", "none", "C"])
    assert await listed() == tags(B="3")
    resource = (await iam.needs(f"Untag{kind}", **named, tag_keys=["k"]))[0]
    assert resource.touched.tags == {"B": "3"}
    assert resource.context["aws:TagKeys"] == ["k"]


async def test_fifty_tags_fit(iam: Iam, tagged: tuple[str, dict[str, str]]) -> None:
    kind, named = tagged
    await iam(f"Tag{kind}", **named, tags=tags(**{f"k{number}": "" for number in range(50)}))
    await iam(f"Tag{kind}", **named, tags=tags(K0="again"))
    refusal = ("LimitExceeded", f"Cannot exceed quota for TagsPer{kind}: 50")
    assert await iam.fault(f"Tag{kind}", **named, tags=tags(one="more")) == refusal
    assert len((await iam(f"List{kind}Tags", **named))["Tags"]) == 50


async def test_a_tag_key_is_named_once_and_is_not_reserved(iam: Iam, tagged: tuple[str, dict[str, str]]) -> None:
    kind, named = tagged
    for given in (tags(a="1", A="2"), [*tags(a="1"), *tags(a="2")], tags(**{"AWS:x": ""})):
        assert (await iam.fault(f"Tag{kind}", **named, tags=given))[0] == "InvalidInput"
    assert (await iam.fault("CreateUser", user_name="V", tags=tags(a="1", A="2")))[0] == "InvalidInput"
    assert (await iam(f"List{kind}Tags", **named))["Tags"] == []


async def test_the_summary_counts_what_there_is(iam: Iam, profile: dict[str, Any]) -> None:
    arn = await iam.policy()
    await iam(
        "CreatePolicyVersion",
        policy_arn=arn,
        policy_document='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}',
    )
    await iam.role()
    await iam.user()
    await iam.user("V")
    summary = (await iam("GetAccountSummary"))["SummaryMap"]
    counted = {
        name: summary[name] for name in ("Users", "Roles", "Policies", "PolicyVersionsInUse", "InstanceProfiles")
    }
    assert counted == {"Users": 2, "Roles": 1, "Policies": 1, "PolicyVersionsInUse": 2, "InstanceProfiles": 1}
    assert (summary["Groups"], summary["AccountAccessKeysPresent"], summary["PolicySizeQuota"]) == (0, 0, 6144)
    await iam("CreateAccessKey")
    assert (await iam("GetAccountSummary"))["SummaryMap"]["AccountAccessKeysPresent"] == 1
