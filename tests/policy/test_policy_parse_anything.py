"""The parser answers every text with a document or with Malformed, soon."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.policy import Document, Held, Kind, Malformed, Policy, PolicySet, Request, evaluate, parse

pytestmark = pytest.mark.slow

KINDS = st.sampled_from(list(Kind))
WORDS = st.sampled_from(
    ["Version", "Statement", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal",
     "Condition", "Sid", "Id", "Allow", "Deny", "2012-10-17", "*", "ecr:*", "arn:", "arn:aws:", "a:b", "AWS", "Bool",
     "StringLike", "${", "${*}", "${aws:x, 'y'}", "aws:x", "DateEquals"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text(max_size=12))
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(WORDS, st.text(max_size=4)), inner, max_size=5)
    ),
    max_leaves=20,
)
STATEMENT = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("Action", "NotAction", "Resource", "NotResource", "Principal", "Condition", "Sid"), ANY_JSON),
        "Effect": st.sampled_from(["Allow", "Deny", "x", None]),
    },
)
NEARLY = st.fixed_dictionaries(
    {"Statement": st.one_of(STATEMENT, st.lists(STATEMENT, max_size=3))}, optional={"Version": WORDS, "Id": LEAVES}
)


def parsed(text: str, kind: Kind, *, plain: bool) -> Document | None:
    try:
        return parse(text, kind, plain=plain)
    except Malformed as refused:
        assert refused.sentence
        return None


@settings(max_examples=150, deadline=None)
@given(st.text(), KINDS, st.booleans())
def test_any_text_is_parsed_or_malformed(text: str, kind: Kind, plain: bool) -> None:
    parsed(text, kind, plain=plain)


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANY_JSON, NEARLY), KINDS, st.booleans())
def test_any_json_is_parsed_or_malformed(value: Any, kind: Kind, plain: bool) -> None:
    parsed(json.dumps(value), kind, plain=plain)


@settings(max_examples=200, deadline=None)
@given(NEARLY, KINDS, st.dictionaries(WORDS, st.one_of(WORDS, st.lists(WORDS, max_size=2)), max_size=3))
def test_whatever_was_parsed_can_be_decided_with(value: Any, kind: Kind, context: dict[str, Any]) -> None:
    document = parsed(json.dumps(value), kind, plain=True)
    if document is not None:
        known = PolicySet([Policy(document, "inline:x", inline=True)])
        ask = Request("arn:aws:iam::123456789012:user/ann", "ecr:PutImage", "*", context)
        held = Held(known, known, known, known, known)
        assert evaluate(ask, held).verdict is evaluate(ask, held, trace=True).verdict


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        '{"Statement":' * 100_000,
        '{"Statement": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '"' + '\\"' * 700_000,
        '{"Statement":"' + "\\" * 700_001,
        '{"Version": ' + "9" * 1_000_000 + "}",
        '{"Statement": [' + "{}," * 100_000,
        " " * 3_000_000,
        "\ud800",
        '{"Version":"\ud800","Statement":{}}',
        "\ufeff{}",
        "\x00",
    ],
)
def test_a_hostile_text_is_refused_soon(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(Malformed):
        parse(text)
    assert time.process_time() - begun < 3


def test_ten_thousand_statements_are_parsed_and_decided() -> None:
    statements = [
        {"Effect": "Allow", "Action": f"ecr:Put{index}*", "Resource": f"arn:aws:ecr:*:*:repository/{index}/*"}
        for index in range(10_000)
    ]
    begun = time.process_time()
    known = PolicySet([Policy(parse(json.dumps({"Version": "2012-10-17", "Statement": statements})), "x", inline=True)])
    ask = Request(
        "arn:aws:iam::123456789012:user/ann",
        "ecr:Put9999Image",
        "arn:aws:ecr:us-east-1:123456789012:repository/9999/app",
        {},
    )
    assert evaluate(ask, Held(known))
    assert time.process_time() - begun < 10
    begun = time.process_time()
    for _ in range(1_000):
        evaluate(ask, Held(known))
    assert time.process_time() - begun < 1  # the statements that name an action are looked for once
