"""What the port Decisions promises, for every adapter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dockreeve.storage import DecisionFilter, Records, StoredDecision

ACCOUNT, OTHER = "123456789012", "210987654321"
ANN = f"arn:aws:iam::{ACCOUNT}:user/team/ann"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/i-1"


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


async def test_old_ones_and_those_past_the_count_are_forgotten(records: Records, at: datetime) -> None:
    await records.decisions.note([decision(f"d{number}", at + timedelta(hours=number)) for number in range(5)])
    assert await records.decisions.forget(at + timedelta(hours=1), keep=2) == 3
    left = await records.decisions.latest(ACCOUNT, DecisionFilter())
    assert [one.id for one in left] == ["d4", "d3"]
