"""The linter answers every text, soon; what it reads it reads as the JSON module does; containment is exact."""

from __future__ import annotations

import itertools
import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lint_cases import ARN, allow, document

from dockreeve.policy import Kind, Malformed, parse
from dockreeve.policy.lint import lint
from dockreeve.policy.lint.covers import covers, covers_arn, overlaps
from dockreeve.policy.positions import Node, Shape, Unreadable, read

pytestmark = pytest.mark.slow

KINDS = st.sampled_from(list(Kind))
WORDS = st.sampled_from(
    ["Version", "Statement", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition",
     "Sid", "Allow", "Deny", "2012-10-17", "*", "?", "ecr:*", "e*:Get?", "ecr:BatchGetImage", "arn:", "arn:aws:ecr:::",
     ARN, "AWS", "Service", "Bool", "Null", "IpAddress", "DateEquals", "ForAllValues:StringLike", "${", "${*}",
     "${aws:x, 'y'}", "aws:SourceIp", "aws:TagKeys", "10.0.0.0/8", "1", "iam:PassRole", ":", "{0}", "{verb}"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), WORDS)
ANY_JSON = st.recursive(
    LEAVES | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=5),
    max_leaves=20,
)
ELEMENTS = ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition", "Sid", "Effect")
CONDITION = st.dictionaries(
    WORDS, st.dictionaries(WORDS, LEAVES | st.lists(LEAVES, max_size=3), max_size=3), max_size=3
)
STATEMENT = st.fixed_dictionaries({}, optional=dict.fromkeys(ELEMENTS, ANY_JSON) | {"Condition": CONDITION})
NEARLY = st.fixed_dictionaries(
    {"Statement": STATEMENT | st.lists(STATEMENT, max_size=3)}, optional={"Version": WORDS, "Id": LEAVES}
)
PATTERNS = st.text(alphabet="ab*?", max_size=5)
SHORT = ["".join(letters) for length in range(8) for letters in itertools.product("abx", repeat=length)]


@settings(max_examples=100, deadline=None)
@given(st.text() | WORDS, KINDS)
def test_any_text_is_answered(text: str, kind: Kind) -> None:
    lint(text, kind, description=text, beside=[text])


@settings(max_examples=200, deadline=None)
@given(ANY_JSON | NEARLY, KINDS)
def test_any_json_is_answered_and_every_place_is_within_it(value: Any, kind: Kind) -> None:
    text = json.dumps(value, indent=1)
    for finding in lint(text, kind, description="push and delete", account="123456789012", repositories=["app"]):
        assert finding.locations
        for location in finding.locations:
            assert 0 <= location.start.offset <= location.end.offset <= len(text)
            assert text[location.start.offset :].startswith(
                text.splitlines()[location.start.line - 1][location.start.column :]
            )


@settings(max_examples=300, deadline=None)
@given(NEARLY, KINDS)
def test_what_the_parser_refuses_has_a_finding(value: Any, kind: Kind) -> None:
    text = json.dumps(value | {"Version": "2012-10-17"})
    try:
        parse(text, kind)
    except Malformed:
        assert lint(text, kind)


@settings(max_examples=200, deadline=None)
@given(ANY_JSON)
def test_what_is_read_is_what_the_json_module_reads(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert _value(read(text)) == json.loads(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='{}[]",:\\ u01n-.e+tr\n\x00é', max_size=12))
def test_what_is_refused_is_what_the_json_module_refuses(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(Unreadable):
            read(text)
    else:
        assert _value(read(text)) == expected


def _value(node: Node) -> Any:
    if node.shape is Shape.OBJECT:
        return {key.text: _value(value) for key, value in node.members}
    if node.shape is Shape.ARRAY:
        return [_value(item) for item in node.items]
    return node.text if node.shape is Shape.STRING else json.loads(node.text)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, PATTERNS)
def test_containment_and_overlap_are_those_of_the_texts(one: str, other: str) -> None:
    matched, also = (
        {text for text in SHORT if re.fullmatch(pattern.replace("*", ".*").replace("?", "."), text)}
        for pattern in (one, other)
    )
    assert covers(one, other) is (also <= matched)
    assert overlaps(one, other) is bool(also & matched)


def test_a_value_in_a_sentence_is_printable_and_short() -> None:
    (finding,) = lint(document(allow(Action="ecr:\x1b[31m\ud800\n" + "a" * 1_000)))
    assert finding.details.isprintable()
    assert r"ecr:\x1b[31m\ud800\n" in finding.details
    assert len(finding.details) < 400


def test_an_arn_is_compared_part_by_part() -> None:
    assert covers_arn("arn:aws:ecr:*:123456789012:repository/*", ARN)
    assert not covers_arn("arn:aws:ecr:*:repository/*", ARN)
    assert not covers_arn("arn:aws:ecr:us-*-1:*:repository/b*", ARN)
    assert covers_arn("*", "arn:aws:s3:::bucket")


@pytest.mark.parametrize(
    "text",
    [
        document(*(allow(Action=f"ecr:Nothing{n}", Resource=f"{ARN}{n}") for n in range(10_000))),
        document(allow(Action=[f"ec2:*{n}*a*" for n in range(3_000)])),
        document(allow(Resource=[f"arn:aws:ec2:*:*:*{n}*" for n in range(3_000)])),
        document(allow(Action=["ecr:" + "*a" * 400 + "b", "ecr:" + "*a" * 399 + "*"])),
        document(allow(Resource=[ARN + "*a" * 3_000, ARN + "a" * 3_000])),
        "[" * 100_000,
        '{"a":' * 100_000,
        '"' * 100_001,
        document(allow(Resource="${" * 50_000)),
        document(*(allow(Principal={"AWS": "${" * 100}) for _ in range(1_000))),
        " " * 3_000_000,
    ],
    ids=["statements", "actions", "resources", "globs", "long globs", "arrays", "objects", "quotes", "variables",
         "principals", "spaces"],
)  # fmt: skip
def test_a_hostile_document_is_answered_soon(text: str) -> None:
    begin = time.process_time()
    assert len(lint(text)) <= 1_000
    assert time.process_time() - begin < 15
