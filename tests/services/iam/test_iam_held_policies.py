"""Attached and inline policies and permissions boundaries, of roles and of users alike."""

import json
from typing import Any

import pytest

from .asking import ACCOUNT, ALLOW_ECR, Iam, decoded, document

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
TASKS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


class Held:
    """The operations on one role or user: `held("Attach{}Policy", ...)`."""

    def __init__(self, iam: Iam, kind: str) -> None:
        self.iam, self.kind = iam, kind
        self.name = {f"{kind.lower()}_name": "X"}

    async def __call__(self, name: str, **params: Any) -> dict[str, Any]:
        return await self.iam(name.format(self.kind), **self.name, **params)

    async def fault(self, name: str, **params: Any) -> tuple[str, str]:
        return await self.iam.fault(name.format(self.kind), **self.name, **params)

    async def attached(self, **params: Any) -> list[str]:
        answer = await self("ListAttached{}Policies", **params)
        return [policy["PolicyArn"] for policy in answer["AttachedPolicies"]]


@pytest.fixture(params=["Role", "User"])
async def held(request: pytest.FixtureRequest, iam: Iam) -> Held:
    await (iam.role("X") if request.param == "Role" else iam.user("X"))
    return Held(iam, request.param)


async def test_attached_policies_are_listed_by_name_and_counted(held: Held) -> None:
    own, same_name = await held.iam.policy("zeta"), await held.iam.policy("AdministratorAccess", path="/own/")
    for arn in (own, ADMIN, TASKS, same_name):
        await held("Attach{}Policy", policy_arn=arn)
    in_order = [ADMIN, same_name, TASKS, own]
    assert sorted(await held.attached()) == sorted(in_order)
    assert await held.attached() == sorted(in_order, key=lambda arn: (arn.rpartition("/")[2].lower(), arn))
    assert await held.attached(path_prefix="/service-role/") == [TASKS]
    name = f"ListAttached{held.kind}Policies"
    paged = await held.iam.pages(name, "AttachedPolicies", **held.name)
    assert [policy["PolicyArn"] for policy in paged] == await held.attached()
    assert paged[0]["PolicyName"] == "AdministratorAccess"
    assert (await held.iam("GetPolicy", policy_arn=own))["Policy"]["AttachmentCount"] == 1


async def test_attaching_twice_is_silent_and_detaching_twice_is_not(held: Held) -> None:
    arn = await held.iam.policy()
    await held("Attach{}Policy", policy_arn=arn)
    await held("Attach{}Policy", policy_arn=arn)
    assert await held.attached() == [arn]
    await held("Detach{}Policy", policy_arn=arn)
    assert await held.attached() == []
    gone = ("NoSuchEntity", f"Policy {arn} was not found.")
    assert await held.fault("Detach{}Policy", policy_arn=arn) == gone
    assert await held.fault("Detach{}Policy", policy_arn="x" * 20) == ("InvalidInput", f"ARN {'x' * 20} is not valid.")


@pytest.mark.parametrize("account", [ACCOUNT, "aws"])
async def test_a_policy_that_is_not_there_cannot_be_attached(held: Held, account: str) -> None:
    arn = f"arn:aws:iam::{account}:policy/None"
    gone = ("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    assert await held.fault("Attach{}Policy", policy_arn=arn) == gone
    gone = ("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")
    assert await held.fault("Put{}PermissionsBoundary", permissions_boundary=arn) == gone


async def test_a_service_role_policy_is_not_for_customers(held: Held) -> None:
    arn = "arn:aws:iam::aws:policy/aws-service-role/ECRReplicationServiceRolePolicy"
    refused = ("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
    assert await held.fault("Attach{}Policy", policy_arn=arn) == refused
    assert await held.fault("Put{}PermissionsBoundary", permissions_boundary=arn) == refused


async def test_ten_managed_policies_fit(held: Held) -> None:
    for number in range(10):
        await held("Attach{}Policy", policy_arn=await held.iam.policy(f"P{number}"))
    assert await held.fault("Attach{}Policy", policy_arn=ADMIN) == (
        "LimitExceeded",
        f"Cannot exceed quota for PoliciesPer{held.kind}: 10",
    )
    await held("Attach{}Policy", policy_arn=f"arn:aws:iam::{ACCOUNT}:policy/P0")  # attached already: still silent


async def test_an_inline_policy_comes_back_as_it_was_put(held: Held) -> None:
    text = ALLOW_ECR.replace(" ", "\n ")
    await held("Put{}Policy", policy_name="b", policy_document=ALLOW_ECR)
    await held("Put{}Policy", policy_name="b", policy_document=text)
    await held("Put{}Policy", policy_name="a", policy_document=ALLOW_ECR)
    answer = await held("Get{}Policy", policy_name="b")
    assert decoded(answer["PolicyDocument"]) == text
    assert (answer[f"{held.kind}Name"], answer["PolicyName"]) == ("X", "b")
    assert (await held("List{}Policies"))["PolicyNames"] == ["a", "b"]
    assert await held.iam.pages(f"List{held.kind}Policies", "PolicyNames", **held.name) == ["a", "b"]
    await held("Delete{}Policy", policy_name="b")
    gone = ("NoSuchEntity", f"The {held.kind.lower()} policy with name b cannot be found.")
    assert await held.fault("Get{}Policy", policy_name="b") == gone
    assert await held.fault("Delete{}Policy", policy_name="b") == gone


@pytest.mark.rule(75)
async def test_inline_policies_share_one_quota_and_white_space_does_not_count(held: Held) -> None:
    limit = {"Role": 10_240, "User": 2048}[held.kind]
    empty = len("".join(document("ecr:").split()))
    half = document("ecr:" + "A" * (limit // 2 - empty)).replace(" ", "\n\n")
    await held("Put{}Policy", policy_name="a", policy_document=half)
    await held("Put{}Policy", policy_name="b", policy_document=half)
    await held("Put{}Policy", policy_name="b", policy_document=half)  # replacing counts once
    refused = ("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {held.kind.lower()} X")
    assert await held.fault("Put{}Policy", policy_name="b", policy_document=half.replace("ecr:", "ecr:A")) == refused
    assert decoded((await held("Get{}Policy", policy_name="b"))["PolicyDocument"]) == half


async def test_a_boundary_is_set_shown_replaced_and_taken_away(held: Held) -> None:
    async def boundary() -> Any:
        principal = (await held("Get{}"))[held.kind]
        return principal.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")

    assert await boundary() is None
    own = await held.iam.policy()
    for arn in (own, ADMIN):
        await held("Put{}PermissionsBoundary", permissions_boundary=arn)
        assert await boundary() == arn
    assert (await held.iam("GetPolicy", policy_arn=own))["Policy"]["PermissionsBoundaryUsageCount"] == 0
    for _ in range(2):
        await held("Delete{}PermissionsBoundary")
        assert await boundary() is None


async def test_a_boundary_must_exist_when_a_principal_is_made(iam: Iam) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/None"
    gone = ("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")
    assert await iam.fault("CreateUser", user_name="U", permissions_boundary=arn) == gone
    assert (await iam("ListUsers"))["Users"] == []


MALFORMED = {
    "not JSON": ("{", "Syntax errors in policy."),
    "no object": ("[]", "Syntax errors in policy."),
    "no statement": ({}, "Syntax errors in policy."),
    "bad version": ({"Version": "2020-01-01"}, None),
    "bad effect": ({"Effect": "Maybe"}, None),
    "no action": ({"Action": None}, "Policy statement must contain actions."),
    "no resource": ({"Resource": None}, "Policy statement must contain resources."),
    "no vendor": (
        {"Action": "ListImages"},
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    "bad vendor": ({"Action": "a b:ListImages"}, "Vendor a b is not valid"),
    "no ARN": ({"Resource": "repository"}, 'Resource repository must be in ARN format or "*".'),
    "bad partition": ({"Resource": "arn:x:ecr:::a"}, 'Partition "x" is not valid for resource "arn:x:ecr:::a".'),
    "IAM with region": (
        {"Resource": "arn:aws:iam:us-east-1::role/x"},
        "IAM resource arn:aws:iam:us-east-1::role/x cannot contain region information.",
    ),
    "wildcard vendor": (
        {"Resource": "arn:aws:e*:::x"},
        "Resource vendor must be fully qualified and cannot contain regexes.",
    ),
    "principal": ({"Principal": "*"}, "Policy document should not specify a principal."),
    "unknown operator": ({"Condition": {"StringSounds": {"aws:username": "x"}}}, None),
    "old version": ({"Version": "2008-10-17"}, "Policy document must be version 2012-10-17 or greater."),
    "duplicate Sid": ("SIDS", "Statement IDs (SID) in a single policy must be unique."),
}


def malformed(given: Any) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": "*"}
    if given == "SIDS":
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "a", **statement}] * 2})
    if isinstance(given, str):
        return given
    if not given:
        return json.dumps({"Version": "2012-10-17"})
    version = given.get("Version", "2012-10-17")
    changed = {**statement, **{key: value for key, value in given.items() if key != "Version"}}
    return json.dumps(
        {"Version": version, "Statement": {key: value for key, value in changed.items() if value is not None}}
    )


@pytest.mark.parametrize("case", MALFORMED)
async def test_a_malformed_document_is_refused_everywhere_and_changes_nothing(iam: Iam, case: str) -> None:
    given, sentence = MALFORMED[case]
    text = malformed(given)
    arn = await iam.policy()
    await iam.role("X")
    await iam.user("X")
    for name, params in (
        ("CreatePolicy", {"policy_name": "Bad"}),
        ("CreatePolicyVersion", {"policy_arn": arn}),
        ("PutRolePolicy", {"role_name": "X", "policy_name": "Bad"}),
        ("PutUserPolicy", {"user_name": "X", "policy_name": "Bad"}),
    ):
        code, said = await iam.fault(name, policy_document=text, **params)
        assert code == "MalformedPolicyDocument"
        assert said == sentence or (sentence is None and said)
    assert [policy["PolicyName"] for policy in (await iam("ListPolicies", scope="Local"))["Policies"]] == ["P"]
    assert len((await iam("ListPolicyVersions", policy_arn=arn))["Versions"]) == 1
    assert (await iam("ListRolePolicies", role_name="X"))["PolicyNames"] == []
    assert (await iam("ListUserPolicies", user_name="X"))["PolicyNames"] == []


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("{", "This policy contains invalid Json"),
        (
            malformed({"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}),
            "Has prohibited field Resource.",
        ),
        (
            malformed({"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "ecr:ListImages", "Resource": None}),
            "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and "
            "sts:AssumeRoleWithWebIdentity",
        ),
    ],
)
async def test_a_malformed_trust_policy_is_refused(iam: Iam, document: str, sentence: str) -> None:
    refusal = ("MalformedPolicyDocument", sentence)
    assert await iam.fault("CreateRole", role_name="R", assume_role_policy_document=document) == refusal
    await iam.role("S")
    before = await iam("GetRole", role_name="S")
    assert await iam.fault("UpdateAssumeRolePolicy", role_name="S", policy_document=document) == refusal
    assert await iam("GetRole", role_name="S") == before


async def test_an_action_that_does_not_exist_is_stored_as_it_is(iam: Iam) -> None:
    arn = await iam.policy(text=document("ecr:DescribeImage", "ecr:InitialLayerUpload"))
    assert (await iam("GetPolicy", policy_arn=arn))["Policy"]["DefaultVersionId"] == "v1"
