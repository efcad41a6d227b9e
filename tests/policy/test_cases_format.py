"""The format of policy cases: what is read, in which shapes of a file, and how everything else is refused."""

from __future__ import annotations

import json
from typing import Any

import casefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.policy import Layer, Verdict, evaluate
from dockreeve.policy.cases import BadCase, is_policy, read_cases, run
from laws import examples

ANN = "arn:aws:iam::123456789012:user/ann"
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}


def a_case(**more: Any) -> dict[str, Any]:
    case = {
        "id": "one",
        "request": {"principal": ANN, "action": "ecr:PutImage", "resource": "*", "context": {}},
        "policies": {"identity": [ALLOW]},
        "expected": {"decision": "Allowed"},
    }
    return case | more


def no_file(name: str) -> str:
    raise BadCase(f"there is no file {name}", 0)


def only(text: str) -> Any:
    (case,) = read_cases(text, no_file)
    return case


@pytest.mark.parametrize("name", ["sample.jsonl", "rules.jsonl"])
def test_our_own_cases_are_read_as_the_tests_read_them(name: str) -> None:
    text = (casefile.CASES / name).read_text()
    for number, (case, raw) in enumerate(zip(read_cases(text, no_file), casefile.read(name), strict=True), 1):
        assert (case.id, case.family, case.name, case.basis, case.line) == (
            raw["id"], raw["family"], raw["name"], raw["basis"], number
        )  # fmt: skip
        outcome = run(case)
        assert outcome.passed, case.name
        known = evaluate(casefile.request_of(raw), casefile.held_of(raw))
        assert (outcome.decision.verdict, outcome.decision.layer) == (known.verdict, known.layer)


@pytest.mark.parametrize(
    "shape",
    [
        lambda cases: "\n".join(map(json.dumps, cases)),
        lambda cases: "\n\n".join(map(json.dumps, cases)) + "\n\n",
        lambda cases: "\r\n".join(map(json.dumps, cases)),
        json.dumps,
        lambda cases: json.dumps(cases, indent=2),
    ],
)
def test_cases_stand_one_a_line_or_in_an_array(shape: Any) -> None:
    text = shape([a_case(id="a"), a_case(id="b")])
    found = list(read_cases(text, no_file))
    assert [case.id for case in found] == ["a", "b"]
    lines = text.split("\n")
    for case in found:
        assert f'"{case.id}"' in "\n".join(lines[case.line - 1 : case.line + 2])


@pytest.mark.parametrize("indent", [None, 2])
def test_one_case_may_be_the_whole_file(indent: int | None) -> None:
    assert only(json.dumps(a_case(), indent=indent)).expected is Verdict.ALLOWED


@pytest.mark.parametrize("text", ["", "\n \n", "[]"])
def test_a_file_may_hold_no_case(text: str) -> None:
    assert list(read_cases(text, no_file)) == []


def test_the_context_is_complete_and_nothing_is_added_to_it() -> None:
    request = {"principal": ANN, "action": "ecr:PutImage", "resource": "*", "context": {"A:b": "1", "c": ["2", "3"]}}
    assert dict(only(json.dumps(a_case(request=request))).ask.context) == {"a:b": "1", "c": ("2", "3")}
    del request["context"]
    assert dict(only(json.dumps(a_case(request=request))).ask.context) == {}


@pytest.mark.parametrize(
    "absent", [{}, {"boundary": None}, {"boundary": []}, {"session": None, "scp": [], "trust": None}]
)
def test_no_policy_is_no_limit(absent: dict[str, Any]) -> None:
    assert run(only(json.dumps(a_case(policies={"identity": [ALLOW], **absent})))).passed


def test_a_level_without_policies_allows_nothing() -> None:
    policies = {"identity": [ALLOW], "scp": [{"level": "root", "policies": []}]}
    decision = run(only(json.dumps(a_case(policies=policies)))).decision
    assert (decision.verdict, decision.layer) == (Verdict.IMPLICIT_DENY, Layer.SCP)


def test_a_policy_may_stand_in_a_file_of_its_own() -> None:
    case = a_case(policies={"identity": [{"file": "read.json"}, ALLOW], "boundary": [{"file": "read.json"}]})
    (found,) = read_cases(json.dumps(case), {"read.json": json.dumps(ALLOW)}.__getitem__)
    assert [policy.uri for policy in found.held.identity.policies] == ["read.json", "identity:2"]
    assert run(found).passed


def test_a_failing_case_carries_its_trace_and_the_place_in_its_policy() -> None:
    outcome = run(only(json.dumps(a_case(expected={"decision": "ImplicitlyDenied"}), indent=2)))
    assert not outcome.passed
    assert outcome.decision.traced and outcome.decision.seen
    (policy,) = outcome.case.held.identity.policies
    assert json.loads(policy.document.text) == ALLOW


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{", 1, "not JSON"),
        (json.dumps(a_case()) + "\n{", 2, "not JSON"),
        (json.dumps(a_case()) + "\n\n7", 3, "a case is not an object"),
        (json.dumps(a_case(expected={"decision": "Perhaps"})), 1, "`decision` is Perhaps"),
        (json.dumps(a_case(expected={})), 1, "there is no `decision`"),
        (json.dumps(a_case(verdict="x")), 1, "`verdict` is no member of a case"),
        (json.dumps(a_case(id=7)), 1, "`id` is not a string"),
        (json.dumps(a_case(request={"principal": ANN, "action": "a:b"})), 1, "there is no `resource`"),
        (
            json.dumps(a_case(request={"principal": ANN, "action": "a:b", "resource": "*", "context": {"k": 1}})),
            1,
            "`k`",
        ),
        (json.dumps(a_case(policies=[])), 1, "`policies` is not an object"),
        (json.dumps(a_case(policies={"identity": ALLOW})), 1, "`identity` is not an array"),
        (json.dumps(a_case(policies={"identities": []})), 1, "`identities` is no member of `policies`"),
        (json.dumps(a_case(policies={"scp": [{"level": "root"}]})), 1, "there is no `policies`"),
        (json.dumps(a_case(policies={"identity": [{"Statement": 1}]})), 1, "the policy identity:1:1"),
        (json.dumps(a_case(policies={"identity": [{"file": "no.json"}]})), 1, "there is no file no.json"),
        ('{"id": "a", "id": "b"}', 1, "`id` is there twice"),
        ("[" * 100, 1, "nested deeper"),
    ],
)
def test_what_is_no_case_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadCase) as bad:
        list(read_cases(text, no_file))
    assert bad.value.line == line
    assert said in bad.value.detail and "\n" not in bad.value.detail


@settings(max_examples=examples(100), deadline=None)
@given(st.text(alphabet='{}[]",:\\\n1a') | st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["request", "policies", "expected", "decision", "identity", "scp", "file"]), x)).map(json.dumps)
)  # fmt: skip
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        list(read_cases(text, no_file))
    except BadCase as bad:
        assert 1 <= bad.line <= text.count("\n") + 1


def test_a_policy_beside_cases_is_told_from_them() -> None:
    assert is_policy(json.dumps(ALLOW))
    assert not any(
        map(is_policy, [json.dumps(a_case()), "[]", "{", "", json.dumps(a_case()) + "\n" + json.dumps(ALLOW)])
    )
