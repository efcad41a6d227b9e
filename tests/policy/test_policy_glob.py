"""Wildcards: what they match, and that no pattern takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.policy.glob import Wild, joined, matcher
from dockreeve.policy.template import AnyOf, Variable, arn_patterns, pieces
from laws import examples

STAR, NEAR, ONE, ONE_NEAR = Wild.STAR, Wild.STAR_IN_SEGMENT, Wild.ONE, Wild.ONE_IN_SEGMENT
REGEX = {STAR: ".*", NEAR: "[^:]*", ONE: ".", ONE_NEAR: "[^:]"}


def like(pattern: str, text: str) -> bool:
    return AnyOf([pieces(pattern, wildcards=True, variables=False)]).matches(text, {})


def arn_like(pattern: str, text: str, *, crossing: bool = True) -> bool:
    return AnyOf(arn_patterns(pieces(pattern, wildcards=True, variables=True), crossing=crossing)).matches(text, {})


@settings(max_examples=examples(400), deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(list(Wild)), st.text("ab:", max_size=3)), max_size=8),
    st.text("ab:", max_size=12),
)
def test_the_matcher_agrees_with_a_regular_expression(tokens: list[str | Wild], text: str) -> None:
    regex = "".join(re.escape(token) if isinstance(token, str) else REGEX[token] for token in tokens)
    assert matcher(joined(tokens))(text) == (re.fullmatch(regex, text) is not None)


@pytest.mark.parametrize(
    "pattern", ["*a" * 1_000 + "*b", "*a?" * 700 + "b", "a*" * 1_000 + "b", "?" * 2_000 + "*b", "*" * 2_000 + "b"]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    begun = time.process_time()
    assert not like(pattern, "a" * 4_000)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("pattern", ["arn:aws:ecr:" + "*a" * 500 + "b:1:x", "arn:*:" + "a*" * 300 + "b:" + "*a" * 300])
def test_no_arn_pattern_takes_long(pattern: str) -> None:
    begun = time.process_time()
    assert not arn_like(pattern, "arn:aws:ecr:" + "a" * 2_000 + ":" * 20 + "a" * 500)
    assert time.process_time() - begun < 2


def test_a_piece_of_text_is_not_used_twice() -> None:
    assert not like("ab*ba", "aba")
    assert like("ab*ba", "abba")
    assert not like("a*bc*c", "abc")


def test_an_arn_condition_of_six_segments_is_compared_segment_by_segment() -> None:
    crosses = "arn:aws:ecr:*:123456789012:repository/app", "arn:aws:ecr:a:b:123456789012:repository/app"
    assert arn_like(*crosses)
    assert not arn_like(*crosses, crossing=False)


def test_variables_are_cut_out_with_their_defaults() -> None:
    cut = pieces("a/${aws:UserName}/${aws:PrincipalTag/Team, 'no one'}${*}", wildcards=True, variables=True)
    assert cut == ("a/", Variable("aws:username"), "/", Variable("aws:principaltag/team", "no one"), "*")


@pytest.mark.parametrize("text", ["${}", "${ aws:x }", "${aws:x,'a'b'}", "${aws:x y}"])
def test_a_variable_that_cannot_be_read_has_no_value(text: str) -> None:
    known = AnyOf([pieces(text, wildcards=True, variables=True)])
    assert not known.matches(text, {"aws:x": "v"})
    assert not known.matches("v", {"aws:x": "v"})


def test_an_open_brace_is_text() -> None:
    assert AnyOf([pieces("a${aws:x", wildcards=True, variables=True)]).matches("a${aws:x", {"aws:x": "v"})
