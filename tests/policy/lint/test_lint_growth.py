"""What is found by index is what comparing each with each finds; ten times the statements take ten times as long."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lint_cases import ARN, allow, document

from dockreeve.policy import Kind
from dockreeve.policy.lint import lint
from dockreeve.policy.lint.covers import covers, covers_arn
from dockreeve.policy.lint.redundant import _MOST

pytestmark = pytest.mark.slow

BEGINNING = "arn:aws:ecr:*:123456789012:repository/"
ACTIONS = st.sampled_from(
    ["*", "ecr:*", "ECR:*", "ecr:Get*", "ecr:get*", "ecr:Get*y", "ecr:*Policy", "ecr:G?t*", "ecr:GetAuthorizationToken",
     "ecr:GetRepositoryPolicy", "ecr:getrepositorypolicy", "ecr:PutImage", "s3:GetObject", "s3:*"]
)  # fmt: skip
RESOURCES = st.sampled_from(
    ["*", ARN, f"{BEGINNING}*", f"{BEGINNING}app", f"{BEGINNING}ap?", f"{BEGINNING}a*", f"{BEGINNING}*p", "app",
     f"{BEGINNING}*", "arn:aws:ecr:us-*:*:repository/app", "arn:*:ecr:us-*:*:repository/*", "arn:aws:s3:::app/*"]
)  # fmt: skip


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, max_size=12)


def statements() -> st.SearchStrategy[dict[str, Any]]:
    """Statements alike enough that many take in others; of an element and its opposite there is one."""
    made = st.fixed_dictionaries(
        {"Effect": st.sampled_from(["Allow", "Allow", "Deny"])},
        optional={"Condition": st.sampled_from([{"Bool": {"aws:SecureTransport": "true"}}, {}])},
    )
    actions = st.tuples(st.sampled_from(["Action", "Action", "NotAction"]), some(ACTIONS))
    resources = st.tuples(st.sampled_from(["Resource", "Resource", "NotResource"]), some(RESOURCES))
    return st.builds(lambda rest, one, other: {**rest, one[0]: one[1], other[0]: other[1]}, made, actions, resources)


def found(text: str, code: str) -> list[tuple[list[tuple[Any, ...]], str]]:
    """Where a check struck, in the order of the text, and what it says."""
    findings = [
        ([tuple(next(iter(step.values())) for step in one.path) for one in finding.locations], finding.details)
        for finding in lint(text)
        if finding.code == code
    ]
    return sorted(findings, key=str)


def listed(statement: dict[str, Any], name: str) -> tuple[bool, list[str]]:
    name = name if name in statement else f"Not{name}"
    values = statement[name]
    return name.startswith("Not"), values if isinstance(values, list) else [values]


def takes_in(name: str, wide: str, narrow: str) -> bool:
    return covers_arn(wide, narrow) if name == "Resource" else covers(wide.lower(), narrow.lower())


def says_all(wide: dict[str, Any], narrow: dict[str, Any]) -> bool:
    """Each value of each element in some value of the other's; where all others are meant, the other way round."""
    if wide["Effect"] != narrow["Effect"] or wide.get("Condition") != narrow.get("Condition"):
        return False
    if {} in (wide.get("Condition"), narrow.get("Condition")):
        return False  # such a block can't be read
    for name in ("Action", "Resource"):
        (inverted, more), (also_inverted, less) = listed(wide, name), listed(narrow, name)
        if inverted is not also_inverted:
            return False
        if inverted:
            more, less = less, more
        if not less or not all(any(one == value or takes_in(name, one, value) for one in more) for value in less):
            return False
    return True


@settings(max_examples=400, deadline=None)
@given(st.lists(statements(), max_size=14))
def test_redundant_statements_are_those_that_comparing_each_with_each_finds(written: list[dict[str, Any]]) -> None:
    gone: dict[int, int] = {}
    for index in reversed(range(len(written))):
        for other in range(len(written)):
            if other != index and other not in gone and says_all(written[other], written[index]):
                gone[index] = other
                break
    expected = [
        ([("Statement", index)], f"The statement adds nothing: statement {other + 1} grants or denies all of it.")
        for index, other in gone.items()
    ]
    assert found(document(*written), "REDUNDANT_STATEMENT") == sorted(expected, key=str)


@settings(max_examples=400, deadline=None)
@given(st.lists(ACTIONS, max_size=20) | st.lists(RESOURCES, max_size=20))
def test_redundant_values_are_those_that_comparing_each_with_each_finds(values: list[str]) -> None:
    name = "Resource" if any(value.startswith("arn:") for value in values) else "Action"
    kept = [index for index, value in enumerate(values) if value not in values[:index]]
    redundant = [index for index in range(len(values)) if index not in kept]
    for index in kept:
        for other in kept:
            if (
                other == index
                or not set(values[other]) & {"*", "?"}
                or not takes_in(name, values[other], values[index])
            ):
                continue
            if other < index or not takes_in(name, values[index], values[other]):
                redundant.append(index)
                break
    places = [[place for place, _ in found(document(allow(**{name: values})), f"REDUNDANT_{name.upper()}")]]
    assert places == ([[[("Statement", 0, name, index) for index in redundant]]] if redundant else [[]])


MANY: dict[str, Callable[[int], str]] = {
    "alike": lambda count: document(*(allow() for _ in range(count))),
    "resources": lambda count: document(*(allow(Resource=f"{ARN}{n}") for n in range(count))),
    "patterns": lambda count: document(
        *(allow(Action=f"ecr:Put{n}*", Resource=f"{BEGINNING}{n}/*") for n in range(count))
    ),
    "ends": lambda count: document(*(allow(Resource=f"{BEGINNING}*/app{n}") for n in range(count))),
    "middles": lambda count: document(*(allow(Resource=f"{BEGINNING}*{n}*") for n in range(count))),
    "exceptions": lambda count: document(*(allow(Action=None, NotAction=f"s3:Get{n}*") for n in range(count))),
    "conditions": lambda count: document(
        *(allow(Condition={"StringEquals": {f"aws:ResourceTag/t{n}": "x"}}) for n in range(count))
    ),
    "denies": lambda count: document(
        *(
            allow(Effect="Deny", Action=f"ec2:*a*{n % 7}", Condition={"Bool": {f"aws:ResourceTag/t{n}": "x"}})
            for n in range(count)
        )
    ),
    "principals": lambda count: document(
        *(allow(Principal={"AWS": f"arn:aws:iam::123456789012:role/r{n}"}) for n in range(count))
    ),
    "lines": lambda count: json.dumps(json.loads(document(*(allow(Sid=f"S{n % 9}") for n in range(count)))), indent=1),
}


@pytest.mark.parametrize("shape", MANY)
def test_ten_thousand_statements_take_about_ten_times_as_long_as_a_thousand(shape: str) -> None:
    lint(MANY[shape](10))  # the catalogue is opened once
    once = min(seconds(MANY[shape](1_000)) for _ in range(3))
    # Were each compared with each, it would be a hundred times; what the comparing may cost in all is bounded beside.
    assert seconds(MANY[shape](10_000)) < 30 * once + 2 * _MOST / 1e6


@pytest.mark.parametrize(
    "text",
    [
        document(allow(Action=[f"ec2:*{n}" for n in range(2_000)], Condition={"StringEquals": {
            f"aws:ResourceTag/{n}": "x" for n in range(2_000)}})),
        document(allow(Action=[f"ecr:*a*{n}*" for n in range(9_000)], Resource=[f"{ARN}*{n}*" for n in range(9_000)])),
        document(*(allow(Resource=[f"{BEGINNING}*{n}*{m}" for m in range(100)]) for n in range(300))),
        document(*(allow(Resource=[f"{BEGINNING}{'*?' * 40}{n}"], Action="ecr:" + "?*" * 40) for n in range(2_000))),
        document(allow(Action=[f"ecr:{'a' * 60}{n}" for n in range(9_000)]), allow(
            Action=[f"ecr:{'a' * 60}{n}" for n in reversed(range(9_000))])),
    ],
    ids=["keys", "globs", "lists", "wildcards", "long lists"],
)  # fmt: skip
def test_what_can_only_be_compared_each_with_each_is_bounded(text: str) -> None:
    assert seconds(text) < 12


def test_a_trust_policy_of_many_principals_and_many_actions_is_answered_soon() -> None:
    who = {"Federated": [f"arn:aws:iam::123456789012:oidc-provider/{n}.example.org" for n in range(4_000)]}
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"] * 2_000
    text = document(allow(Resource=None, Principal=who, Action=actions))
    assert seconds(text, Kind.TRUST) < 6


def seconds(text: str, kind: Kind = Kind.IDENTITY) -> float:
    """Of the processor; the collector of garbage runs between, not within."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        lint(text, kind)
        return time.process_time() - began
    finally:
        gc.enable()
