"""POST /api/instance-sessions: a role's session for an instance, to whom may pass the role to EC2."""

from dataclasses import replace
from typing import Any

import pytest

from rights.wire import ACCOUNT, Reply
from rights.world import World, allow, document, granting, temporary, trusting

INSTANCE = "i-0123456789abcdef0"
EC2 = document(granting({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/R"


async def session(server: World, keys: Any = None, **changes: Any) -> Reply:
    asked = {"InstanceProfileName": "P", "InstanceId": INSTANCE} | changes
    return await server.api(
        "POST", "/api/instance-sessions", keys, body={k: v for k, v in asked.items() if v is not None}
    )


@pytest.fixture(autouse=True)
async def profile(server: World) -> None:
    await server.role("R", EC2, allow("ecr:*"))
    await server.do("iam:CreateInstanceProfile", InstanceProfileName="P")
    await server.do("iam:AddRoleToInstanceProfile", InstanceProfileName="P", RoleName="R")


async def test_the_session_is_the_roles_under_the_instances_name(server: World) -> None:
    reply = await session(server)
    assert reply.status == 200
    assert (reply.json["RoleName"], reply.json["Account"]) == ("R", ACCOUNT)
    who = await server.do("sts:GetCallerIdentity", temporary(reply.json["Credentials"]))
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/R/{INSTANCE}"


async def test_passing_the_role_is_a_right_of_its_own(server: World) -> None:
    dev = await server.user("dev", allow("sts:*", "iam:GetInstanceProfile"))
    status, code, message = (await session(server, dev)).problem
    assert (status, code) == (403, "AccessDenied")
    assert f"is not authorized to perform: iam:PassRole on resource: {ROLE} because no identity-based" in message


@pytest.mark.parametrize(
    ("service", "on", "status"),
    [("ec2.amazonaws.com", ROLE, 200), ("ecs-tasks.amazonaws.com", ROLE, 403), ("ec2.amazonaws.com", ROLE + "2", 403)],
)
async def test_the_right_may_be_for_this_role_and_this_service_only(
    server: World, service: str, on: str, status: int
) -> None:
    passing = allow("iam:PassRole", on=on, Condition={"StringEquals": {"iam:PassedToService": service}})
    assert (await session(server, await server.user("dev", passing))).status == status


async def test_a_role_that_does_not_trust_ec2_is_not_delivered(server: World) -> None:
    await server.do("iam:UpdateAssumeRolePolicy", RoleName="R", PolicyDocument=trusting(f"arn:aws:iam::{ACCOUNT}:root"))
    reply = await session(server)
    assert reply.problem[:2] == (403, "AssumeRoleUnauthorizedAccess")
    assert reply.json["RoleName"] == "R" and "Credentials" not in reply.json


async def test_a_profile_without_a_role_says_so(server: World) -> None:
    await server.do("iam:RemoveRoleFromInstanceProfile", InstanceProfileName="P", RoleName="R")
    reply = await session(server)
    assert reply.problem[:2] == (409, "InstanceProfileWithoutRole")
    assert reply.json["InstanceProfileArn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/P"


async def test_a_profile_that_is_not_there_is_not_found(server: World) -> None:
    assert (await session(server, InstanceProfileName="Q")).problem[:2] == (404, "NoSuchEntity")


@pytest.mark.parametrize("instance", ["", "i-", "i-0123456789ABCDEF0", "x" * 5000, "i-0123456789abcdef0/../", None])
async def test_an_instance_has_an_id_of_ec2s_form(server: World, instance: str | None) -> None:
    status, code, message = (await session(server, InstanceId=instance)).problem
    assert (status, code) == (400, "ValidationError")
    assert len(message) < 200


async def test_an_administrator_whose_key_is_off_gets_nothing(server: World) -> None:
    dev = await server.user("dev", allow("*"))
    assert (await session(server, dev)).status == 200
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=dev.access_key, Status="Inactive")
    assert (await session(server, dev)).problem[:2] == (403, "InvalidClientTokenId")


async def test_the_answer_is_not_to_be_kept_by_anybody_on_its_way(server: World) -> None:
    assert (await session(server)).headers["cache-control"] == "no-store"


async def test_a_session_of_the_role_cannot_renew_itself(server: World) -> None:
    made = temporary((await session(server)).json["Credentials"])
    assert (await session(server, made)).status == 403
    caller = await server.caller(made)
    assert replace(caller, access_key_id="").principal_arn == ROLE
