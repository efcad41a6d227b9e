"""What the port Decisions promises, for every adapter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dockreeve.storage import DecisionFilter, Records, StoredDecision

ACCOUNT, OTHER = "123456789012", "210987654321"
ANN = f"arn:aws:iam::{ACCOUNT}:user/team/ann"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/i-1"
AT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


def decision(name: str, at: datetime, **further: object) -> StoredDecision:
    members = {
        "account": ACCOUNT,
        "principal": ANN,
        "action": "ecr:PutImage",
        "resource": "*",
        "verdict": "ImplicitlyDenied",
        **further,
    }
    return StoredDecision(id=name, at=at, record={"sentence": "ü", "list": [1, None]}, **members)  # type: ignore[arg-type]


async def test_a_decision_comes_back_whole_and_only_to_its_account(records: Records, at: datetime) -> None:
    await records.decisions.note([decision("a", at)])
    await records.decisions.note([decision("a", at)])  # told twice, kept once
    assert await records.decisions.find(ACCOUNT, "a") == decision("a", at)
    assert await records.decisions.find(OTHER, "a") is None
    assert await records.decisions.latest(OTHER, DecisionFilter()) == []
    assert len(await records.decisions.latest(ACCOUNT, DecisionFilter())) == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DecisionFilter(), ["c", "b", "a"]),
        (DecisionFilter(limit=2), ["c", "b"]),
        (DecisionFilter(principal=ANN), ["b", "a"]),
        (DecisionFilter(principal="ann"), ["b", "a"]),
        (DecisionFilter(principal="Deploy"), ["c"]),
        (DecisionFilter(principal=SESSION), ["c"]),
        (DecisionFilter(principal="nobody"), []),
        (DecisionFilter(action="ecr:GetX"), ["b"]),
        (DecisionFilter(resource="arn"), ["c"]),
        (DecisionFilter(verdict="ExplicitlyDenied"), ["c"]),
        (DecisionFilter(principal=ANN, action="ecr:PutImage"), ["a"]),
        (DecisionFilter(since=AT + timedelta(seconds=1)), ["c", "b"]),
        (DecisionFilter(until=AT + timedelta(seconds=1)), ["b", "a"]),
        (DecisionFilter(principal=ANN, since=AT + timedelta(seconds=1), until=AT + timedelta(seconds=1)), ["b"]),
    ],
)
async def test_the_newest_that_fit_come_first(
    records: Records, at: datetime, wanted: DecisionFilter, found: list[str]
) -> None:
    await records.decisions.note(
        [
            decision("a", at),
            decision("b", at + timedelta(seconds=1), action="ecr:GetX"),
            decision("c", at + timedelta(seconds=2), principal=SESSION, resource="arn", verdict="ExplicitlyDenied"),
        ]
    )
    assert [one.id for one in await records.decisions.latest(ACCOUNT, wanted)] == found


async def test_a_name_finds_users_and_roles_and_an_arn_only_its_own(records: Records, at: datetime) -> None:
    role = f"arn:aws:sts::{ACCOUNT}:assumed-role/Ann/i-1"
    await records.decisions.note([decision("a", at), decision("b", at + timedelta(seconds=1), principal=role)])
    for principal, found in (("Ann", ["b", "a"]), (ANN, ["a"]), (role, ["b"]), (ANN.replace("/team", ""), [])):
        wanted = DecisionFilter(principal=principal)
        assert [one.id for one in await records.decisions.latest(ACCOUNT, wanted)] == found, principal


@pytest.mark.parametrize(("hours", "keep", "left"), [(2, 9, "d4 d3 d2"), (0, 2, "d4 d3"), (4, 2, "d4"), (9, 9, "")])
async def test_old_ones_and_those_past_the_count_are_forgotten(
    records: Records, at: datetime, hours: int, keep: int, left: str
) -> None:
    await records.decisions.note([decision(f"d{number}", at + timedelta(hours=number)) for number in range(5)])
    dropped = await records.decisions.forget(at + timedelta(hours=hours), keep)
    assert [one.id for one in await records.decisions.latest(ACCOUNT, DecisionFilter())] == left.split()
    assert dropped == 5 - len(left.split())
