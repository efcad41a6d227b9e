"""POST /api/sign-in and /api/change-password: passwords and one-time codes for temporary credentials."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.credentials import Credentials

from dockreeve.doors.attempts import Attempts
from dockreeve.services.call import Session
from dockreeve.services.console_codes import ConsoleCodes
from dockreeve.storage import Kind
from rights.wire import ACCOUNT, Asking, Reply
from rights.world import World, allow, deny, document, trusting

GOOD, BETTER = "correct Horse 1", "battery Staple 2"
FAILED = (401, {"code": "SignInFailed", "message": "The account, the user name or the password is wrong."})
JSON = {"content-type": "application/json"}


async def post(
    server: World, path: str, body: Any, headers: Mapping[str, str] = JSON, client: str = "192.0.2.7"
) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await server.send(Asking("POST", path, content, headers, client))


async def sign_in(server: World, password: str = GOOD, user: str = "dev", **more: Any) -> Reply:
    return await post(server, "/api/sign-in", {"account": ACCOUNT, "user": user, "password": password}, **more)


async def change(server: World, old: str = GOOD, new: str = BETTER) -> Reply:
    given = {"account": ACCOUNT, "user": "dev", "password": old, "newPassword": new}
    return await post(server, "/api/change-password", given)


def keys_of(reply: Reply) -> Credentials:
    assert reply.status == 200, reply.body
    assert set(reply.json) == {"accessKeyId", "secretAccessKey", "sessionToken", "expiration", "arn"}
    return Credentials(reply.json["accessKeyId"], reply.json["secretAccessKey"], reply.json["sessionToken"])


async def dev(server: World, *statements: dict[str, Any], **more: Any) -> Credentials:
    """A user with a password; also its access key."""
    keys = await server.user("dev", *statements)
    await server.do("iam:CreateLoginProfile", UserName="dev", Password=GOOD, **more)
    return keys


# passwords


async def test_a_password_gives_twelve_hours_of_its_users_own_rights(server: World) -> None:
    await dev(server, allow("iam:ListRoles"))
    reply = await sign_in(server)
    keys = keys_of(reply)
    assert reply.json["arn"] == f"arn:aws:iam::{ACCOUNT}:user/dev"
    ends = datetime.strptime(reply.json["expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(hours=11, minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=12)
    assert (await server.do("sts:GetCallerIdentity", keys))["Arn"] == reply.json["arn"]
    await server.do("iam:ListRoles", keys)
    await server.refusal("iam:ListUsers", keys)
    assert (await server.ask("sts:GetSessionToken", keys)).error[1] == "AccessDenied"
    assert reply.headers["cache-control"] == "no-store"
    assert "set-cookie" not in reply.headers


async def test_who_can_not_sign_in_does_not_learn_why(server: World) -> None:
    await dev(server)
    await server.user("keyed")
    for user, password in (("dev", "wrong"), ("keyed", GOOD), ("nobody", GOOD), ("../x", GOOD)):
        reply = await sign_in(server, password, user)
        assert (reply.status, reply.json) == FAILED
    reply = await post(server, "/api/sign-in", {"account": "210987654321", "user": "dev", "password": GOOD})
    assert (reply.status, reply.json) == FAILED


async def test_a_hash_is_computed_whether_or_not_there_is_one(server: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from dockreeve.services import passwords  # noqa: PLC0415

    await dev(server)
    computed: list[tuple[str, ...]] = []
    real = passwords._matches

    def counted(password: str, hashes: tuple[str, ...]) -> bool:
        computed.append(hashes or ("dummy",))
        return real(password, hashes)

    monkeypatch.setattr(passwords, "_matches", counted)
    for user in ("dev", "nobody"):
        await sign_in(server, "wrong", user)
    assert [len(one) for one in computed] == [1, 1]


async def test_the_name_counts_regardless_of_case_and_an_account_in_full(server: World) -> None:
    await dev(server)
    keys_of(await sign_in(server, user="DEV"))


async def test_who_must_change_the_password_does_so_first(server: World) -> None:
    await dev(server, PasswordResetRequired=True)
    reply = await sign_in(server)
    assert (reply.status, reply.json["code"]) == (403, "PasswordChangeRequired")
    assert (await sign_in(server, "wrong")).status == 401
    assert (await change(server, "wrong")).status == 401
    weak = await change(server, new="short")
    assert (weak.status, weak.json["code"]) == (400, "PasswordPolicyViolation")
    same = await change(server, new=GOOD)
    assert (same.status, same.json["code"]) == (400, "PasswordPolicyViolation")
    keys_of(await change(server))
    assert (await sign_in(server)).status == 401
    keys_of(await sign_in(server, BETTER))


async def test_nobody_changes_a_password_here_whom_the_gate_refuses(server: World) -> None:
    await dev(server)
    reply = await change(server)
    assert (reply.status, reply.json["code"]) == (403, "AccessDenied")
    assert "iam:ChangePassword on resource: user dev" in reply.json["message"]
    record = await server.refused(reply)
    assert record["action"] == "iam:ChangePassword"
    keys_of(await sign_in(server))


async def test_a_deny_holds_for_who_must_change_it_too(server: World) -> None:
    await dev(server, deny("iam:ChangePassword"), PasswordResetRequired=True)
    assert (await change(server)).status == 403


async def test_a_password_past_its_days_must_be_changed_or_is_over(server: World) -> None:
    keys = await dev(server)
    caller = await server.caller(keys)
    login = await server.records.identity.find_login(caller.unique_id)
    assert login is not None
    await server.records.identity.save_login(replace(login, changed=login.changed - timedelta(days=91)))
    await server.do("iam:UpdateAccountPasswordPolicy", MaxPasswordAge=90, HardExpiry=True)
    assert (await sign_in(server)).status == 401
    await server.do("iam:UpdateAccountPasswordPolicy", MaxPasswordAge=90)
    assert (await sign_in(server)).json["code"] == "PasswordChangeRequired"
    keys_of(await change(server))
    keys_of(await sign_in(server, BETTER))


# how often


async def test_a_user_can_be_tried_ten_times_then_all_must_wait(server: World) -> None:
    await dev(server)
    replies = [await sign_in(server, "wrong", client=f"192.0.2.{number}") for number in range(11)]
    assert [reply.status for reply in replies] == [401] * 10 + [429]
    said = replies[-1].json
    assert said["code"] == "TooManyAttempts"
    assert 0 < said["retryAfter"] <= 30
    assert said["message"].endswith(f"Try again in {said['retryAfter']} seconds.")
    assert replies[-1].headers["retry-after"] == str(said["retryAfter"])
    assert (await sign_in(server)).status == 429


async def test_an_unknown_user_is_limited_like_a_known_one(server: World) -> None:
    assert [(await sign_in(server, user="nobody")).status for _ in range(11)] == [401] * 10 + [429]


async def test_who_signs_in_rightly_is_not_limited(server: World) -> None:
    await dev(server)
    assert {(await sign_in(server)).status for _ in range(12)} == {200}


async def test_an_address_is_limited_over_all_users_and_codes(server: World) -> None:
    replies = [await post(server, "/api/sign-in", {"code": f"{number}"}) for number in range(51)]
    assert [reply.status for reply in replies] == [401] * 50 + [429]
    elsewhere = await post(server, "/api/sign-in", {"code": "x"}, client="192.0.2.8")
    assert elsewhere.status == 401


async def test_addresses_of_one_ipv6_network_are_one(server: World) -> None:
    for number in range(50):
        await post(server, "/api/sign-in", {"code": "x"}, client=f"2001:db8::{number:x}")
    assert (await post(server, "/api/sign-in", {"code": "x"}, client="2001:db8::ffff")).status == 429
    assert (await post(server, "/api/sign-in", {"code": "x"}, client="2001:db8:0:1::1")).status == 401


def test_tries_come_back_one_by_one() -> None:
    attempts = Attempts(burst=2, seconds=10)
    assert [attempts.take("a", 0), attempts.take("a", 0), attempts.take("a", 0)] == [0, 0, 10]
    assert [attempts.take("a", 9), attempts.take("a", 10), attempts.take("a", 10)] == [1, 0, 10]
    assert attempts.take("b", 10) == 0
    attempts.give_back("a", 10)
    assert attempts.take("a", 10) == 0
    for number in range(20_000):
        attempts.take(number, 11)
    assert len(attempts._spent) == 10_000


# codes


async def code(server: World, keys: Credentials | None = None) -> str:
    reply = await server.api("POST", "/api/console-code", keys, body={})
    assert reply.status == 200, reply.body
    assert set(reply.json) == {"code", "expiration"}
    made: str = reply.json["code"]
    return made


async def by_code(server: World, one: str) -> Reply:
    return await post(server, "/api/sign-in", {"code": one})


async def test_a_code_opens_the_console_once_as_who_made_it(server: World) -> None:
    made = await code(server)
    reply = await by_code(server, made)
    assert (await server.do("sts:GetCallerIdentity", keys_of(reply)))["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    ends = datetime.strptime(reply.json["expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert ends - datetime.now(UTC) <= timedelta(hours=1)  # GetSessionToken gives root no more
    again = await by_code(server, made)
    assert (again.status, again.json["code"]) == (401, "SignInFailed")


async def test_a_sessions_code_gives_that_session_and_no_more(server: World) -> None:
    user = await server.user("dev")
    arn = await server.role("R", trusting(f"arn:aws:iam::{ACCOUNT}:user/dev"), allow("*"))
    narrow = document(allow("dockreeve:CreateConsoleCode", "iam:ListRoles"))
    session = await server.assume(arn, user, Policy=narrow, DurationSeconds=900)
    made = await server.caller(session)
    keys = keys_of(await by_code(server, await code(server, session)))
    got = await server.caller(keys)
    assert got.session == made.session
    assert got.access_key_id != made.access_key_id
    await server.do("iam:ListRoles", keys)
    await server.refusal("iam:ListUsers", keys)


async def test_a_revoked_session_and_a_key_switched_off_open_nothing(server: World) -> None:
    user = await server.user("dev", allow("dockreeve:CreateConsoleCode"))
    arn = await server.role("R", trusting(f"arn:aws:iam::{ACCOUNT}:user/dev"), allow("*"))
    of_session, of_key = await code(server, await server.assume(arn, user)), await code(server, user)
    role = await server.records.identity.find_principal(ACCOUNT, Kind.ROLE, "R")
    assert role is not None
    await server.records.identity.save_principal(
        replace(role, sessions_valid_after=datetime.now(UTC) + timedelta(seconds=1))
    )
    await server.do("iam:UpdateAccessKey", UserName="dev", AccessKeyId=user.access_key, Status="Inactive")
    for one in (of_session, of_key):
        assert (await by_code(server, one)).status == 401


async def test_a_code_needs_its_right(server: World) -> None:
    reply = await server.api("POST", "/api/console-code", await server.user("dev"), body={})
    assert reply.problem[:2] == (403, "AccessDenied")
    assert "dockreeve:CreateConsoleCode on resource: *" in reply.problem[2]


async def test_a_code_is_good_for_a_minute_and_not_past_the_session(server: World) -> None:
    codes, now = ConsoleCodes(), datetime.now(UTC)
    root = await server.caller(server.root)
    one, ends = codes.issue(root, now)
    assert ends == now + timedelta(seconds=60)
    assert await codes.redeem(one, ends) is None
    assert await codes.redeem(one, now) is None
    short = replace(root, session=Session(now, now + timedelta(seconds=10)))
    assert codes.issue(short, now)[1] == now + timedelta(seconds=10)
    first, _ = codes.issue(root, now)
    for _ in range(1024):
        codes.issue(root, now)
    assert await codes.redeem(first, now) is None
    assert first.encode() not in repr(vars(codes)).encode()


# what isn't taken


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b"[" * 4000,
        {},
        {"account": ACCOUNT, "user": "dev"},
        {"account": ACCOUNT, "user": "dev", "password": 1},
        {"account": ACCOUNT, "user": "dev", "password": None},
        {"account": ACCOUNT, "user": "dev", "password": "x" * 129},
        {"account": ACCOUNT, "user": "dev", "password": GOOD, "extra": "1"},
        {"account": ACCOUNT, "user": "\ud800", "password": GOOD},
        {"code": "x" * 129},
        {"code": ["x"]},
    ],
)
async def test_a_body_of_another_form_is_refused_without_repeating_it(server: World, body: Any) -> None:
    reply = await post(server, "/api/sign-in", body)
    assert (reply.status, reply.json["code"]) == (400, "ValidationError")
    assert GOOD not in reply.body.decode()
    assert "x" * 65 not in reply.body.decode()


async def test_only_json_from_the_consoles_own_page_is_taken(server: World) -> None:
    await dev(server)
    for headers, status in (
        ({**JSON, "origin": "http://127.0.0.1:5150"}, 200),
        ({**JSON, "origin": "http://evil.example"}, 403),
        ({**JSON, "origin": "null"}, 403),
        ({**JSON, "origin": "http://127.0.0.1:5151"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ):
        assert (await sign_in(server, headers=headers)).status == status, headers
    reply = await server.send(Asking("GET", "/api/sign-in"))
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    large = await post(server, "/api/sign-in", b" " * 5000)
    assert large.status == 413


# what is written down


async def test_a_sign_in_is_written_down_and_no_secret_is(server: World, caplog: pytest.LogCaptureFixture) -> None:
    await dev(server)
    made = await code(server)
    with caplog.at_level(logging.DEBUG, "dockreeve"):
        reply = await sign_in(server)
        await sign_in(server, "wrong password")
        await sign_in(server, GOOD, "my password by mistake")
        opened = await by_code(server, made)
    text = caplog.text
    assert f"arn:aws:iam::{ACCOUNT}:user/dev signed in by password" in text
    assert f"a sign-in as arn:aws:iam::{ACCOUNT}:user/dev from 192.0.2.7 failed" in text
    assert "a sign-in as nobody we know from 192.0.2.7 failed" in text
    for secret in (
        GOOD,
        "wrong password",
        "by mistake",
        made,
        reply.json["secretAccessKey"],
        opened.json["sessionToken"],
    ):
        assert secret not in text
    listed = await server.api("GET", "/api/decisions", query={"principal": "dev", "action": "sts:GetSessionToken"})
    assert [one["verdict"] for one in listed.json["decisions"]] == ["Allowed"]
    assert GOOD not in listed.body.decode()
