"""GET /api/decisions: refusals by id and by what they were about, for their own account only."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.credentials import Credentials

from rights.wire import ACCOUNT, OTHER_ACCOUNT, REGION
from rights.world import World, allow, deny

APP = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/app"


async def refused(server: World, keys: Credentials, repository: str = "app") -> str:
    """The id of a refusal."""
    reply = await server.ask("ecr:ListImages", keys, repositoryName=repository)
    return reply.headers["x-authorization-id"]


async def found(server: World, keys: Credentials | None = None, **query: str) -> list[Mapping[str, Any]]:
    """The decisions that fit."""
    reply = await server.api("GET", "/api/decisions", keys, query=query)
    assert reply.status == 200, reply.body
    decisions: list[Mapping[str, Any]] = reply.json["decisions"]
    return decisions


async def test_a_refusal_is_found_by_its_id_as_soon_as_it_is_told(server: World) -> None:
    one = await refused(server, await server.user("dev"))
    reply = await server.api("GET", f"/api/decisions/{one}")
    assert reply.status == 200
    assert (reply.json["id"], reply.json["action"], reply.json["resource"]) == (one, "ecr:ListImages", APP)
    assert (reply.json["account"], reply.json["verdict"]) == (ACCOUNT, "ImplicitlyDenied")
    assert reply.headers["cache-control"] == "no-store" and reply.headers["x-amzn-requestid"]


async def test_the_refusal_of_another_account_is_not_there(server: World) -> None:
    other = await server.account(OTHER_ACCOUNT)
    one = await refused(server, await server.user("dev"))
    absent = await server.api("GET", f"/api/decisions/{'a' * 25}", other)
    reply = await server.api("GET", f"/api/decisions/{one}", other)
    assert (reply.status, reply.json["Code"]) == (404, "NotFound")
    assert reply.json["Message"].replace(one, "") == absent.json["Message"].replace("a" * 25, "")
    assert await found(server, other, action="ecr:ListImages") == []


async def test_the_owner_of_the_repository_does_not_see_what_another_accounts_caller_holds(server: World) -> None:
    partner = await server.user("partner", allow("ecr:*"), by=await server.account(OTHER_ACCOUNT))
    reply = await server.ask("ecr:ListImages", partner, repositoryName="app", registryId=ACCOUNT)
    assert (await server.api("GET", f"/api/decisions/{reply.headers['x-authorization-id']}")).status == 404


async def test_decisions_are_told_to_whom_a_policy_lets_see_them(server: World) -> None:
    dev = await server.user("dev")
    one = await refused(server, dev)
    status, code, message = (await server.api("GET", f"/api/decisions/{one}", dev)).problem
    assert (status, code) == (403, "AccessDenied")
    assert message.startswith(
        f"User: arn:aws:iam::{ACCOUNT}:user/dev is not authorized to perform: dockreeve:GetDecision on resource: "
        f"arn:aws:dockreeve::{ACCOUNT}:decision/{one} because no identity-based policy allows"
    )
    helper = await server.user("helper", allow("dockreeve:GetDecision", "dockreeve:ListDecisions"))
    assert (await server.api("GET", f"/api/decisions/{one}", helper)).status == 200
    assert len(await found(server, helper, action="ecr:ListImages")) == 1


async def test_a_refused_look_up_is_itself_on_record(server: World) -> None:
    reply = await server.api("GET", "/api/decisions", await server.user("dev"))
    assert reply.problem[2].endswith(f"[why: {reply.headers['x-authorization-id']}]")
    record = (await server.api("GET", f"/api/decisions/{reply.headers['x-authorization-id']}")).json
    assert record["action"] == "dockreeve:ListDecisions"


async def test_a_list_holds_what_was_asked_for_newest_first(server: World) -> None:
    dev, other = await server.user("dev"), await server.user("other", deny("*"))
    ids = [await refused(server, dev), await refused(server, other), await refused(server, dev, "web")]
    assert [one["id"] for one in await found(server, action="ecr:ListImages")] == ids[::-1]
    for query, expected in (
        ({"principal": "dev"}, [ids[2], ids[0]]),
        ({"principal": f"arn:aws:iam::{ACCOUNT}:user/other"}, [ids[1]]),
        ({"resource": APP}, [ids[1], ids[0]]),
        ({"verdict": "ExplicitlyDenied"}, [ids[1]]),
        ({"principal": "dev", "resource": APP}, [ids[0]]),
        ({"principal": "nobody"}, []),
        ({"limit": "1", "action": "ecr:ListImages"}, [ids[2]]),
    ):
        assert [one["id"] for one in await found(server, **query)] == expected, query


async def test_a_list_holds_allowed_requests_too_without_an_id(server: World) -> None:
    await server.do("ecr:DescribeRegistry", await server.user("dev", allow("ecr:*")))
    [one] = await found(server, principal="dev")
    assert (one["id"], one["verdict"], one["action"]) == ("", "Allowed", "ecr:DescribeRegistry")


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "ten", "1.5", "", "٣", "1" * 5000])
async def test_a_limit_is_a_number_from_1_to_1000(server: World, limit: str) -> None:
    reply = await server.api("GET", "/api/decisions", query={"limit": limit} if limit else {"limit": " "})
    assert reply.problem[:2] == (400, "ValidationError")


async def test_the_twentieth_is_the_last_unless_more_are_asked_for(server: World) -> None:
    dev = await server.user("dev")
    for _ in range(25):
        await refused(server, dev)
    assert len(await found(server, principal="dev")) == 20
    assert len(await found(server, principal="dev", limit="1000")) == 25
