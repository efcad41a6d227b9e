"""Globs as automata: every combination of matches has a witness, and what is too large is refused."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.oci.names import is_repository_name
from dockreeve.policy.glob import Token, Wild, joined, matcher
from dockreeve.policy.prove.automata import AnyText, Budget, TooMany, units, witnesses
from dockreeve.policy.prove.names import Arns, RepositoryNames, Within
from laws import examples

GLOBS = st.lists(
    st.sampled_from(["a", "b", ":", Wild.STAR, Wild.ONE, Wild.STAR_IN_SEGMENT, Wild.ONE_IN_SEGMENT]), max_size=5
).map(joined)
TEXTS = ["".join(one) for length in range(6) for one in product("ab:z", repeat=length)]


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(GLOBS, min_size=1, max_size=3))
def test_every_combination_of_matches_has_a_witness_and_no_other_has(globs: list[tuple[Token, ...]]) -> None:
    matches = [matcher(glob) for glob in globs]
    kinds = {tuple(match(text) for match in matches) for text in TEXTS}
    found = [
        tuple(match(text) for match in matches)
        for text in witnesses([units(glob) for glob in globs], AnyText(), Budget())
    ]
    assert len(found) == len(set(found))
    assert kinds <= set(found)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(GLOBS, min_size=1, max_size=2))
def test_a_witness_is_a_shortest_one(globs: list[tuple[Token, ...]]) -> None:
    matches = [matcher(glob) for glob in globs]
    for text in witnesses([units(glob) for glob in globs], AnyText(), Budget()):
        kind = [match(text) for match in matches]
        shortest = min(len(one) for one in [*TEXTS, text] if [match(one) for match in matches] == kind)
        assert len(text) == shortest


@pytest.mark.parametrize("glob", ["*", "a*", "*-b", "a?", "a/*b", "?", "__", "*_*", "a--b"])
def test_repository_names_are_those_that_match_and_may_be_names(glob: str) -> None:
    language = RepositoryNames(glob)
    match = matcher(joined(Wild(one) if one in "*?" else one for one in glob))
    for text in ("".join(one) for length in range(6) for one in product("ab-_/", repeat=length)):
        state: int | None = language.start
        for character in text:
            state = None if state is None else language.step(state, character)
        accepted = state is not None and language.accepts(state)
        assert accepted == (match(text) and is_repository_name(text)), text


def test_names_stand_behind_their_beginning() -> None:
    found = witnesses([units(("x:ab", Wild.STAR))], Within("x:", RepositoryNames("a*")), Budget())
    assert sorted(found) == ["x:aa", "x:ab"]


def test_no_name_matches_a_pattern_of_capitals() -> None:
    assert witnesses([], RepositoryNames("A*"), Budget()) == []


def test_an_arn_has_an_account_of_twelve_digits() -> None:
    template = "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"
    every = units(("arn:aws:ecr:", Wild.STAR_IN_SEGMENT, ":1", Wild.STAR_IN_SEGMENT, ":repository/x"))
    found = witnesses([every], Arns([template]), Budget())
    assert len(found) == 2
    accounts = {arn.split(":")[4] for arn in found}
    assert all(len(account) == 12 and account.isdigit() for account in accounts)
    assert any(arn.startswith("arn:aws:ecr:") and arn.endswith(":repository/x") for arn in found)


def test_an_account_that_is_given_is_the_only_one() -> None:
    template = "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"
    found = witnesses([], Arns([template], "210987654321"), Budget())
    assert [arn.split(":")[4] for arn in found] == ["210987654321"]


def test_both_cases_of_a_letter_match_where_case_does_not_count() -> None:
    folded, exact, upper = units(["k"], fold=True), units(["k"]), units(["K"])
    found = witnesses([folded, exact, upper], AnyText(), Budget())
    assert {"k", "K", "\N{KELVIN SIGN}"} <= set(found)


def test_patterns_that_multiply_are_refused_in_time() -> None:
    globs = [units((Wild.STAR, *[one for _ in range(9) for one in (letter, Wild.STAR)])) for letter in "abcdefgh"]
    with pytest.raises(TooMany):
        witnesses(globs, AnyText(), Budget())


def test_a_budget_that_is_spent_refuses_too() -> None:
    with pytest.raises(TooMany):
        witnesses([units(("abcdefgh",))], AnyText(), Budget(5))
