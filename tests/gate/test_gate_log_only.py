"""`--authorization log-only`: what is let through is on record, and no role is given away."""

from collections.abc import AsyncIterator

import pytest

from dockreeve.storage import DecisionFilter
from rights.wire import ACCOUNT
from rights.world import World, allow, deny, document, granting, trusting, world


@pytest.fixture
async def server() -> AsyncIterator[World]:
    async with world(log_only=True) as made:
        await made.do("ecr:CreateRepository", repositoryName="app")
        yield made


async def refusals(server: World) -> list[tuple[str, str]]:
    """Verdict and action of every refusal on record."""
    found = await server.journal.latest(ACCOUNT, DecisionFilter(limit=100))
    return [(one.verdict, one.action) for one in found if one.verdict != "Allowed"]


async def test_what_no_policy_allows_is_let_through_and_recorded(server: World) -> None:
    nobody = await server.user("nobody")
    assert await refusals(server) == []
    await server.do("ecr:ListImages", nobody, repositoryName="app")
    assert await refusals(server) == [("ImplicitlyDenied", "ecr:ListImages")]


async def test_what_a_policy_denies_is_let_through_and_recorded(server: World) -> None:
    dev = await server.user("dev", deny("ecr:*"))
    await server.do("ecr:ListImages", dev, repositoryName="app")
    assert await refusals(server) == [("ExplicitlyDenied", "ecr:ListImages")]


async def test_the_record_explains_as_a_refusals_does(server: World) -> None:
    await server.do("ecr:ListImages", await server.user("dev", allow("ecr:PutImage")), repositoryName="app")
    [found] = await server.journal.latest(ACCOUNT, DecisionFilter(verdict="ImplicitlyDenied"))
    assert found.record["sentence"].endswith("because no identity-based policy allows the ecr:ListImages action")
    assert found.record["missing"] is not None
    assert len(found.id) == 25 and await server.journal.find(ACCOUNT, found.id) == found


async def test_the_registry_lets_through_too(server: World) -> None:
    nobody = await server.user("nobody")
    assert (await server.registry("GET", "/v2/app/tags/list", nobody)).status == 200
    assert {action for _, action in await refusals(server)} == {"ecr:GetAuthorizationToken", "ecr:ListImages"}


async def test_whoever_has_no_valid_signature_stays_outside(server: World) -> None:
    keys = await server.user("dev")
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=keys.access_key, Status="Inactive")
    assert (await server.ask("ecr:ListImages", keys, repositoryName="app")).status == 400


@pytest.mark.parametrize("trust", ["nobody in particular", "another user", "denied"])
async def test_a_role_is_never_handed_to_a_stranger(server: World, trust: str) -> None:
    nobody, _ = await server.user("nobody"), await server.user("other")
    me = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    arn = await server.role(
        "R",
        {
            "nobody in particular": document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")),
            "another user": trusting(f"arn:aws:iam::{ACCOUNT}:user/other"),
            "denied": document(
                granting({"AWS": me}, "sts:AssumeRole"), granting({"AWS": me}, "sts:AssumeRole", effect="Deny")
            ),
        }[trust],
    )
    refused = await server.refusal("sts:AssumeRole", nobody, RoleArn=arn, RoleSessionName="session")
    assert "is not authorized to perform: sts:AssumeRole on resource: " in refused


async def test_an_instances_role_is_never_handed_to_who_may_not_pass_it(server: World) -> None:
    nobody = await server.user("nobody")
    await server.role("R", document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole")), allow("*"))
    await server.do("iam:CreateInstanceProfile", InstanceProfileName="P")
    await server.do("iam:AddRoleToInstanceProfile", InstanceProfileName="P", RoleName="R")
    asked = {"InstanceProfileName": "P", "InstanceId": "i-0123456789abcdef0"}
    status, code, message = (await server.api("POST", "/api/instance-sessions", nobody, body=asked)).problem
    assert (status, code) == (403, "AccessDenied") and "iam:PassRole" in message
    assert (await server.api("POST", "/api/instance-sessions", body=asked)).status == 200
