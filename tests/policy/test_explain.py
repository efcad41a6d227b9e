"""Explanations: what they say of a decision, that the change they propose works, and that JSON keeps all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import casefile
import pytest
from hypothesis import given, settings
from strategies import cases

from dockreeve.policy import (
    Decision,
    Held,
    Kind,
    Layer,
    Level,
    Policy,
    PolicySet,
    Request,
    Verdict,
    evaluate,
    parse,
)
from dockreeve.policy.explain import Change, Explanation, Unreadable, explain
from laws import hold_each

ACCOUNT, OTHER = "123456789012", "210987654321"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
APP = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"
WEB = APP.replace("/app", "/web")
READ = f"arn:aws:iam::{ACCOUNT}:policy/Read"


def allow(*actions: str, on: str | list[str] | None = "*", **more: Any) -> dict[str, Any]:
    resource = {} if on is None else {"Resource": on}
    return {"Effect": "Allow", "Action": list(actions), **resource, **more}


def written(*statements: Mapping[str, Any], indent: int | None = 2) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent)


def policy(text: str, uri: str = READ, kind: Kind = Kind.IDENTITY, *, inline: bool = False) -> Policy:
    return Policy(parse(text, kind, plain=True), uri, inline=inline)


def held(*texts: str, **layers: Any) -> Held:
    return Held(
        identity=PolicySet([policy(text, f"{READ}{index or ''}") for index, text in enumerate(texts)]), **layers
    )


def decided(by: Held, action: str = "ecr:PutImage", resource: str = APP, who: str = ANN, **context: str) -> Decision:
    return evaluate(Request(who, action, resource, context), by, trace=True)


def changed(decision: Decision) -> Change:
    change = explain(decision).change
    assert change is not None
    return change


def applied(change: Change, decision: Decision) -> Decision:
    """Decide again, with the change made to the text by hand."""
    assert decision.held is not None and decision.layer is not None
    layer = decision.layer
    if change.splice is None:
        assert change.policy == ""
        more = policy(written(change.statement or {}), "new", Kind.IDENTITY)
        return evaluate(decision.ask, decision.held.plus(layer, more), trace=True)
    known = next(look.policy for look in decision.seen if look.layer is layer and look.policy.uri == change.policy)
    text = change.splice.applied(known.document.text)
    return evaluate(
        decision.ask, decision.held.swapped(layer, known, policy(text, known.uri, known.document.kind)), trace=True
    )


def test_one_more_action_keeps_the_documents_form() -> None:
    text = written(allow("ecr:GetAuthorizationToken"), allow("ecr:BatchGetImage", "ecr:ListImages", on=[APP, WEB]))
    decision = decided(held(text.replace('"*"', f'"{WEB}"')), "ecr:GetDownloadUrlForLayer")
    change = changed(decision)
    assert (change.element, change.added, change.index) == ("Action", "ecr:GetDownloadUrlForLayer", 1)
    assert change.policy == READ and change.still_lacking == ()
    assert [line for line in change.diff if line.startswith(("-", "+"))][2:] == [
        '-        "ecr:ListImages"',
        '+        "ecr:ListImages",',
        '+        "ecr:GetDownloadUrlForLayer"',
    ]
    assert applied(change, decision).verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"ecr:ListImages"', '["ecr:ListImages", "ecr:PutImage"]'),
        ('["ecr:ListImages"]', '["ecr:ListImages", "ecr:PutImage"]'),
        ('["ecr:A", "ecr:B" ]', '["ecr:A", "ecr:B", "ecr:PutImage" ]'),
        ("[]", '["ecr:PutImage"]'),
        ('[\n "ecr:A"\n]', '[\n "ecr:A",\n "ecr:PutImage"\n]'),
        ('[\r\n\t"ecr:A",\r\n\t"ecr:B"\r\n]', '[\r\n\t"ecr:A",\r\n\t"ecr:B",\r\n\t"ecr:PutImage"\r\n]'),
        ('["ecr:\\u0041", "sn\u00f6:\\"]"]', '["ecr:\\u0041", "sn\u00f6:\\"]", "ecr:PutImage"]'),
    ],
)
def test_a_value_is_put_where_it_belongs_and_nothing_else_changes(before: str, after: str) -> None:
    frame = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": %s, "Resource": "*"}}'
    change = changed(decided(held(frame % before)))
    assert change.splice is not None
    assert change.splice.applied(frame % before) == frame % after


def test_a_tight_document_stays_tight_and_its_diff_can_be_read() -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow("ecr:ListImages")]}, separators=(",", ":"))
    change = changed(decided(held(text)))
    assert change.splice is not None
    assert '["ecr:ListImages","ecr:PutImage"]' in change.splice.applied(text)
    assert '+        "ecr:PutImage"' in change.diff


def test_one_more_resource_is_told_with_all_that_it_lets_do() -> None:
    decision = decided(held(written(allow("ecr:Put*", "ecr:ListImages", on=WEB))))
    change = changed(decision)
    assert (change.element, change.added) == ("Resource", APP)
    assert change.allows.actions == ("ecr:Put*", "ecr:ListImages") and change.allows.resources == (APP,)
    assert change.allows.beyond(APP) and change.allows.shared
    assert applied(change, decision)


def test_everything_is_never_added_to_a_resource() -> None:
    decision = decided(held(written(allow("ecr:GetAuthorizationToken", "ecr:PutImage", on=APP))),
                       "ecr:GetAuthorizationToken", "*")  # fmt: skip
    change = changed(decision)
    assert change.element == "Statement"
    assert change.statement == {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    assert applied(change, decision)


def test_what_else_the_action_would_reach_is_the_statements_own_resources_and_conditions() -> None:
    condition = {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}
    text = written(allow("ecr:ListImages", on="arn:aws:ecr:*:*:repository/*", Condition=condition))
    ask = Request(ANN, "ecr:PutImage", APP, {"aws:SourceIp": "10.1.1.1"})
    allows = changed(evaluate(ask, held(text), trace=True)).allows
    assert (allows.actions, allows.resources) == (("ecr:PutImage",), ("arn:aws:ecr:*:*:repository/*",))
    (line,) = allows.conditions
    assert (line.operator, line.key, line.values) == ("IpAddress", "aws:SourceIp", ("10.0.0.0/8",))


def test_an_unmet_condition_is_no_reason_to_change_the_condition() -> None:
    text = written(allow("ecr:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    explained = explain(decided(held(text), **{"aws:SecureTransport": "false"}))
    assert explained.nearest is not None and explained.change is not None
    assert explained.nearest.sentence == (
        "matches the resource; Bool on aws:SecureTransport wants true, and it is false"
    )
    assert explained.change.element == "Statement" and explained.change.policy == READ


def test_a_condition_is_not_gone_round_by_another_statement() -> None:
    secure = allow("ecr:PutImage", Condition={"Bool": {"aws:SecureTransport": "true"}})
    explained = explain(decided(held(written(allow("ecr:ListImages"), secure)), **{"aws:SecureTransport": "false"}))
    assert explained.nearest is not None and (explained.nearest.index, explained.nearest.lacks) == (1, "condition")
    assert explained.change is not None and explained.change.element == "Statement"


def test_an_action_goes_where_its_service_is_spoken_of_and_not_of_everything() -> None:
    text = written(allow("sts:*", on=APP), allow("ecr:GetAuthorizationToken"), allow("ecr:ListImages", on=APP))
    explained = explain(decided(held(text)))
    assert explained.nearest is not None and explained.nearest.index == 2
    assert explained.change is not None and (explained.change.element, explained.change.index) == ("Action", 2)
    assert not replace(explained.change.allows, shared=False).beyond(APP)
    assert changed(decided(held(written(allow("sts:*"))))).policy == ""


def test_not_action_and_not_resource_are_left_alone() -> None:
    for text in (
        written({"Effect": "Allow", "NotAction": ["ecr:Put*"], "Resource": "*"}),
        written({"Effect": "Allow", "Action": "ecr:*", "NotResource": [APP]}),
    ):
        decision = decided(held(text))
        change = changed(decision)
        assert change.element == "Statement"
        assert applied(change, decision)


def test_what_everyone_may_do_does_not_grow() -> None:
    theirs = APP.replace(ACCOUNT, OTHER)
    for principal in ({"Principal": "*"}, {"Principal": {"AWS": [OTHER, "*"]}}):
        public = policy(written(allow("ecr:BatchGetImage", on=None, **principal)), "theirs", Kind.REPOSITORY)
        change = changed(decided(held(written(allow("*"))).plus(Layer.RESOURCE, public), resource=theirs))
        assert change.statement is not None and change.policy == "theirs"
        assert change.statement["Principal"] == {"AWS": ANN}


def test_a_policy_of_aws_is_never_edited() -> None:
    known = policy(written(allow("ecr:ListImages")), "arn:aws:iam::aws:policy/ReadOnlyAccess")
    decision = decided(Held(identity=PolicySet([known])))
    explained = explain(decision)
    assert explained.nearest is not None and explained.nearest.policy == known.uri
    assert explained.change is not None
    assert (explained.change.policy, explained.change.splice) == ("", None)
    assert applied(explained.change, decision)


def test_a_statement_is_added_to_a_policy_of_the_same_service_in_its_form() -> None:
    other, same = written(allow("s3:GetObject", on="arn:aws:s3:::b")), written(allow("ecr:ListImages", on=WEB))
    decision = decided(held(other, same))
    change = changed(decision)
    assert change.policy == f"{READ}1" and change.splice is not None
    after = change.splice.applied(same)
    assert json.loads(after)["Statement"][1] == change.statement
    assert after.startswith(same.rpartition("\n  ]")[0]) and '\n      "Action": "ecr:PutImage"' in after
    assert changed(decided(held(other))).policy == ""
    assert applied(change, decision)


def test_nothing_attached_asks_for_a_policy_of_its_own() -> None:
    decision = decided(held())
    explained = explain(decision)
    assert explained.nearest is None and explained.change is not None
    assert explained.change.policy == "" and explained.change.diff[0] == "--- new policy"
    assert applied(explained.change, decision)


def test_an_edit_that_is_not_enough_names_what_would_still_be_lacking() -> None:
    nothing = PolicySet([policy(written(allow("s3:*")), "boundary")])
    by = held(written(allow("ecr:ListImages")), boundary=nothing, scp=(Level("root", nothing),))
    explained = explain(decided(by))
    assert explained.decided_by == "SERVICE_CONTROL_POLICY" and explained.change is not None
    assert explained.change.still_lacking == ("PERMISSIONS_BOUNDARY", "PRINCIPAL")


def test_another_accounts_repository_needs_both_sides() -> None:
    theirs = APP.replace(ACCOUNT, OTHER)
    grants = written(allow("ecr:ListImages", on=None, Principal={"AWS": ANN}))
    by = held(written(allow("ecr:ListImages")), resource=PolicySet([policy(grants, "theirs", Kind.REPOSITORY)]))
    change = changed(decided(by, resource=theirs))
    assert (change.type, change.element, change.policy) == ("RESOURCE", "Action", "theirs")
    assert change.allows.principals == (ANN,) and change.allows.resources is None
    assert change.still_lacking == ("PRINCIPAL",)


def test_a_role_that_does_not_trust_the_caller_gets_a_statement_in_its_trust_policy() -> None:
    trust = written({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    by = held(written(allow("sts:*")), trust=PolicySet([policy(trust, "role trust policy", Kind.TRUST, inline=True)]))
    decision = decided(by, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/R")
    explained = explain(decision)
    assert explained.reason == "because no role trust policy allows the sts:AssumeRole action"
    assert (
        explained.nearest is not None and explained.nearest.sentence == "matches the resource; names another principal"
    )
    change = explained.change
    assert change is not None and change.splice is not None
    assert change.statement == {"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"}
    after = change.splice.applied(trust)
    parse(after, Kind.TRUST)  # AWS would store it
    assert applied(change, decision) and not change.allows.beyond(decision.ask.resource)


def test_a_registry_policys_statement_names_its_resource() -> None:
    theirs = APP.replace(ACCOUNT, OTHER)
    text = written({**allow("ecr:ReplicateImage", on="*"), "Principal": {"AWS": OTHER}})
    by = held(written(allow("*")), resource=PolicySet([policy(text, "registry policy", Kind.REGISTRY)]))
    decision = decided(by, resource=theirs)
    change = changed(decision)
    assert change.statement is not None and change.splice is not None
    assert change.statement["Resource"] == theirs
    parse(change.splice.applied(text), Kind.REGISTRY)
    assert applied(change, decision)


def test_an_explicit_deny_names_every_part_that_takes_the_request_in() -> None:
    denying = {
        "Sid": "Freeze", "Effect": "Deny", "Action": ["ecr:Delete*", "ECR:put*"], "Resource": [WEB, "*"],
        "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    }  # fmt: skip
    text = written(allow("s3:*"), denying)
    explained = explain(decided(held(text), **{"aws:RequestedRegion": "us-east-1"}))
    assert explained.change is None and explained.missing is None and explained.nearest is None
    assert explained.narrowing is not None
    (deny,) = explained.narrowing.denies
    assert (deny.name, deny.place) == ("Freeze", f"{READ}:11:5")
    assert (deny.actions, deny.resources, deny.by_not_action) == (("ECR:put*",), ("*",), False)
    assert [line.key for line in deny.conditions] == ["aws:RequestedRegion"]
    assert explained.narrowing.still_lacking == ("PRINCIPAL",)
    assert [one.name for one in explained.deciding] == ["Freeze"]


def test_every_deny_that_matches_is_named_the_deciding_one_first() -> None:
    everything = {"Effect": "Deny", "NotAction": "s3:*", "NotResource": WEB}
    boundary = PolicySet([policy(written({**allow("*"), "Effect": "Deny"}), "boundary")])
    explained = explain(decided(held(written(allow("*"), everything), boundary=boundary)))
    assert explained.narrowing is not None
    assert [deny.policy for deny in explained.narrowing.denies] == ["boundary", READ]
    assert explained.narrowing.denies[1].by_not_action and explained.narrowing.denies[1].by_not_resource
    assert explained.narrowing.still_lacking == ("PERMISSIONS_BOUNDARY",)


def test_an_allowed_request_says_by_what() -> None:
    explained = explain(decided(held(written(allow("s3:*"), allow("ecr:*")))))
    assert explained.verdict is Verdict.ALLOWED and not explained.reason
    assert [one.place for one in explained.deciding] == [f"{READ}:11:5"]
    assert (explained.change, explained.narrowing, explained.nearest) == (None, None, None)


def test_without_trace_the_rest_is_told_all_the_same() -> None:
    explained = explain(evaluate(Request(ANN, "ecr:PutImage", APP, {}), held()), "sentence")
    assert explained.reason and explained.sentence == "sentence" and explained.missing
    assert (explained.checks, explained.statements, explained.change) == ((), (), None)


@pytest.mark.parametrize("file", ["sample.jsonl", "rules.jsonl"])
def test_every_case_is_explained_and_its_change_works(file: str) -> None:
    hold_each(is_explained, casefile.by_id(file))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_decision_is_explained_and_its_change_works(case: dict[str, Any]) -> None:
    is_explained(case)


def is_explained(case: dict[str, Any]) -> None:
    decision = evaluate(casefile.request_of(case), casefile.held_of(case), trace=True)
    explained = explain(decision, decision.sentence())
    assert Explanation.from_json(json.loads(json.dumps(explained.to_json()))) == explained
    assert (explained.change is not None) == (decision.verdict is Verdict.IMPLICIT_DENY)
    assert (explained.narrowing is not None) == (decision.verdict is Verdict.EXPLICIT_DENY)
    if explained.change is not None and decision.layer not in (Layer.SCP, Layer.RCP):
        again = applied(explained.change, decision)
        assert bool(again) == (not explained.change.still_lacking)
        assert again.layer is not decision.layer or again


def test_a_record_that_is_something_else_is_refused() -> None:
    record = explain(decided(held())).to_json()
    for broken in ({}, {**record, "verdict": "Perhaps"}, {**record, "checks": {}}, {**record, "change": 1}, []):
        with pytest.raises(Unreadable):
            Explanation.from_json(broken)  # type: ignore[arg-type]
    assert Explanation.from_json({**record, "id": "more"}).action == "ecr:PutImage"


def test_a_huge_number_in_a_document_does_no_harm() -> None:
    huge = "9" * 10_000
    text = written(allow("ecr:ListImages", Condition={"NumericLessThan": {"s3:max-keys": "N"}})).replace('"N"', huge)
    explained = explain(evaluate(Request(ANN, "ecr:PutImage", APP, {"s3:max-keys": "1"}), held(text), trace=True))
    assert explained.change is not None and explained.change.element == "Statement"


def test_the_same_policy_in_two_checks_is_told_twice() -> None:
    known = policy(written(allow("ecr:ListImages")))
    by = Held(identity=PolicySet([known]), boundary=PolicySet([replace(known)]))
    assert [(one.uri, one.type) for one in explain(decided(by)).policies] == [
        (READ, "PERMISSIONS_BOUNDARY"),
        (READ, "PRINCIPAL"),
    ]


def test_half_a_character_of_a_policy_does_not_reach_the_record() -> None:
    half = "\ud800"
    text = written(
        allow("ecr:ListImages", on=["*", f"arn:{half}"], Condition={"StringEquals": {"aws:x": half}}), indent=None
    )
    record = explain(decided(held(text), **{"aws:x": half})).to_json()
    json.dumps(record, ensure_ascii=False).encode()
    assert record["change"]["added"] == "ecr:PutImage"
