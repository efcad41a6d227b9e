"""Random policy cases, drawn from few names so that statements often do match."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ACCOUNT, OTHER = "123456789012", "210987654321"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/"
PRINCIPALS = [
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    f"arn:aws:iam::{ACCOUNT}:role/R",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/R/s",
    f"arn:aws:sts::{ACCOUNT}:federated-user/ann",
    f"arn:aws:iam::{ACCOUNT}:root",
    f"arn:aws:iam::{OTHER}:user/bob",
    f"arn:aws:iam::{OTHER}:root",
    "ec2.amazonaws.com",
]
ACTIONS = ["ecr:PutImage", "ecr:BatchGetImage", "s3:GetObject", "ecr:GetAuthorizationToken", "sts:AssumeRole"]
ACTION_PATTERNS = [*ACTIONS, "*", "ecr:*", "ECR:putimage", "ecr:P*e", "ecr:?utImage", "s3:*", "e*:*"]
RESOURCES = [REPOSITORY + "app", REPOSITORY + "team/app", REPOSITORY + "ann/x", "*", "arn:aws:iam::123456789012:role/R"]
RESOURCE_PATTERNS = [
    *RESOURCES,
    REPOSITORY + "*",
    REPOSITORY + "a?p",
    REPOSITORY + "*/app",
    REPOSITORY + "${aws:username}/*",
    REPOSITORY + "${aws:PrincipalTag/team, 'team'}/*",
    REPOSITORY + "a${*}p",
    "arn:aws:ecr:*",
    "arn:aws:ecr",
    "arn:aws:ecr:us-*-1:*:repository/app",
    "arn:*:ecr:*:*:*",
    "arn:aws:e*r:u?-east-1:1*:*",
    "arn:aws:*:repository/app",
    "arn:aws:ecr:u*:repository/app",
]
TEXTS = ["ann", "Ann", "team", "a*", "*", "${aws:username}", "${aws:none, 'ann'}", "${aws:none}", ""]
KEYS = {
    "aws:username": ["ann", "*", "bob"],
    "aws:PrincipalTag/team": ["team", "Team", "web", ""],
    "aws:TagKeys": [[], ["ann"], ["ann", "team"]],
    "aws:SourceIp": ["10.1.2.3", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.1", "nowhere"],
    "aws:MultiFactorAuthAge": ["5", "10.0", "11", "old"],
    "aws:CurrentTime": ["2024-06-01T00:00:00Z", "1717200000", "2024-05-31T23:59:59.5Z", "soon"],
    "aws:SecureTransport": ["true", "FALSE", "1"],
    "aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:role/R", f"arn:aws:iam::{ACCOUNT}:user/ann", "ann"],
    "aws:userid": ["AIDAEXAMPLE000000", "AROAEXAMPLE000000:s"],
}
_ARNS = [
    f"arn:aws:iam::{ACCOUNT}:*",
    "arn:aws:*:role/R",
    "*",
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws:i*:role/R",
]
_FAMILIES: list[tuple[str, list[Any]]] = [
    ("StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike", TEXTS),
    ("ArnEquals ArnLike ArnNotLike", _ARNS),
    ("IpAddress NotIpAddress", ["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "192.0.2.1"]),
    ("NumericEquals NumericNotEquals NumericLessThan NumericGreaterThanEquals", ["5", 10, "x"]),
    ("DateEquals DateNotEquals DateLessThanEquals DateGreaterThan", ["2024-06-01", "1717199999.5", "x"]),
    ("Bool", [True, "false"]),
]
OPERATORS = {name: values for names, values in _FAMILIES for name in names.split()}


def some(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3))


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(draw(st.integers(0, 2))):
        operator = draw(st.sampled_from([*OPERATORS, "Null"]))
        if operator == "Null":
            found["Null"] = {draw(st.sampled_from(list(KEYS))): draw(st.sampled_from(["true", "false"]))}
            continue
        values = draw(st.sampled_from(OPERATORS[operator]) if operator == "Bool" else some(OPERATORS[operator]))
        prefix = draw(st.sampled_from(["", "", "ForAnyValue:", "ForAllValues:"]))
        suffix = draw(st.sampled_from(["", "", "IfExists"]))
        found[f"{prefix}{operator}{suffix}"] = {draw(st.sampled_from(list(KEYS))): values}
    return found


def principals() -> st.SearchStrategy[Any]:
    names = [name for name in PRINCIPALS if name.startswith("arn")] + [
        ACCOUNT,
        "*",
        "AIDAEXAMPLE000000",
        "AROAEXAMPLE000000",
    ]
    return st.one_of(
        st.just("*"),
        st.fixed_dictionaries({"AWS": some(names)}),
        st.just({"Service": "ec2.amazonaws.com"}),
        st.fixed_dictionaries({"AWS": some(names), "Service": st.just(["ec2.amazonaws.com"])}),
    )


@st.composite
def statements(draw: st.DrawFn, *, resource_based: bool = False, effect: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Action"] * 4 + ["NotAction"]))] = draw(some(ACTION_PATTERNS))
    if not resource_based or draw(st.booleans()):
        made[draw(st.sampled_from(["Resource"] * 4 + ["NotResource"]))] = draw(some(RESOURCE_PATTERNS))
    if resource_based:
        made[draw(st.sampled_from(["Principal"] * 5 + ["NotPrincipal"]))] = draw(principals())
    if found := draw(conditions()):
        made["Condition"] = found
    return made


@st.composite
def documents(draw: st.DrawFn, *, resource_based: bool = False) -> dict[str, Any]:
    versions = [{"Version": "2012-10-17"}, {"Version": "2012-10-17"}, {"Version": "2008-10-17"}, {}]
    body = draw(st.lists(statements(resource_based=resource_based), min_size=1, max_size=3))
    return {**draw(st.sampled_from(versions)), "Statement": body}


ALLOW_ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def often_open() -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just(ALLOW_ALL), documents())


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    context = draw(st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in KEYS.items()}))
    levels = st.lists(
        st.fixed_dictionaries({"level": st.just("l"), "policies": st.lists(often_open(), max_size=2)}), max_size=2
    )
    maybe = st.one_of(st.none(), documents(resource_based=True))
    return {
        "request": {
            "principal": draw(st.sampled_from(PRINCIPALS)),
            "action": draw(st.sampled_from(ACTIONS)),
            "resource": draw(st.sampled_from(RESOURCES)),
            "resource_account": draw(st.sampled_from(["", ACCOUNT])),
            "context": context,
        },
        "policies": {
            "identity": draw(st.lists(documents(), max_size=2)),
            "resource": draw(maybe),
            "trust": draw(st.one_of(st.none(), st.none(), maybe)),
            "boundary": draw(st.one_of(st.none(), st.lists(often_open(), max_size=2))),
            "session": draw(st.one_of(st.none(), often_open())),
            "scp": draw(levels),
            "rcp": draw(levels),
            "endpoint": draw(st.one_of(st.none(), st.lists(often_open(), max_size=2))),
        },
    }
