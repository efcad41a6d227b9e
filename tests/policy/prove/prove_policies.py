"""Small random policies, and all requests over a small world, so that answers can be checked one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import strategies as st

from dockreeve.policy import Held, Policy, PolicySet, Request, evaluate, parse

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
BEGINNING = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/"
ACTIONS = ["ecr:PutImage", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"]
LETTERS = "ab-/"
NAMES = ["".join(one) for length in (1, 2, 3, 4) for one in product(LETTERS, repeat=length)]

_ACTIONS = [*ACTIONS, "*", "ecr:*", "ecr:Put*", "ecr:*Image", "ECR:batchgetimage", "ecr:Get*"]
_GLOBS = ["*", "a*", "*b", "a?", "?b", "a/*", "*/*", "*a*b*", "ab", "ba", "b?a", "?", "??", "ab-*"]
_RESOURCES = [
    "*",
    *(BEGINNING + glob for glob in _GLOBS),
    "arn:aws:ecr:*",
    "arn:aws:*:repository/ab",
    "arn:aws:ecr:us-*:*:repository/b*",
]
OPEN_RESOURCES = [BEGINNING + "${aws:username}*", BEGINNING + "a${aws:username, 'b'}", BEGINNING + "${aws:none}"]
# What each key may hold in the small world: at least one value of every kind that the conditions below tell apart.
WORLD: Mapping[str, Sequence[str | tuple[str, ...] | None]] = {
    "aws:username": (None, "a", "ab", "b", "*", "x", ""),
    "aws:SourceIp": (None, "9.9.9.9", "10.0.0.0", "10.127.1.1", "10.128.0.1", "10.255.255.255", "11.0.0.0", "::1"),
    "aws:MultiFactorAuthAge": (None, "-1", "5", "7.5", "10", "11"),
    "aws:SecureTransport": (None, "true", "false"),
    "aws:TagKeys": (None, (), ("a",), ("b",), ("a", "b"), ("c",), ("a", "c"), ("b", "c"), ("a", "a")),
}
_CONDITIONS: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "aws:username": {
        "StringEquals": ["a", "ab", ["a", "b"]],
        "StringNotEquals": ["a"],
        "StringLike": ["a*", "*"],
        "StringEqualsIgnoreCase": ["a"],
        "StringLikeIfExists": ["?"],
        "Null": ["true", "false"],
    },
    "aws:SourceIp": {
        "IpAddress": ["10.0.0.0/8", "10.0.0.0/9", ["10.0.0.0/9", "10.128.0.0/9"]],
        "NotIpAddress": ["10.0.0.0/9"],
        "IpAddressIfExists": ["10.128.0.0/9"],
    },
    "aws:MultiFactorAuthAge": {
        "NumericLessThan": [10, "5"],
        "NumericGreaterThanEquals": [5],
        "NumericEquals": ["7.5"],
        "NumericNotEqualsIfExists": [10],
    },
    "aws:SecureTransport": {"Bool": [True, "false"], "BoolIfExists": ["true"], "StringEquals": ["true"]},
    "aws:TagKeys": {
        "ForAllValues:StringEquals": [["a", "b"], "a"],
        "ForAnyValue:StringEquals": ["a", ["b"]],
        "ForAnyValue:StringNotEquals": ["a"],
        "ForAllValues:StringNotLikeIfExists": ["b"],
    },
}
Statement = dict[str, Any]


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(list(_CONDITIONS)), max_size=2)):
        operator = draw(st.sampled_from(list(_CONDITIONS[key])))
        found.setdefault(operator, {})[key] = draw(st.sampled_from(_CONDITIONS[key][operator]))
    return found


def _some(values: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn, *, variables: bool = False) -> Statement:
    made: Statement = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action"] * 5 + ["NotAction"]))] = draw(_some(_ACTIONS))
    resources = [*_RESOURCES, *OPEN_RESOURCES * 3] if variables else _RESOURCES
    made[draw(st.sampled_from(["Resource"] * 5 + ["NotResource"]))] = draw(_some(resources))
    if found := draw(conditions()):
        made["Condition"] = found
    return made


def sets(*, variables: bool = False) -> st.SearchStrategy[list[Statement]]:
    return st.lists(statements(variables=variables), max_size=4)


def boundaries(*, variables: bool = False) -> st.SearchStrategy[list[Statement] | None]:
    return st.one_of(st.none(), st.none(), sets(variables=variables))


def policies(statements: Sequence[Statement]) -> PolicySet:
    if not statements:
        return PolicySet()
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return PolicySet([Policy(parse(text, plain=True), "inline", inline=True)])


def held(identity: Sequence[Statement], boundary: Sequence[Statement] | None = None) -> Held:
    return Held(identity=policies(identity), boundary=None if boundary is None else policies(boundary))


def allow(action: Any, resource: Any = "*", **condition: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **_condition(condition)}


def deny(action: Any, resource: Any = "*", **condition: Any) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **_condition(condition)}


def _condition(lines: Mapping[str, Any]) -> Statement:
    return {"Condition": dict(lines)} if lines else {}


def keys_of(*all_statements: Sequence[Statement] | None) -> list[str]:
    """The keys of the small world that decide something about these statements."""
    text = json.dumps(all_statements).lower()
    return [key for key in WORLD if key.lower() in text]


def contexts(keys: Iterable[str]) -> Iterator[dict[str, str | tuple[str, ...]]]:
    keys = list(keys)
    for values in product(*(WORLD[key] for key in keys)):
        yield {key: value for key, value in zip(keys, values, strict=True) if value is not None}


def request(action: str, name: str, context: Mapping[str, Any]) -> Request:
    resource = "*" if action == "ecr:GetAuthorizationToken" else BEGINNING + name
    return Request(ROLE, action, resource, context, ACCOUNT)


def allowed(policies: Held, action: str, name: str, context: Mapping[str, Any]) -> bool:
    return bool(evaluate(request(action, name, context), policies))
