"""Who asks: keys, sessions and registry logins, for as long as what they stand for lives."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import Credentials

from dockreeve.services.call import Caller, Session
from dockreeve.services.ecr.authorization import registry_token
from dockreeve.storage import Kind
from rights.wire import ACCOUNT, REGION, Asking
from rights.world import World, allow, trusting

INVALID = (403, "InvalidClientTokenId", "The security token included in the request is invalid.")
DEV = f"arn:aws:iam::{ACCOUNT}:user/dev"


async def identity(server: World, keys: Credentials) -> tuple[int, str, str]:
    """The refusal of these keys, of whatever they ask."""
    return (await server.ask("sts:GetCallerIdentity", keys)).error


async def role_session(server: World) -> tuple[str, Credentials]:
    keys = await server.user("dev")
    arn = await server.role("R", trusting(DEV), allow("ecr:*"))
    return arn, await server.assume(arn, keys)


def lasting(seconds: float, **more: object) -> Session:
    now = datetime.now(UTC)
    return Session(issued=now - timedelta(hours=2), expires=now + timedelta(seconds=seconds), name="s", **more)  # type: ignore[arg-type]


# keys and sessions


async def test_the_root_user_is_its_account(server: World) -> None:
    said = await server.do("sts:GetCallerIdentity")
    assert (said["UserId"], said["Account"], said["Arn"]) == (ACCOUNT, ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")


async def test_a_user_is_known_by_its_id_and_its_arn_with_the_path(server: World) -> None:
    said = await server.do("sts:GetCallerIdentity", await server.user("dev", Path="/team/"))
    assert said["UserId"].startswith("AIDA")
    assert said["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/dev"


async def test_a_role_session_is_known_by_the_role_and_its_own_name_without_the_path(server: World) -> None:
    keys = await server.user("dev")
    arn = await server.role("R", trusting(DEV), Path="/team/")
    said = await server.do("sts:GetCallerIdentity", await server.assume(arn, keys, "build-7"))
    assert said["UserId"].startswith("AROA") and said["UserId"].endswith(":build-7")
    assert said["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/R/build-7"


async def test_the_session_of_a_user_is_the_user(server: World) -> None:
    keys = await server.user("dev")
    session = await server.own_session(keys)
    said, own = await server.do("sts:GetCallerIdentity", session), await server.do("sts:GetCallerIdentity", keys)
    assert (said["UserId"], said["Arn"]) == (own["UserId"], own["Arn"])


async def test_an_inactive_key_is_as_unknown_as_a_deleted_one(server: World) -> None:
    keys = await server.user("dev")
    await server.do("sts:GetCallerIdentity", keys)
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=keys.access_key, Status="Inactive")
    assert await identity(server, keys) == INVALID
    assert await identity(server, Credentials(keys.access_key, "another secret")) == INVALID
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=keys.access_key, Status="Active")
    await server.do("sts:GetCallerIdentity", keys)
    await server.do("iam:DeleteAccessKey", UserName="dev", AccessKeyId=keys.access_key)
    assert await identity(server, keys) == INVALID


async def test_a_user_cannot_be_deleted_from_under_its_key(server: World) -> None:
    keys = await server.user("dev")
    assert (await server.ask("iam:DeleteUser", UserName="dev")).error[1] == "DeleteConflict"
    await server.do("sts:GetCallerIdentity", keys)


async def test_the_session_of_a_deleted_user_is_nobody_though_another_one_takes_the_name(server: World) -> None:
    keys = await server.user("dev")
    session = await server.own_session(keys)
    await server.do("iam:DeleteAccessKey", UserName="dev", AccessKeyId=keys.access_key)
    await server.do("sts:GetCallerIdentity", session)  # as on AWS, a session outlives the key that made it
    await server.do("iam:DeleteUser", UserName="dev")
    assert await identity(server, session) == INVALID
    await server.user("dev")
    assert await identity(server, session) == INVALID


async def test_the_session_of_a_deleted_role_is_nobody_though_another_one_takes_the_name(server: World) -> None:
    _, session = await role_session(server)
    await server.do("sts:GetCallerIdentity", session)
    await server.do("iam:DeleteRolePolicy", RoleName="R", PolicyName="own")
    await server.do("iam:DeleteRole", RoleName="R")
    assert await identity(server, session) == INVALID
    await server.role("R", trusting(DEV), allow("ecr:*"))
    assert await identity(server, session) == INVALID


async def test_revoking_a_roles_sessions_ends_those_issued_before_and_only_those(server: World) -> None:
    arn, session = await role_session(server)
    role = await server.records.identity.find_principal(ACCOUNT, Kind.ROLE, "R")
    assert role is not None
    await server.do("sts:GetCallerIdentity", session)
    await server.records.identity.save_principal(replace(role, sessions_valid_after=datetime.now(UTC)))
    assert await identity(server, session) == INVALID
    later = await server.assume(arn, await server.key_of("dev"))
    await server.do("sts:GetCallerIdentity", later)


async def test_a_session_that_is_over_is_told_so(server: World) -> None:
    _, session = await role_session(server)
    over = server.issued(replace(await server.caller(session), session=lasting(-1)))
    sentence = "The security token included in the request is expired"
    assert await identity(server, over) == (403, "ExpiredToken", sentence)
    assert (await server.ask("ecr:DescribeRegistry", over)).error == (400, "ExpiredTokenException", sentence)


@pytest.mark.parametrize("part", ["no token", "another token", "altered token", "no sealed text", "long-term key"])
async def test_a_token_counts_only_whole_and_with_its_own_key(server: World, part: str) -> None:
    arn, session = await role_session(server)
    keys = await server.key_of("dev")
    other = await server.assume(arn, keys)
    assert session.token is not None
    middle = len(session.token) // 2
    altered = session.token[:middle] + ("A" if session.token[middle] != "A" else "B") + session.token[middle + 1 :]
    tokens = {"no token": None, "another token": other.token, "altered token": altered, "no sealed text": "AAAA"}
    wrong = Credentials(session.access_key, session.secret_key, tokens.get(part))
    if part == "long-term key":
        wrong = Credentials(keys.access_key, keys.secret_key, session.token)
    assert await identity(server, wrong) == INVALID


async def test_the_token_of_another_server_is_unknown_here(server: World) -> None:
    _, session = await role_session(server)
    caller = await server.caller(session)
    foreign = type(server.vault)(b"another-server-s-own-master-key!")
    made = World(server.app, server.gate, server.journal, server.records, foreign, server.root).issued(caller)
    assert await identity(server, made) == INVALID


# registry logins


async def visits(server: World, keys: Credentials) -> int:
    return (await server.registry("GET", "/v2/", keys)).status


async def test_root_a_user_and_a_session_log_in_to_the_registry(server: World) -> None:
    _, session = await role_session(server)
    user = await server.user("u", allow("ecr:GetAuthorizationToken"))
    assert [await visits(server, keys) for keys in (server.root, user, session)] == [200, 200, 200]


async def test_a_login_has_the_rights_of_whose_it_is_not_of_a_registry_user(server: World) -> None:
    user = await server.user("u", allow("ecr:GetAuthorizationToken"))
    status, code, message = (await server.registry("GET", "/v2/_catalog", user)).denial
    assert (status, code) == (403, "DENIED")
    assert message.startswith(f"User: arn:aws:iam::{ACCOUNT}:user/u is not authorized to perform: ")


async def test_a_login_ends_with_its_key(server: World) -> None:
    user = await server.user("u", allow("ecr:GetAuthorizationToken"))
    assert await visits(server, user) == 200
    await server.do("iam:UpdateAccessKey", UserName="u", AccessKeyId=user.access_key, Status="Inactive")
    assert (await server.registry("GET", "/v2/", user)).denial == (403, "DENIED", INVALID[2])
    await server.do("iam:UpdateAccessKey", UserName="u", AccessKeyId=user.access_key, Status="Active")
    assert await visits(server, user) == 200


async def test_a_login_ends_with_its_role(server: World) -> None:
    _, session = await role_session(server)
    assert await visits(server, session) == 200
    await server.do("iam:DeleteRolePolicy", RoleName="R", PolicyName="own")
    await server.do("iam:DeleteRole", RoleName="R")
    assert (await server.registry("GET", "/v2/", session)).denial == (403, "DENIED", INVALID[2])


async def test_a_login_ends_with_its_session_though_it_was_given_for_twelve_hours(server: World) -> None:
    _, session = await role_session(server)
    caller = await server.caller(session)
    assert await _with_login(server, replace(caller, session=lasting(60)), datetime.now(UTC)) == 200
    assert await _with_login(server, replace(caller, session=lasting(-1)), datetime.now(UTC)) == 403


async def test_a_login_ends_after_twelve_hours(server: World) -> None:
    caller = await server.caller(await server.user("u"))
    assert await _with_login(server, caller, datetime.now(UTC) - timedelta(hours=11, minutes=59)) == 200
    assert await _with_login(server, caller, datetime.now(UTC) - timedelta(hours=12, seconds=1)) == 403


async def test_a_login_is_under_the_name_aws_only(server: World) -> None:
    token = registry_token(server.vault, await server.caller(server.root), datetime.now(UTC), REGION)
    statuses = [await _with_basic(server, f"{name}:{token}".encode()) for name in ("AWS", "aws", "root", "")]
    assert statuses == [200, 401, 401, 401]


async def _with_login(server: World, caller: Caller, issued: datetime) -> int:
    token = registry_token(server.vault, caller, issued, REGION)
    return await _with_basic(server, f"AWS:{token}".encode())


async def _with_basic(server: World, text: bytes) -> int:
    header = "Basic " + b64encode(text).decode()
    return (await server.send(Asking("GET", "/v2/", headers={"authorization": header}))).status


@pytest.mark.parametrize(
    "text", [b"", b":", b"AWS", b"AWS:", b"AWS:x", b"dev:secret", b"AWS:\xff\xfe", b"AWS:" + b"x" * 20_000]
)
async def test_what_is_no_login_is_challenged(server: World, text: bytes) -> None:
    assert await _with_basic(server, text) == 401


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Bearer x", "x", ""])
async def test_a_header_that_is_not_basic_is_challenged(server: World, header: str) -> None:
    reply = await server.send(Asking("GET", "/v2/", headers={"authorization": header}))
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith('Basic realm="')


async def test_a_session_token_is_no_registry_login_and_a_login_no_session_token(server: World) -> None:
    _, session = await role_session(server)
    assert session.token is not None
    assert await _with_basic(server, f"AWS:{session.token}".encode()) == 401
    token = registry_token(server.vault, await server.caller(session), datetime.now(UTC), REGION)
    assert await identity(server, Credentials(session.access_key, session.secret_key, token)) == INVALID
