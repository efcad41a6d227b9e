"""What one process would know by itself, whichever of several is asked: numbers, decisions, codes, attempts."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import Counter
from typing import Any

import pytest
from botocore.credentials import Credentials

from clients.server import bare_environment, dockreeve
from operate.scrape import Samples, samples
from rights.wire import Asking

from .several import Pinned, Several, fresh, pinned, product, stopped, until

pytestmark = pytest.mark.slow

DENIED = "iam:DeleteUser"


def page(by: Pinned) -> Samples:
    reply = by.send(Asking("GET", "/metrics", headers={"Host": by.server.host}))
    assert reply.status == 200, reply.body
    return samples(reply.body)


def counted(by: Pinned, name: str, **labels: str) -> float:
    return page(by)[name, frozenset(labels.items())]


def dev(root: Pinned) -> Credentials:
    """A user who may do nothing."""
    root.aws("iam:CreateUser", UserName="dev")
    made = root.aws("iam:CreateAccessKey", UserName="dev").parsed["AccessKey"]
    return Credentials(made["AccessKeyId"], made["SecretAccessKey"])


def refused(by: Pinned, keys: Credentials) -> str:
    """The id of a refusal."""
    reply = by.aws(DENIED, keys, UserName="dev")
    assert reply.status == 403
    return reply.headers["x-authorization-id"]


# metrics


def test_every_worker_tells_the_numbers_of_all(server: Several) -> None:
    with pinned(server) as (one, other):
        keys = dev(one)
        before = page(one)
        for by, times in ((one, 7), (other, 5)):
            for _ in range(times):
                refused(by, keys)
        for by in (one, other, one):
            assert counted(by, "dockreeve_denials_total", action=DENIED) == 12
        after = page(other)
        answered = ("dockreeve_requests_total", frozenset({("door", "aws"), ("outcome", "denied")}))
        assert after[answered] - before[answered] == 12
        count = ("dockreeve_request_duration_seconds_count", frozenset({("door", "aws")}))
        bucket = ("dockreeve_request_duration_seconds_bucket", frozenset({("door", "aws"), ("le", "+Inf")}))
        assert after[count] - before[count] == after[bucket] - before[bucket] == 12
        assert after["dockreeve_connections_open", frozenset()] == 2
        assert after["dockreeve_check", frozenset({("check", "database")})] == 1
        build = [value for (name, _), value in after.items() if name == "dockreeve_build_info"]
        assert build == [1]


def test_a_page_that_would_lack_a_workers_numbers_is_refused_within_the_patience(server: Several) -> None:
    with pinned(server) as (one, other), stopped(other.worker):
        asked = Asking("GET", "/metrics", headers={"Host": server.host})
        assert one.send(asked).status == 503
    with fresh(server) as by:
        assert by.send(asked).status == 200


# decisions


def test_every_worker_finds_a_refusal_at_once_and_lists_those_of_all(server: Several) -> None:
    with pinned(server) as (one, other):
        keys = dev(one)
        ids = []
        for number in range(40):
            first, second = (one, other) if number % 2 else (other, one)
            ids.append(refused(first, keys))
            found = second.api("GET", f"/api/decisions/{ids[-1]}")
            assert (found.status, found.json["id"]) == (200, ids[-1])
        for by in (one, other):
            listed = by.api("GET", "/api/decisions?decision=denied&limit=100").json["decisions"]
            assert [one["id"] for one in listed] == ids[::-1]


def test_the_pages_of_decisions_hold_the_allowed_requests_of_all_workers_once(server: Several) -> None:
    with pinned(server) as (one, other):
        for number in range(15):
            (one if number % 3 else other).aws("sts:GetCallerIdentity")
            (one if number % 3 else other).aws("iam:ListUsers")
        seen: list[tuple[str, str]] = []
        following = ""
        while following is not None:
            by = one if len(seen) % 2 else other
            answer = by.api("GET", f"/api/decisions?action=iam%3AListUsers&limit=4{following and '&next=' + following}")
            seen += [(each["at"], each["action"]) for each in answer.json["decisions"]]
            following = answer.json["next"]
        assert len(seen) == len(set(seen)) == 15
        assert seen == sorted(seen, reverse=True)


def test_who_follows_is_told_what_every_worker_decides_once_whichever_is_asked(server: Several) -> None:
    with pinned(server) as (one, other):
        keys = dev(one)
        begun = one.api("GET", "/api/decisions/follow?wait=0&principal=dev").json
        assert begun["decisions"] == []
        cursor, told, made = begun["cursor"], [], []
        for number in range(12):
            made += [refused(one, keys), refused(other, keys)]
            answer = (one if number % 2 else other).api(
                "GET", f"/api/decisions/follow?wait=5&principal=dev&cursor={cursor}"
            )
            assert not answer.json["gap"]
            told += [each["id"] for each in answer.json["decisions"]]
            cursor = answer.json["cursor"]
        assert Counter(told) == Counter(made)


def test_who_waits_at_one_worker_is_told_when_another_decides(server: Several) -> None:
    with pinned(server) as (one, other):
        keys = dev(one)
        said: list[Any] = []
        waiting = threading.Thread(
            target=lambda: said.append(one.api("GET", "/api/decisions/follow?wait=20&decision=denied").json)
        )
        waiting.start()
        # The connection's worker has taken the request in once it is counted as under way.
        until(lambda: counted(other, "dockreeve_requests_in_flight", door="api") == 1)
        made = refused(other, keys)
        waiting.join(10)
        assert [each["id"] for each in said[0]["decisions"]] == [made]


def test_who_follows_learns_of_a_gap_when_a_worker_was_replaced(server: Several) -> None:
    with pinned(server) as (one, other):
        cursor = one.api("GET", "/api/decisions/follow?wait=0").json["cursor"]
        os.kill(other.worker, signal.SIGKILL)
        until(lambda: len(server.workers) == 2 and other.worker not in server.workers)
        until(lambda: one.send(Asking("GET", "/metrics", headers={"Host": server.host})).status == 200)
        answer = one.api("GET", f"/api/decisions/follow?wait=0&cursor={cursor}").json
        assert answer["gap"]
        again = one.api("GET", f"/api/decisions/follow?wait=0&cursor={answer['cursor']}").json
        assert not again["gap"]


def test_a_stuck_worker_holds_up_no_answer_of_another_for_long(server: Several) -> None:
    with pinned(server) as (one, other):
        keys = dev(one)
        made = refused(one, keys)
        with stopped(other.worker):
            assert one.api("GET", f"/api/decisions/{made}").status == 200
            assert one.api("GET", f"/api/decisions/{'a' * 25}").status == 404
            assert one.api("GET", "/api/decisions?decision=denied").json["decisions"][0]["id"] == made
            followed = one.api("GET", "/api/decisions/follow?wait=1").json
        assert not one.api("GET", f"/api/decisions/follow?wait=0&cursor={followed['cursor']}").json["decisions"]


# signing in


def redeemed(by: Pinned, code: str) -> int:
    return signing_in(by, {"code": code})


def signing_in(by: Pinned, given: dict[str, str]) -> int:
    unsigned = product(by.server, "POST", "/api/sign-in", given)
    bare = Asking(unsigned.method, unsigned.path, unsigned.body, {"Content-Type": "application/json"})
    return by.send(bare).status


def test_a_console_code_opens_the_console_once_whichever_worker_issued_and_takes_it(server: Several) -> None:
    with pinned(server) as (one, other):
        for issuer in (one, other):
            for first, second in ((one, other), (other, one)):
                code = issuer.api("POST", "/api/console-code", {}).json["code"]
                assert [redeemed(first, code), redeemed(second, code), redeemed(first, code)] == [200, 401, 401]
        for wrong in ("", "x", "0.", "1.x", "7.x", "9999999999.x", "-1.x", "٣.x"):
            assert redeemed(one, wrong) in (400, 401), wrong


def test_the_session_of_a_code_is_the_sessions_own_on_the_other_worker_too(server: Several) -> None:
    with pinned(server) as (one, other):
        made = one.aws("sts:GetSessionToken").parsed["Credentials"]
        keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
        code = one.api("POST", "/api/console-code", {}, keys).json["code"]
        unsigned = Asking(
            "POST", "/api/sign-in", b'{"code":"%s"}' % code.encode(), {"Content-Type": "application/json"}
        )
        found = other.send(unsigned).json
        assert found["arn"] == "arn:aws:iam::123456789012:root"
        assert found["expiration"] <= made["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")


def test_dockreeve_console_gives_a_working_address_every_time(server: Several) -> None:
    for _ in range(4):
        said = subprocess.run(
            [dockreeve(), "console", "--no-browser", "--data", str(server.data)],
            capture_output=True,
            text=True,
            check=True,
            env=bare_environment(),
        ).stdout
        with fresh(server) as by:
            assert redeemed(by, said.strip().partition("#code=")[2]) == 200


def test_ten_wrong_passwords_are_too_many_however_they_are_spread_over_the_workers(server: Several) -> None:
    with pinned(server) as (one, other):
        one.aws("iam:CreateUser", UserName="dev")
        one.aws("iam:CreateLoginProfile", UserName="dev", Password="correct-Horse-7-battery")
        given = {"account": "123456789012", "user": "dev", "password": "wrong"}
        statuses = [signing_in(one if number % 3 else other, given) for number in range(14)]
        assert statuses == [401] * 10 + [429] * 4
        # Another user is another matter, and may be another worker's.
        assert signing_in(other, {**given, "user": "ops"}) == 401


def test_a_sign_in_goes_on_when_the_worker_that_counts_is_stuck(server: Several) -> None:
    with pinned(server) as (one, other):
        one.aws("iam:CreateUser", UserName="dev")
        one.aws("iam:CreateLoginProfile", UserName="dev", Password="correct-Horse-7-battery")
        given = {"account": "123456789012", "user": "dev", "password": "correct-Horse-7-battery"}
        with stopped(other.worker):
            assert signing_in(one, given) == 200
