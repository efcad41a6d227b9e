"""`can`, `diff` and the evaluator never disagree: every answer is checked against all requests of a small world."""

from __future__ import annotations

import json
import random
from typing import Any

import prove_policies as world
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.oci.names import is_repository_name
from dockreeve.policy import Held, Policy, PolicySet, Request, Verdict, evaluate, parse
from dockreeve.policy.prove import VERBS, Answer, Difference, On, Outcome, Place, Subject, Way, can, diff
from dockreeve.policy.prove.can import Case

pytestmark = pytest.mark.slow

EXAMPLES = settings(max_examples=60, deadline=None)
PLACE = "us-east-1"
SOME_NAMES = [*world.NAMES[:20], *random.Random(1).sample(world.NAMES[20:], 10)]
PATTERNS = ["*", "a*", "*b", "a?", "*/*", "ab", "?b*", "a/b", "*-*"]
Statements = list[dict[str, Any]]
Both = tuple[Statements, Statements | None]


def pairs(*, variables: bool = False) -> st.SearchStrategy[Both]:
    return st.tuples(world.sets(variables=variables), world.boundaries(variables=variables))


def held(both: Both) -> Held:
    return world.held(*both)


def compared(old: Both, new: Both) -> Difference:
    return diff(held(old), held(new), account=world.ACCOUNT)


def changed_somewhere(old: Both, new: Both) -> set[tuple[Way, str]]:
    """Every way in which every action of the small world changes, by looking at some thousand requests."""
    before, after = held(old), held(new)
    found: set[tuple[Way, str]] = set()
    contexts = some_contexts(old, new)
    for action in world.ACTIONS:
        for name in SOME_NAMES if action != "ecr:GetAuthorizationToken" else ["a"]:
            for context in contexts:
                was, now = (world.allowed(one, action, name, context) for one in (before, after))
                if was != now:
                    found.add((Way.NEW if now else Way.LOST, action))
    return found


def some_contexts(*both: Both) -> list[dict[str, Any]]:
    """The context without keys, and others by lot."""
    first, *others = world.contexts(world.keys_of(*both))
    return [first, *random.Random(len(others)).sample(others, min(len(others), 40))]


def said(difference: Difference) -> set[tuple[Way, str]]:
    return {(change.way, action) for change in difference.changes for action in change.actions}


def doubted(difference: Difference) -> set[tuple[Way, str]]:
    return {(gap.way, action) for gap in difference.undecided for action in gap.actions}


def check_witnesses(difference: Difference, old: Both, new: Both) -> None:
    for change in difference.changes:
        for action in change.actions:
            ask = change.witness.ask
            again = type(ask)(ask.principal, action, ask.resource, ask.context, ask.resource_account)
            was, now = (bool(evaluate(again, held(one))) for one in (old, new))
            assert (was, now) == (change.way is Way.LOST, change.way is Way.NEW)


@EXAMPLES
@given(pairs(), pairs())
def test_diff_finds_what_looking_at_all_requests_finds(old: Both, new: Both) -> None:
    difference = compared(old, new)
    assert not difference.undecided
    assert changed_somewhere(old, new) <= said(difference)
    check_witnesses(difference, old, new)


@EXAMPLES
@given(pairs(variables=True), pairs(variables=True))
def test_with_variables_diff_finds_it_or_says_that_it_does_not_know(old: Both, new: Both) -> None:
    difference = compared(old, new)
    assert changed_somewhere(old, new) <= said(difference) | doubted(difference)
    assert not said(difference) & doubted(difference)
    assert all(gap.keys for gap in difference.undecided)
    assert {key for gap in difference.undecided for key in gap.keys} <= {
        key.lower() for key in [*world.WORLD, "aws:none"]
    }
    check_witnesses(difference, old, new)


@EXAMPLES
@given(pairs(variables=True), st.randoms(use_true_random=False))
def test_the_same_policies_do_not_differ_in_whatever_order(both: Both, shuffled: random.Random) -> None:
    other = json.loads(json.dumps(both))
    for statements in filter(None, other):
        shuffled.shuffle(statements)
    assert not compared(both, (other[0], other[1]))


@EXAMPLES
@given(pairs(variables=True), pairs(variables=True))
def test_what_is_new_one_way_is_lost_the_other_way(old: Both, new: Both) -> None:
    there, back = compared(old, new), compared(new, old)
    turned = {Way.NEW: Way.LOST, Way.LOST: Way.NEW}
    assert said(there) == {(turned[way], action) for way, action in said(back)}
    assert doubted(there) == {(turned[way], action) for way, action in doubted(back)}


@EXAMPLES
@given(pairs(variables=True), world.statements(variables=True), st.data())
def test_narrowing_never_gives_new_access(old: Both, more: dict[str, Any], data: st.DataObject) -> None:
    identity, boundary = json.loads(json.dumps(old))
    how = data.draw(st.sampled_from(["deny", "remove", "boundary", "resource", "condition"]))
    allows = [one for one in identity if one["Effect"] == "Allow"]
    if how == "deny" or not allows:
        identity.append({**more, "Effect": "Deny"})
    elif how == "boundary":
        boundary = [more] if boundary is None else [one for one in boundary if one["Effect"] == "Deny"]
    elif how == "remove":
        identity.remove(data.draw(st.sampled_from(allows)))
    elif how == "condition":
        data.draw(st.sampled_from(allows)).setdefault("Condition", {})["Bool"] = {"aws:ViaAWSService": "false"}
    else:
        chosen = data.draw(st.sampled_from(allows))
        if "Resource" in chosen:
            chosen["Resource"] = [f"{one}a" for one in chosen["Resource"] if one.endswith("/*")] or [
                "arn:aws:ecr:us-east-1:1:nothing"
            ]
    if how == "condition" and any("Bool" in one.get("Condition", {}) for one in old[0]):
        return  # it may have replaced another condition
    assert not compared(old, (identity, boundary)).new


ELSEWHERE = {
    "s3:GetObject": "arn:aws:s3:::a/b",
    "sns:Publish": "arn:aws:sns:eu-west-1:1:a",
    "sqs:SendMessage": "arn:aws:sqs:us-east-1:1:a",
    "ssm:GetParameter": "arn:aws:ssm:us-east-1:1:parameter/a",
    "ec2:RunInstances": "arn:aws:ec2:us-east-1:1:instance/a",
    "ecr:PutImage": "arn:aws:ecr:us-east-1:1:repository/a",
}
_ELSEWHERE = st.builds(
    lambda effect, action, element, service, rest: {"Effect": effect, "Action": action, element: service + rest},
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["*", "s*:*", "sns:*", "*:Get*", "ecr:PutImage", "e*"]),
    st.sampled_from(["Resource", "NotResource"]),
    st.sampled_from(["arn:aws:s*", "arn:*:s?s", "arn:aws:sns", "arn:aws:*", "arn:aws:e*", "arn:*:*q*", "arn:aws*:s3"]),
    st.sampled_from([":*", ":*:*:a", "::1:*", ":us-*:*:*", ":::a/*", "*"]),
)


@EXAMPLES
@given(st.lists(_ELSEWHERE, max_size=3), st.lists(_ELSEWHERE, max_size=3))
def test_diff_misses_no_service(old: Statements, new: Statements) -> None:
    before, after = world.held(old), world.held(new)
    difference = diff(before, after)
    changed = set()
    for action, resource in ELSEWHERE.items():
        ask = Request("arn:aws:iam::1:role/any", action, resource, {}, "1")
        was, now = bool(evaluate(ask, before)), bool(evaluate(ask, after))
        if was != now:
            changed.add((Way.NEW if now else Way.LOST, action))
    others = {change.way for change in difference.changes if change.stands_for_others}
    found = said(difference) | doubted(difference)
    assert all(each in found or each[0] in others for each in changed)


def check_case(answer: Answer, case: Case, both: Both) -> None:
    """The answer for a name against contexts of the small world."""
    needs = [(need.action, case.name) for need in answer.verb.needs]
    contexts = some_contexts(both)
    policies = held(both)
    outcomes = {all(world.allowed(policies, *need, context) for need in needs) for context in contexts}
    if case.outcome is Outcome.YES:
        assert outcomes == {True}
    elif case.outcome is Outcome.NO:
        assert outcomes == {False}
        for missing in case.missing:
            action = missing.need.action
            assert not any(world.allowed(policies, action, case.name, context) for context in contexts)
    else:
        assert case.outcome is Outcome.DEPENDS
        assert case.keys
        if case.when:
            assert all(world.allowed(policies, *need, case.when) for need in needs)


@EXAMPLES
@given(pairs(variables=True), st.sampled_from(["pull", "login", "tag"]), st.sampled_from(PATTERNS))
def test_can_says_what_trying_all_names_says(both: Both, verb: str, pattern: str) -> None:
    place = Place(world.ACCOUNT, PLACE, pattern)
    answer = can(VERBS[verb], place, Subject(world.ROLE, held(both)))
    for case in answer.cases:
        check_case(answer, case, both)
    outcomes = {case.outcome for case in answer.cases}
    assert answer.outcome is (outcomes.pop() if len(outcomes) == 1 else Outcome.SOME)
    if answer.outcome in (Outcome.YES, Outcome.NO):
        glob = world.policies([world.allow("ecr:PutImage", world.BEGINNING + pattern)])
        matching = [
            name
            for name in filter(is_repository_name, world.NAMES)
            if world.allowed(Held(glob), "ecr:PutImage", name, {})
        ]
        for name in random.Random(len(matching)).sample(matching, min(len(matching), 8)):
            check_case(answer, Case(name, answer.outcome), both)


@EXAMPLES
@given(pairs(), st.sampled_from(["pull", "push", "copy", "admin"]), st.sampled_from(PATTERNS))
def test_with_the_statements_added_it_can_be_done(both: Both, verb: str, pattern: str) -> None:
    place = Place(world.ACCOUNT, PLACE, pattern, source="source")
    answer = can(VERBS[verb], place, Subject(world.ROLE, held(both)))
    if answer.additions is None:
        assert any(missing.decision.verdict is Verdict.EXPLICIT_DENY for missing in answer.missing)
        return
    identity, boundary = list(both[0]), both[1]
    for addition in answer.additions:
        assert addition.layer.value in ("identity", "boundary")
        if addition.layer.value == "identity":
            identity.append(addition.statement)
        else:
            boundary = [*(boundary or ()), addition.statement]
    after = can(VERBS[verb], place, Subject(world.ROLE, world.held(identity, boundary)))
    assert not after.missing
    assert after or after.keys
    if answer.additions:
        assert after.keys == answer.afterwards


@EXAMPLES
@given(pairs(), pairs(), st.sampled_from(["pull", "push"]))
def test_can_and_diff_agree(old: Both, new: Both, verb: str) -> None:
    """Where nothing is lost, what could be done can still be done."""
    place = Place(world.ACCOUNT, PLACE, "a*")
    needed = {need.action for need in VERBS[verb].needs if need.on is not On.SOURCE}
    lost = {action for change in compared(old, new).lost for action in change.actions}
    if not lost & needed and can(VERBS[verb], place, Subject(world.ROLE, held(old))):
        assert can(VERBS[verb], place, Subject(world.ROLE, held(new)))


def test_the_world_is_not_trivial() -> None:
    """Laws over policies that never differ would prove nothing."""
    text = json.dumps({"Version": "2012-10-17", "Statement": world.allow("ecr:*", world.BEGINNING + "a*")})
    some = Held(PolicySet([Policy(parse(text), "p", inline=True)]))
    assert any(world.allowed(some, "ecr:PutImage", name, {}) for name in world.NAMES)
    assert not all(world.allowed(some, "ecr:PutImage", name, {}) for name in world.NAMES)
