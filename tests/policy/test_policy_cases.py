"""Every shared and every own case is decided as it expects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import casefile
import pytest
import slow

from dockreeve.policy import evaluate
from laws import hold_each

CASES = [*casefile.read("sample.jsonl"), *casefile.read("rules.jsonl")]


@pytest.mark.parametrize("file", ["sample.jsonl", "rules.jsonl"])
def test_a_case_is_decided_as_expected_with_and_without_trace(file: str) -> None:
    hold_each(is_decided_as_expected, casefile.by_id(file))


def is_decided_as_expected(case: dict[str, Any]) -> None:
    ask, held = casefile.request_of(case), casefile.held_of(case)
    expected = case["expected"]["decision"]
    assert evaluate(ask, held).verdict.value == expected, case["name"]
    assert evaluate(ask, held, trace=True).verdict.value == expected, case["name"]


def test_the_slow_evaluator_agrees_with_every_case() -> None:
    assert [case["id"] for case in CASES if slow.decide(case) != case["expected"]["decision"]] == []


def test_every_own_case_names_its_rule() -> None:
    own = casefile.read("rules.jsonl")
    assert all(re.match(r"rule \d+", case["basis"]) for case in own)
    assert len({case["id"] for case in own}) == len(own)


def test_every_rule_has_a_case_or_a_test_that_names_it() -> None:
    """Those that no single decision shows are named by `@pytest.mark.rule` where they are tested."""
    named = {
        int(number) for case in casefile.read("rules.jsonl") for number in re.findall(r"^rule (\d+)", case["basis"])
    }
    for file in Path(__file__).parents[1].rglob("test_*.py"):
        for numbers in re.findall(r"^@pytest\.mark\.rule\(([\d, ]+)\)", file.read_text(), re.MULTILINE):
            named |= {int(number) for number in numbers.split(",")}
    assert named == set(range(1, 77))
