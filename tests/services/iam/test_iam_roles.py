"""Roles and their trust policies, rule 20 above all."""

import json
from typing import Any

import pytest

from dockreeve.policy import Held, Kind, Policy, PolicySet, Request, evaluate, parse
from dockreeve.services.iam import trust

from .asking import ACCOUNT, NOW, TRUST_EC2, Iam, decoded, trusting

AMINA = f"arn:aws:iam::{ACCOUNT}:user/Amina"


def trusted(role: dict[str, Any]) -> Any:
    """The AWS principals of a role as an answer shows them."""
    return json.loads(decoded(role["AssumeRolePolicyDocument"]))["Statement"][0]["Principal"]["AWS"]


async def shown(iam: Iam, name: str = "R") -> dict[str, Any]:
    role: dict[str, Any] = (await iam("GetRole", role_name=name))["Role"]
    return role


async def test_a_role_is_made_and_read_back(iam: Iam) -> None:
    boundary = await iam.policy()
    made = await iam.role(
        "CustomRWECRRole",
        path="/ecs/",
        description="Custom Read and Write role for ECS",
        max_session_duration=7200,
        permissions_boundary=boundary,
        tags=[{"Key": "k", "Value": "v"}],
    )
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/ecs/CustomRWECRRole"
    assert (made["RoleId"][:4], len(made["RoleId"])) == ("AROA", 21)
    assert decoded(made["AssumeRolePolicyDocument"]) == TRUST_EC2
    assert made["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    assert (made["MaxSessionDuration"], made["CreateDate"]) == (7200, NOW)
    assert await shown(iam, "customrwecrrole") == {**made, "RoleLastUsed": {}}


async def test_a_list_of_roles_leaves_out_tags_boundary_and_last_use(iam: Iam) -> None:
    await iam.role("b", tags=[{"Key": "k", "Value": "v"}], permissions_boundary=await iam.policy())
    await iam.role("A", path="/x/")
    roles = (await iam("ListRoles"))["Roles"]
    assert [role["RoleName"] for role in roles] == ["A", "b"]
    assert not {"Tags", "PermissionsBoundary", "RoleLastUsed"} & roles[1].keys()
    assert await iam.pages("ListRoles", "Roles") == roles
    assert [role["RoleName"] for role in (await iam("ListRoles", path_prefix="/x"))["Roles"]] == ["A"]


async def test_a_role_shows_when_it_was_last_used(iam: Iam) -> None:
    role = await iam.role()
    await iam.call.records.identity.note_role_used(role["RoleId"], NOW, "eu-west-1")
    assert (await shown(iam))["RoleLastUsed"] == {"LastUsedDate": NOW, "Region": "eu-west-1"}


async def test_a_role_name_is_taken_regardless_of_case(iam: Iam) -> None:
    await iam.role("Role", path="/a/")
    refusal = await iam.fault("CreateRole", role_name="rOLE", assume_role_policy_document=TRUST_EC2)
    assert refusal == ("EntityAlreadyExists", "Role with name rOLE already exists.")
    await iam.user("Role")  # another kind, another set of names


async def test_what_is_about_a_missing_role_says_its_name(iam: Iam) -> None:
    arn, gone = await iam.policy(), ("NoSuchEntity", "The role with name X cannot be found.")
    assert await iam.fault("GetRole", role_name="X") == gone
    assert await iam.fault("UpdateRole", role_name="X") == gone
    assert await iam.fault("UpdateRoleDescription", role_name="X", description="") == gone
    assert await iam.fault("UpdateAssumeRolePolicy", role_name="X", policy_document="not JSON") == gone
    assert await iam.fault("DeleteRole", role_name="X") == gone
    assert await iam.fault("AttachRolePolicy", role_name="X", policy_arn=arn) == gone
    assert await iam.fault("DetachRolePolicy", role_name="X", policy_arn=arn) == gone
    assert await iam.fault("ListAttachedRolePolicies", role_name="X") == gone
    assert await iam.fault("PutRolePolicy", role_name="X", policy_name="P", policy_document="{") == gone
    assert await iam.fault("GetRolePolicy", role_name="X", policy_name="P") == gone
    assert await iam.fault("ListRolePolicies", role_name="X") == gone
    assert await iam.fault("DeleteRolePolicy", role_name="X", policy_name="P") == gone
    assert await iam.fault("PutRolePermissionsBoundary", role_name="X", permissions_boundary=arn) == gone
    assert await iam.fault("DeleteRolePermissionsBoundary", role_name="X") == gone
    assert await iam.fault("TagRole", role_name="X", tags=[{"Key": "a", "Value": ""}]) == gone
    assert await iam.fault("UntagRole", role_name="X", tag_keys=["a"]) == gone
    assert await iam.fault("ListRoleTags", role_name="X") == gone
    assert await iam.fault("ListInstanceProfilesForRole", role_name="X") == gone


async def test_an_update_changes_only_what_it_names(iam: Iam) -> None:
    await iam.role(description="old", max_session_duration=7200)
    assert await iam("UpdateRole", role_name="R", max_session_duration=3600) == {}
    role = await shown(iam)
    assert (role["Description"], role["MaxSessionDuration"]) == ("old", 3600)
    await iam("UpdateRole", role_name="R", description="new")
    role = await shown(iam)
    assert (role["Description"], role["MaxSessionDuration"]) == ("new", 3600)
    assert (await iam("UpdateRoleDescription", role_name="R", description="newer"))["Role"]["Description"] == "newer"


async def test_a_role_with_policies_or_in_a_profile_cannot_be_deleted(iam: Iam) -> None:
    arn = await iam.policy()
    await iam.role()
    await iam("AttachRolePolicy", role_name="R", policy_arn=arn)
    await iam(
        "PutRolePolicy",
        role_name="R",
        policy_name="I",
        policy_document=TRUST_EC2
        and '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"*"}}',
    )
    await iam("CreateInstanceProfile", instance_profile_name="IP")
    await iam("AddRoleToInstanceProfile", instance_profile_name="IP", role_name="R")
    sentence = "Cannot delete entity, must {} first."
    for undo, todo in (
        (("DetachRolePolicy", {"role_name": "R", "policy_arn": arn}), "detach all policies"),
        (("DeleteRolePolicy", {"role_name": "R", "policy_name": "I"}), "delete policies"),
        (
            ("RemoveRoleFromInstanceProfile", {"instance_profile_name": "IP", "role_name": "R"}),
            "remove roles from instance profile",
        ),
    ):
        assert await iam.fault("DeleteRole", role_name="R") == ("DeleteConflict", sentence.format(todo))
        await iam(undo[0], **undo[1])
    await iam("DeleteRole", role_name="R")
    assert (await iam.fault("GetRole", role_name="R"))[0] == "NoSuchEntity"


async def test_the_path_of_service_linked_roles_is_not_for_customers(iam: Iam) -> None:
    refusal = await iam.fault(
        "CreateRole", role_name="R", path="/aws-service-role/x/", assume_role_policy_document=TRUST_EC2
    )
    assert refusal[0] == "InvalidInput"


async def test_the_account_has_room_for_a_number_of_roles(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockreeve.services.iam.quotas.ROLES", 1)
    await iam.role()
    refusal = await iam.fault("CreateRole", role_name="S", assume_role_policy_document=TRUST_EC2)
    assert refusal == ("LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1")


async def test_a_trust_policy_over_the_quota_is_refused(iam: Iam) -> None:
    long = trusting(AWS=[f"{number:012}" for number in range(200)])
    refusal = ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")
    assert await iam.fault("CreateRole", role_name="R", assume_role_policy_document=long) == refusal
    await iam.role()
    assert await iam.fault("UpdateAssumeRolePolicy", role_name="R", policy_document=long) == refusal
    assert decoded((await shown(iam))["AssumeRolePolicyDocument"]) == TRUST_EC2


async def test_a_trusted_user_who_is_gone_is_shown_by_id_and_a_new_one_of_that_name_is_not_trusted(iam: Iam) -> None:
    first = await iam.user("Amina")
    document = trusting(AWS=AMINA)
    made = await iam.role(trust=document)
    assert decoded(made["AssumeRolePolicyDocument"]) == document
    await iam("DeleteUser", user_name="Amina")
    assert trusted(await shown(iam)) == first["UserId"]
    second = await iam.user("Amina")
    assert second["UserId"] != first["UserId"]
    assert trusted(await shown(iam)) == first["UserId"]
    assert not await _may_assume(iam, second["UserId"])
    assert await _may_assume(iam, first["UserId"])


async def test_a_trust_policy_follows_a_renamed_user(iam: Iam) -> None:
    await iam.user("Amina")
    await iam.role(trust=trusting(AWS=[AMINA, ACCOUNT]))
    await iam("UpdateUser", user_name="Amina", new_user_name="Berta", new_path="/team/")
    assert trusted(await shown(iam)) == [f"arn:aws:iam::{ACCOUNT}:user/team/Berta", ACCOUNT]


async def test_a_trust_policy_can_be_written_again_with_ids_of_living_principals_only(iam: Iam) -> None:
    user = await iam.user("Amina")
    await iam.role()
    await iam("UpdateAssumeRolePolicy", role_name="R", policy_document=trusting(AWS=user["UserId"]))
    assert trusted(await shown(iam)) == AMINA
    await iam("DeleteUser", user_name="Amina")
    refusal = await iam.fault("UpdateAssumeRolePolicy", role_name="R", policy_document=trusting(AWS=user["UserId"]))
    assert refusal == ("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{user["UserId"]}"')


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("AWS", AMINA),
        ("AWS", f"arn:aws:iam::{ACCOUNT}:role/none"),
        ("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/none/session"),
        ("Service", "nothing.amazonaws.com"),
        ("Service", "ec2.example.com"),
        ("Service", "ec2.nowhere.amazonaws.com"),
        ("Federated", f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"),
    ],
)
async def test_a_trusted_principal_must_exist(iam: Iam, kind: str, value: str) -> None:
    word = kind if kind == "AWS" else kind.upper()
    document = trusting(**{kind: value})
    if kind == "Federated":
        document = document.replace("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity")
    refusal = await iam.fault("CreateRole", role_name="R", assume_role_policy_document=document)
    assert refusal == ("MalformedPolicyDocument", f'Invalid principal in policy: "{word}":"{value}"')
    assert (await iam("ListRoles"))["Roles"] == []


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "*"},
        {"AWS": ACCOUNT},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        {"AWS": "arn:aws:iam::999999999999:user/unknown-to-this-server"},
        {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/Other/session"},
        {"Service": ["ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com", "states.us-east-1.amazonaws.com"]},
        {"Service": "lambda.amazonaws.com", "AWS": ACCOUNT},
    ],
)
async def test_a_trust_policy_may_name_accounts_services_and_sessions(iam: Iam, principal: dict[str, Any]) -> None:
    await iam.role("Other")
    await iam.role(trust=trusting(**principal))
    assert decoded((await shown(iam))["AssumeRolePolicyDocument"]) == trusting(**principal)


async def test_a_user_arn_with_another_path_names_nobody(iam: Iam) -> None:
    await iam.user("Amina", path="/team/")
    assert (await iam.fault("CreateRole", role_name="R", assume_role_policy_document=trusting(AWS=AMINA)))[
        0
    ] == "MalformedPolicyDocument"


def test_resolving_replaces_principals_and_nothing_else() -> None:
    statement = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": [AMINA, "999999999999"], "Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": AMINA}, "NumericEquals": {"aws:MultiFactorAuthAge": 1.10}},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    read = json.loads(trust.resolved(text, {AMINA: "AIDAX"}))["Statement"]
    assert read["NotPrincipal"] == {"AWS": ["AIDAX", "999999999999"], "Service": "ec2.amazonaws.com"}
    assert read["Condition"]["ArnEquals"] == {"aws:PrincipalArn": AMINA}
    assert trust.resolved(text, {}) is text


async def _may_assume(iam: Iam, user_id: str) -> bool:
    """Whether the role's trust, as the gate evaluates it, lets in the user called Amina who has this id."""
    role = await iam.call.records.identity.principal_by_id((await shown(iam))["RoleId"])
    assert role is not None
    document = parse(trust.resolved(role.trust, role.trusted_ids), Kind.TRUST)
    ask = Request(AMINA, "sts:AssumeRole", role.arn, {"aws:userid": user_id}, ACCOUNT)
    return bool(evaluate(ask, Held(trust=PolicySet([Policy(document, "role trust policy", inline=True)]))))
