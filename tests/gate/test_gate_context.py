"""The condition keys of a request (rules 66 to 70 of our notes; IAM User Guide, "Global condition context keys").

A refusal's record holds them as the policies saw them, so each test asks for something that it may not have.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import Credentials

from dockreeve.services.call import Session
from rights.wire import ACCOUNT, REGION
from rights.world import World, allow, temporary, trusting, world

DEV = f"arn:aws:iam::{ACCOUNT}:user/dev"
APP = {"repositoryName": "app"}
TEMPORARY = {"aws:tokenissuetime", "aws:multifactorauthpresent"}
ALWAYS = {
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:viaawsservice",
    "aws:userid",
    "aws:currenttime",
    "aws:epochtime",
    "aws:sourceip",
    "aws:securetransport",
    "aws:requestedregion",
    "aws:tagkeys",
    "aws:resourceaccount",
}


async def context(
    server: World, keys: Credentials, name: str = "ecr:ListImages", about: Mapping[str, Any] = APP, **around: Any
) -> dict[str, Any]:
    """The keys of a request that is refused."""
    found: dict[str, Any] = (await server.refused(await server.ask(name, keys, **about, **around)))["context"]
    return found


async def session(server: World, *, role: dict[str, Any] | None = None, **assuming: Any) -> Credentials:
    """A session of the role /team/R."""
    keys = await server.user("dev")
    trust = trusting(DEV).replace('["sts:AssumeRole"]', '["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]')
    arn = await server.role("R", trust, Path="/team/", **(role or {}))
    return await server.assume(arn, keys, "build-7", **assuming)


@pytest.mark.rule(49, 70)
async def test_a_users_request_has_these_keys_and_no_others(server: World) -> None:
    keys = await context(server, await server.user("dev", Path="/team/"))
    assert keys.keys() == ALWAYS | {"aws:username"}
    assert keys["aws:principalarn"] == f"arn:aws:iam::{ACCOUNT}:user/team/dev"
    assert (keys["aws:principaltype"], keys["aws:username"]) == ("User", "dev")
    assert keys["aws:userid"].startswith("AIDA")
    assert (keys["aws:principalaccount"], keys["aws:resourceaccount"]) == (ACCOUNT, ACCOUNT)
    assert keys["aws:tagkeys"] == []  # an empty set, so that ForAllValues and Null tell it from an absent key


async def test_a_sessions_principal_arn_is_its_roles_with_the_path(server: World) -> None:
    keys = await context(server, await session(server))
    assert keys["aws:principalarn"] == f"arn:aws:iam::{ACCOUNT}:role/team/R"
    assert keys["aws:principaltype"] == "AssumedRole"


async def test_a_sessions_user_id_is_the_roles_id_and_the_sessions_name(server: World) -> None:
    keys = await context(server, await session(server))
    assert re.fullmatch(r"AROA[A-Z0-9]{17}:build-7", keys["aws:userid"])


async def test_a_session_has_no_user_name(server: World) -> None:
    assert "aws:username" not in await context(server, await session(server))


@pytest.mark.rule(68)
async def test_only_temporary_credentials_have_an_issue_time(server: World) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    keys = await context(server, await session(server))
    assert keys.keys() == ALWAYS | TEMPORARY
    assert before <= datetime.fromisoformat(keys["aws:tokenissuetime"]) <= datetime.now(UTC)
    assert keys["aws:multifactorauthpresent"] == "false"
    assert not (await context(server, await server.key_of("dev"))).keys() & TEMPORARY


@pytest.mark.rule(68)
async def test_the_age_of_the_second_factor_is_there_only_with_one(server: World) -> None:
    caller = await server.caller(await session(server))
    now = datetime.now(UTC)
    proven = replace(
        caller, session=Session(now, now + timedelta(hours=1), "build-7", mfa_at=now - timedelta(minutes=5))
    )
    keys = await context(server, server.issued(proven))
    assert keys["aws:multifactorauthpresent"] == "true"
    assert 300 <= int(keys["aws:multifactorauthage"]) < 330


async def test_a_session_of_the_user_keeps_the_users_keys(server: World) -> None:
    keys = await context(server, await server.own_session(await server.user("dev")))
    assert keys.keys() == ALWAYS | TEMPORARY | {"aws:username"}
    assert keys["aws:principaltype"] == "User"


async def test_session_tags_win_over_the_roles_whatever_their_case(server: World) -> None:
    tags = [{"Key": "Team", "Value": "role"}, {"Key": "cost", "Value": "7"}]
    made = await session(server, role={"Tags": tags}, Tags=[{"Key": "team", "Value": "session"}])
    keys = await context(server, made)
    assert {name: value for name, value in keys.items() if name.startswith("aws:principaltag/")} == {
        "aws:principaltag/team": "session",
        "aws:principaltag/cost": "7",
    }


async def test_a_source_identity_stays_with_the_session(server: World) -> None:
    keys = await context(server, await session(server, SourceIdentity="alice"))
    assert keys["aws:sourceidentity"] == "alice"


async def test_an_instances_session_says_how_it_was_delivered(server: World) -> None:
    trust = trusting(DEV).replace(f'{{"AWS": ["{DEV}"]}}', '{"Service": "ec2.amazonaws.com"}')
    await server.role("R", trust)
    await server.do("iam:CreateInstanceProfile", InstanceProfileName="P")
    await server.do("iam:AddRoleToInstanceProfile", InstanceProfileName="P", RoleName="R")
    asked = {"InstanceProfileName": "P", "InstanceId": "i-0123456789abcdef0"}
    made = (await server.api("POST", "/api/instance-sessions", body=asked)).json["Credentials"]
    keys = await context(server, temporary(made))
    assert keys["ec2:roledelivery"] == "2.0"
    assert keys["ec2:sourceinstancearn"] == f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0123456789abcdef0"


async def test_time_is_told_as_a_date_and_in_seconds(server: World) -> None:
    before = int(datetime.now(UTC).timestamp())
    keys = await context(server, await server.user("dev"))
    assert before <= int(keys["aws:epochtime"]) <= before + 30
    assert datetime.fromisoformat(keys["aws:currenttime"]).timestamp() == int(keys["aws:epochtime"])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
async def test_the_region_is_the_one_that_was_signed_for(server: World, region: str) -> None:
    assert (await context(server, await server.user("dev"), region=region))["aws:requestedregion"] == region


async def test_a_login_asks_in_the_region_of_its_registrys_host(server: World) -> None:
    keys = await server.user("dev", allow("ecr:GetAuthorizationToken"))
    host = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com"
    record = await server.refused(await server.registry("GET", "/v2/app/tags/list", keys, host=host))
    assert record["context"]["aws:requestedregion"] == "eu-west-1"
    assert record["resource"] == f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/app"


@pytest.mark.parametrize(("scheme", "secure"), [("http", "false"), ("https", "true")])
async def test_transport_is_secure_where_the_connection_is(server: World, scheme: str, secure: str) -> None:
    assert (await context(server, await server.user("dev"), scheme=scheme))["aws:securetransport"] == secure


async def test_what_the_client_says_of_itself_is_there_only_if_it_does(server: World) -> None:
    said = {"User-Agent": "docker/27", "Referer": "https://example.test/"}
    keys = await context(server, await server.user("dev"), headers=said)
    assert (keys["aws:useragent"], keys["aws:referer"]) == ("docker/27", "https://example.test/")


PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("client", "forwarded", "source"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # whoever isn't a proxy may say what he likes
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # only the last is the proxy's own word
        (PROXY, "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies in a row
        (PROXY, "2001:DB8:0::1", "2001:db8::1"),
        (PROXY, "nonsense", PROXY),
        (PROXY, None, PROXY),
    ],
)
@pytest.mark.rule(69)
async def test_the_source_is_the_clients_address_behind_trusted_proxies_only(
    client: str, forwarded: str | None, source: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    async with world(proxies=f"{PROXY},10.0.0.2") as server:
        dev = await server.user("dev")
        keys = await context(server, dev, client=client, headers=headers)
        assert keys["aws:sourceip"] == source
        record = await server.refused(
            await server.registry("GET", "/v2/_catalog", await _logged_in(server, dev), client=client, headers=headers)
        )
        assert record["context"]["aws:sourceip"] == source


async def _logged_in(server: World, keys: Credentials) -> Credentials:
    await server.lend_login(keys)
    return keys


@pytest.mark.parametrize(("client", "secure"), [(PROXY, "true"), ("203.0.113.9", "false")])
async def test_only_a_trusted_proxy_says_that_the_clients_transport_was_secure(client: str, secure: str) -> None:
    async with world(proxies=PROXY) as server:
        keys = await context(server, await server.user("dev"), client=client, headers={"X-Forwarded-Proto": "https"})
        assert keys["aws:securetransport"] == secure


async def test_a_repositorys_tags_are_there_under_both_names(server: World) -> None:
    await server.do("ecr:CreateRepository", repositoryName="app", tags=[{"Key": "team", "Value": "a"}])
    keys = await context(server, await server.user("dev"))
    assert (keys["aws:resourcetag/team"], keys["ecr:resourcetag/team"]) == ("a", "a")


async def test_a_roles_tags_are_there_under_both_names(server: World) -> None:
    await server.role("R", trusting(f"arn:aws:iam::{ACCOUNT}:root"), Tags=[{"Key": "team", "Value": "a"}])
    dev = await server.user("dev")
    assuming = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/R", "RoleSessionName": "session"}
    for name, params in (("iam:DeleteRole", {"RoleName": "R"}), ("sts:AssumeRole", assuming)):
        keys = await context(server, dev, name, params)
        assert (keys["aws:resourcetag/team"], keys["iam:resourcetag/team"]) == ("a", "a")


@pytest.mark.rule(70)
async def test_a_requests_tags_are_keys_of_their_own(server: World) -> None:
    keys = await context(
        server,
        await server.user("dev"),
        "ecr:CreateRepository",
        {"repositoryName": "new", "tags": [{"Key": "a", "Value": "1"}]},
    )
    assert (keys["aws:requesttag/a"], keys["aws:tagkeys"]) == ("1", ["a"])


async def test_another_accounts_repository_says_whose_it_is(server: World) -> None:
    keys = await context(server, await server.user("dev"), about={**APP, "registryId": "999999999999"})
    assert keys["aws:resourceaccount"] == "999999999999"
