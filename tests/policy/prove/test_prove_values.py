"""What a condition key may hold, as a set: one value of every kind, and no kind twice."""

from __future__ import annotations

import ipaddress
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.policy import parse
from dockreeve.policy.prove.automata import Budget
from dockreeve.policy.prove.known import Known
from dockreeve.policy.prove.values import Choices, Line, choices, truths
from laws import examples

NETWORKS = [
    "10.0.0.0/8",
    "10.0.0.0/9",
    "10.128.0.0/9",
    "0.0.0.0/0",
    "::/0",
    "::ffff:0:0/95",
    "2001:db8::/32",
    "1.2.3.4",
]
NUMBERS = ["5", "5.0", "-1", "7.5", "10", "0.1", "9" * 40, "x"]
DATES = ["2024-06-01", "2024-06-01T00:00:01Z", "1717200000", "0", "-5", "x"]


def lines(key: str, conditions: dict[str, Any]) -> list[Line]:
    statement = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {name: {key: values} for name, values in conditions.items()},
    }
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    return [Line(condition, document.version) for condition in document.statements[0].conditions]


def kinds(key: str, conditions: dict[str, Any]) -> tuple[Choices, set[tuple[bool, ...]]]:
    asked = lines(key, conditions)
    found = choices(key.lower(), asked, Known(), Budget())
    return found, {truths(key.lower(), value, asked, Known()) for value in found.values}


def some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


@settings(max_examples=examples(50), deadline=None)
@given(some(NETWORKS), some(NETWORKS), st.randoms(use_true_random=False))
def test_addresses_are_covered(some_: list[str], others: list[str], lot: random.Random) -> None:
    conditions = {"IpAddress": some_, "NotIpAddress": others}
    found, covered = kinds("aws:SourceIp", conditions)
    assert found.exact
    asked = lines("aws:SourceIp", conditions)
    for _ in range(50):
        number = lot.choice([lot.getrandbits(128), lot.getrandbits(32) | 0xFFFF << 32])
        for address in (ipaddress.IPv6Address(number), ipaddress.IPv4Address(number & 0xFFFFFFFF)):
            assert truths("aws:sourceip", str(address), asked, Known()) in covered


@settings(max_examples=examples(50), deadline=None)
@given(some(NUMBERS), some(NUMBERS), st.decimals(-20, 20, places=2))
def test_numbers_are_covered(less: list[str], equal: list[str], number: Any) -> None:
    conditions = {"NumericLessThan": less, "NumericNotEquals": equal}
    found, covered = kinds("aws:MultiFactorAuthAge", conditions)
    assert found.exact
    asked = lines("aws:MultiFactorAuthAge", conditions)
    assert truths("aws:multifactorauthage", str(number), asked, Known()) in covered


@settings(max_examples=examples(50), deadline=None)
@given(some(DATES[:-1]), some(DATES[:-1]), st.integers(-10, 2_000_000_000))
def test_dates_are_covered(before: list[str], after: list[str], second: int) -> None:
    conditions = {"DateLessThan": before, "DateGreaterThanEquals": after}
    found, covered = kinds("aws:CurrentTime", conditions)
    assert found.exact
    asked = lines("aws:CurrentTime", conditions)
    for text in (str(second), f"{second}.5", "2024-06-01T00:00:00Z"):
        assert truths("aws:currenttime", text, asked, Known()) in covered


@pytest.mark.parametrize(
    ("key", "conditions", "expected"),
    [
        ("aws:SecureTransport", {"Bool": "true"}, 2),
        ("aws:SecureTransport", {"Bool": "true", "BoolIfExists": "false", "Null": "true"}, 3),
        ("aws:SourceIp", {"IpAddress": "10.0.0.0/8", "NotIpAddress": "10.0.0.0/8"}, 2),
        ("aws:username", {"StringLike": "a*", "StringNotEquals": "ab"}, 3),
        ("aws:username", {"Null": "true"}, 2),
        ("aws:PrincipalArn", {"ArnLike": "arn:aws:iam::*:role/*", "ArnNotLike": "arn:aws:iam::*:user/*"}, 3),
        ("aws:TagKeys", {"ForAllValues:StringEquals": ["a"], "ForAnyValue:StringEquals": ["a"]}, 4),
    ],
)
def test_there_is_one_value_of_each_kind(key: str, conditions: dict[str, Any], expected: int) -> None:
    found, covered = kinds(key, conditions)
    assert found.exact
    assert len(found.values) == len(covered) == expected


def test_a_key_that_is_compared_as_two_types_is_not_exact() -> None:
    found, _ = kinds("my:key", {"NumericLessThan": "5", "StringLike": "1*"})
    assert not found.exact


def test_a_pattern_that_cannot_be_compared_is_not_exact() -> None:
    found, _ = kinds("my:key", {"StringLike": ["*" + f"{letter}*" * 9 for letter in "abcdefgh"]})
    assert not found.exact


def test_keys_of_one_value_hold_no_lists() -> None:
    found, _ = kinds("aws:username", {"ForAllValues:StringEquals": ["a"]})
    assert not any(isinstance(value, tuple) for value in found.values)
