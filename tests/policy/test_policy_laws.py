"""Laws that hold for all policies, and the comparison with the slow evaluator."""

from __future__ import annotations

import copy
from typing import Any

import casefile
import pytest
import slow
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ALLOW_ALL, cases, documents, statements

from dockreeve.policy import Decision, Verdict, evaluate, missing_statement

pytestmark = pytest.mark.slow

EXAMPLES = settings(max_examples=60, deadline=None)
LAYERS = ("identity", "boundary", "session", "resource", "trust", "scp", "rcp", "endpoint")


def decision(case: dict[str, Any], *, trace: bool = False) -> Decision:
    return evaluate(casefile.request_of(case), casefile.held_of(case), trace=trace)


def with_statement(case: dict[str, Any], layer: str, statement: dict[str, Any]) -> dict[str, Any] | None:
    """The case with one statement more in a policy that is there; None if the layer is not."""
    changed = copy.deepcopy(case)
    held = changed["policies"][layer]
    if not held:
        return None
    places = held if isinstance(held, list) else [held]
    place = places[0]["policies"] if layer in ("scp", "rcp") else places
    if not place:
        return None
    body = place[0]["Statement"]
    place[0]["Statement"] = [*(body if isinstance(body, list) else [body]), statement]
    return changed


@settings(EXAMPLES, max_examples=200)
@given(cases())
def test_the_fast_and_the_slow_evaluator_agree(case: dict[str, Any]) -> None:
    assert decision(case).verdict.value == slow.decide(case)


@EXAMPLES
@given(cases())
def test_trace_and_fast_path_agree(case: dict[str, Any]) -> None:
    fast, full = decision(case), decision(case, trace=True)
    assert (fast.verdict, fast.layer) == (full.verdict, full.layer)
    effects = {check.effect.value for check in full.checks}
    if full.layer is not None:
        assert ("EXPLICIT_DENY" in effects) == (full.verdict is Verdict.EXPLICIT_DENY)
        if full.verdict is Verdict.IMPLICIT_DENY:
            assert "IMPLICIT_DENY" in effects
        if full:
            assert not effects & {"EXPLICIT_DENY", "IMPLICIT_DENY"}


@EXAMPLES
@given(cases(), st.sampled_from(LAYERS), st.data())
def test_adding_a_deny_never_grants(case: dict[str, Any], layer: str, data: st.DataObject) -> None:
    denying = statements(effect="Deny", resource_based=layer in ("resource", "trust"))
    changed = with_statement(case, layer, data.draw(denying))
    if changed is not None and not decision(case):
        assert not decision(changed)


@EXAMPLES
@given(cases(), st.sampled_from(LAYERS), st.data())
def test_adding_an_allow_never_denies(case: dict[str, Any], layer: str, data: st.DataObject) -> None:
    allowing = statements(effect="Allow", resource_based=layer in ("resource", "trust"))
    changed = with_statement(case, layer, data.draw(allowing))
    if changed is not None and decision(case):
        assert decision(changed)


@EXAMPLES
@given(cases())
def test_a_matching_deny_wins_in_every_layer_that_bears_on_the_caller(case: dict[str, Any]) -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}
    for layer in ("rcp", "endpoint", "resource", "trust"):
        changed = with_statement(case, layer, deny)
        if changed is not None:
            assert decision(changed).verdict is Verdict.EXPLICIT_DENY


@EXAMPLES
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_duplicates_do_not_matter(case: dict[str, Any], random: Any) -> None:
    changed = copy.deepcopy(case)
    identity = changed["policies"]["identity"]
    identity += copy.deepcopy(identity)
    random.shuffle(identity)
    for document in identity:
        random.shuffle(document["Statement"])
    if changed["policies"]["resource"]:
        random.shuffle(changed["policies"]["resource"]["Statement"])
    assert decision(changed).verdict is decision(case).verdict


@EXAMPLES
@given(cases(), st.sampled_from(["boundary", "session"]), documents())
def test_boundary_and_session_policy_only_subtract(case: dict[str, Any], layer: str, limit: dict[str, Any]) -> None:
    free = copy.deepcopy(case)
    free["policies"][layer] = None
    limited = copy.deepcopy(free)
    limited["policies"][layer] = [limit] if layer == "boundary" else limit
    if decision(limited):
        assert decision(free)


@EXAMPLES
@given(cases(), st.data())
def test_narrowing_a_glob_never_widens(case: dict[str, Any], data: st.DataObject) -> None:
    """Text put in the place of a star: what was denied stays denied (seen through an Allow)."""
    resource = case["request"]["resource"]
    pattern = data.draw(st.sampled_from(["*", "arn:aws:ecr:*", "arn:aws:ecr:us-east-1:123456789012:repository/*"]))
    narrower = pattern.replace("*", data.draw(st.sampled_from(["a*", "*p", "team/*", "?*", resource[-3:], ""])), 1)
    wide, narrow = copy.deepcopy(case), copy.deepcopy(case)
    for changed, used in ((wide, pattern), (narrow, narrower)):
        changed["policies"]["identity"] = [
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": used}]}
        ]
    if decision(narrow):
        assert decision(wide)


@EXAMPLES
@given(cases())
def test_adding_the_missing_statements_one_by_one_leads_to_an_allow(case: dict[str, Any]) -> None:
    for _ in range(len(LAYERS) + 4):
        found = decision(case)
        statement = missing_statement(found)
        if statement is None:
            break
        assert found.layer is not None
        case = added_as_a_policy(case, found.layer.value, statement)
    assert decision(case).verdict is not Verdict.IMPLICIT_DENY


def added_as_a_policy(case: dict[str, Any], layer: str, statement: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(case)
    held = changed["policies"]
    document = {"Version": "2012-10-17", "Statement": [statement]}
    if layer in ("scp", "rcp"):
        for level in held[layer]:
            level["policies"].append(document)
    elif layer in ("identity", "boundary", "endpoint"):
        held[layer] = [*(held[layer] or []), document]
    elif held[layer]:
        held[layer] = {"Version": held[layer].get("Version"), "Statement": [*as_list(held[layer]), statement]}
        if held[layer]["Version"] is None:
            del held[layer]["Version"]
    else:
        held[layer] = document
    return changed


def as_list(document: dict[str, Any]) -> list[Any]:
    body = document["Statement"]
    return body if isinstance(body, list) else [body]


def test_the_random_cases_reach_every_verdict() -> None:
    """The laws above prove nothing if the strategies only ever deny."""
    reached: set[Verdict] = set()

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(cases())
    def collect(case: dict[str, Any]) -> None:
        reached.add(decision(case).verdict)

    collect()
    assert reached == set(Verdict)
    assert ALLOW_ALL["Version"]
