"""Documents that AWS would not store, through the wire: each gets its sentence, and nothing is made or changed."""

import json
from typing import Any

import pytest

from rights.world import World, allow, document, granting, trusting

TRUSTED = granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")
SYNTAX = "Syntax errors in policy."
GOOD = allow("ecr:ListImages")
TOO_LARGE = document(
    *[allow("ecr:ListImages", on=f"arn:aws:ecr:us-east-1:123456789012:repository/{n}/" + "x" * 200) for n in range(25)]
)


def changed(**elements: Any) -> str:
    """A good document with elements of its statement replaced; None takes one away."""
    return document({key: value for key, value in {**GOOD, **elements}.items() if value is not None})


IDENTITY = {
    "not JSON": ("{", SYNTAX),
    "no Statement": ('{"Version":"2012-10-17"}', SYNTAX),
    "bad Version": (document(GOOD, version="2020-01-01"), SYNTAX),
    "old Version": (document(GOOD, version="2008-10-17"), "Policy document must be version 2012-10-17 or greater."),
    "bad Effect": (changed(Effect="Permit"), SYNTAX),
    "no Action": (changed(Action=None), "Policy statement must contain actions."),
    "no vendor prefix": (
        changed(Action="ListImages"),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    "unknown condition operator": (changed(Condition={"StringEqual": {"aws:username": "x"}}), SYNTAX),
    "a resource that is no ARN": (changed(Resource="app"), 'Resource app must be in ARN format or "*".'),
    "a principal": (changed(Principal="*"), "Policy document should not specify a principal."),
    "a duplicate Sid": (
        document({**GOOD, "Sid": "a"}, {**GOOD, "Sid": "a"}),
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    "a key given twice": ('{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', SYNTAX),
}
TRUST = {
    "not JSON": ("{", "This policy contains invalid Json"),
    "no Principal": (document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "Missing required field Principal"),
    "an unknown service": (
        document(granting({"Service": "no such service"}, "sts:AssumeRole")),
        'Invalid principal in policy: "SERVICE":"no such service"',
    ),
    "a Resource": (document({**TRUSTED, "Resource": "*"}), "Has prohibited field Resource."),
    "a user that does not exist": (
        trusting("arn:aws:iam::123456789012:user/nobody"),
        'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"',
    ),
    "an action of another service": (
        document(granting({"Service": "ec2.amazonaws.com"}, "ecr:PutImage")),
        "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and "
        "sts:AssumeRoleWithWebIdentity",
    ),
}


@pytest.fixture
async def arn(server: World) -> str:
    """A policy, attached to the user and the role that the documents are to be put into."""
    made = await server.do("iam:CreatePolicy", PolicyName="P", PolicyDocument=document(GOOD))
    found: str = made["Policy"]["Arn"]
    await server.user("dev", GOOD)
    await server.role("R", document(TRUSTED), GOOD)
    return found


async def everything(server: World, arn: str) -> str:
    """All that a document might have changed."""
    answers = [
        await server.do("iam:GetAccountSummary"),
        await server.do("iam:ListPolicyVersions", PolicyArn=arn),
        await server.do("iam:ListUserPolicies", UserName="dev"),
        await server.do("iam:GetUserPolicy", UserName="dev", PolicyName="own"),
        await server.do("iam:ListRolePolicies", RoleName="R"),
        await server.do("iam:GetRolePolicy", RoleName="R", PolicyName="own"),
        await server.do("iam:GetRole", RoleName="R"),
        await server.do("iam:ListRoles"),
    ]
    for answer in answers:
        answer.pop("ResponseMetadata")
    return json.dumps(answers, default=str)


@pytest.mark.parametrize("kind", IDENTITY)
async def test_a_malformed_identity_policy_is_stored_nowhere(server: World, arn: str, kind: str) -> None:
    text, sentence = IDENTITY[kind]
    before = await everything(server, arn)
    for name, params in (
        ("iam:CreatePolicy", {"PolicyName": "new"}),
        ("iam:CreatePolicyVersion", {"PolicyArn": arn, "SetAsDefault": True}),
        ("iam:PutUserPolicy", {"UserName": "dev", "PolicyName": "own"}),
        ("iam:PutRolePolicy", {"RoleName": "R", "PolicyName": "new"}),
    ):
        reply = await server.ask(name, **params, PolicyDocument=text)
        assert reply.error == (400, "MalformedPolicyDocument", sentence), name
    assert await everything(server, arn) == before


@pytest.mark.parametrize("kind", TRUST)
async def test_a_malformed_trust_policy_is_stored_nowhere(server: World, arn: str, kind: str) -> None:
    text, sentence = TRUST[kind]
    before = await everything(server, arn)
    refused = (400, "MalformedPolicyDocument", sentence)
    assert (await server.ask("iam:CreateRole", RoleName="new", AssumeRolePolicyDocument=text)).error == refused
    assert (await server.ask("iam:UpdateAssumeRolePolicy", RoleName="R", PolicyDocument=text)).error == refused
    assert await everything(server, arn) == before


async def test_a_document_past_its_quota_is_stored_nowhere(server: World, arn: str) -> None:
    before = await everything(server, arn)
    assert len(TOO_LARGE) > 6144
    refused = (409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    assert (await server.ask("iam:CreatePolicy", PolicyName="new", PolicyDocument=TOO_LARGE)).error == refused
    assert (await server.ask("iam:CreatePolicyVersion", PolicyArn=arn, PolicyDocument=TOO_LARGE)).error == refused
    reply = await server.ask("iam:PutUserPolicy", UserName="dev", PolicyName="new", PolicyDocument=TOO_LARGE)
    assert reply.error[:2] == (409, "LimitExceeded")
    assert await everything(server, arn) == before


@pytest.mark.parametrize("text", ["", " " * 131_073, "\x01", "\u0100"])
async def test_a_document_of_letters_or_a_length_that_the_model_does_not_take_fails_before_it_is_read(
    server: World, arn: str, text: str
) -> None:
    before = await everything(server, arn)
    reply = await server.ask("iam:CreatePolicy", PolicyName="new", PolicyDocument=text)
    assert reply.error[:2] in ((400, "ValidationError"), (400, "MalformedInput"))
    assert len(reply.error[2]) < 2048
    assert await everything(server, arn) == before


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"Version":"2012-10-17"}',
        document({**granting("*", "ecr:ListImages"), "Resource": "*"}),
        document(granting("*", "ListImages")),
        document(granting({"AWS": "arn:aws:iam::123456789012:user/nobody"}, "ecr:ListImages")),
        document({"Effect": "Allow", "Action": "ecr:ListImages"}),
    ],
)
async def test_a_malformed_repository_policy_leaves_the_old_one(server: World, text: str) -> None:
    await server.do("ecr:CreateRepository", repositoryName="app")
    old = document(granting("*", "ecr:ListImages"))
    await server.do("ecr:SetRepositoryPolicy", repositoryName="app", policyText=old)
    status, code, sentence = (await server.ask("ecr:SetRepositoryPolicy", repositoryName="app", policyText=text)).error
    assert (status, code) == (400, "InvalidParameterException")
    assert "Invalid repository policy provided" in sentence
    assert (await server.do("ecr:GetRepositoryPolicy", repositoryName="app"))["policyText"] == old
