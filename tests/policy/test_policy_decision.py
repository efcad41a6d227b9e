"""A decision tells its reasons: layer, sentence, checks, the parts that missed, and what to add."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dockreeve.policy import (
    Decision,
    Failed,
    Held,
    Kind,
    Layer,
    Level,
    Policy,
    PolicySet,
    Request,
    Verdict,
    evaluate,
    misses,
    missing_statement,
    parse,
)

ACCOUNT = "123456789012"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/R/s"
APP = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/app"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/P"


def policies(*statements: dict[str, Any], kind: Kind = Kind.IDENTITY, uri: str = "inline:p") -> PolicySet:
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), kind)
    return PolicySet([Policy(document, uri, inline=not uri.startswith("arn:"))])


def statement(effect: str, action: str = "*", resource: str | None = "*", **elements: Any) -> dict[str, Any]:
    body = {"Effect": effect, "Action": action, "Resource": resource, **elements}
    return {name: value for name, value in body.items() if value is not None}


def asked(action: str = "ecr:PutImage", resource: str = APP, principal: str = SESSION, **context: Any) -> Request:
    return Request(principal, action, resource, context)


ALLOW = policies(statement("Allow"))
DENY = statement("Deny")
EVERYONE = {"Principal": "*"}


def test_a_missing_identity_allow_is_said_as_aws_says_it() -> None:
    decision = evaluate(asked("ecr:GetAuthorizationToken", "*"), Held())
    assert decision.sentence() == (
        f"User: {SESSION} is not authorized to perform: ecr:GetAuthorizationToken on resource: * "
        "because no identity-based policy allows the ecr:GetAuthorizationToken action"
    )
    assert not decision
    assert (decision.layer, decision.deciding) == (Layer.IDENTITY, ())


def test_a_missing_resource_allow_of_another_account_is_said_as_aws_says_it() -> None:
    other = "arn:aws:ecr:us-west-2:210987654321:repository/x"
    decision = evaluate(asked("ecr:InitiateLayerUpload", other), Held(ALLOW))
    assert decision.sentence() == (
        f"User: {SESSION} is not authorized to perform: ecr:InitiateLayerUpload on resource: {other} "
        "because no resource-based policy allows the ecr:InitiateLayerUpload action"
    )


def test_a_name_may_be_shown_for_the_resource() -> None:
    decision = evaluate(asked("iam:ListAttachedRolePolicies", f"arn:aws:iam::{ACCOUNT}:role/X"), Held())
    assert decision.sentence("role X", "P").startswith(
        "User: P is not authorized to perform: iam:ListAttachedRolePolicies on resource: role X because no identity"
    )


def test_a_refused_assume_role_has_no_clause() -> None:
    role, user = "arn:aws:iam::210987654321:role/R", f"arn:aws:iam::{ACCOUNT}:user/u"
    decision = evaluate(asked("sts:AssumeRole", role, user), Held(ALLOW, trust=PolicySet()))
    assert decision.sentence() == f"User: {user} is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert decision.clause() == "because no role trust policy allows the sts:AssumeRole action"


TRUSTING = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
DENIED = {
    "identity": (Held(policies(DENY)), "an identity-based policy"),
    "managed": (Held(policies(DENY, uri=MANAGED)), f"an identity-based policy: {MANAGED}"),
    "boundary": (Held(ALLOW, boundary=policies(DENY, uri=MANAGED)), f"a permissions boundary: {MANAGED}"),
    "session": (Held(ALLOW, session=policies(DENY)), "a session policy"),
    "resource": (
        Held(ALLOW, resource=policies(statement("Deny", resource=None, **EVERYONE), kind=Kind.REPOSITORY, uri="arn:x")),
        "a resource-based policy",
    ),
    "scp": (
        Held(ALLOW, scp=(Level("root", policies(DENY, kind=Kind.SCP, uri="arn:aws:organizations::1:policy/p")),)),
        "a service control policy: arn:aws:organizations::1:policy/p",
    ),
    "rcp": (
        Held(ALLOW, rcp=(Level("root", policies(statement("Deny", **EVERYONE), kind=Kind.RCP)),)),
        "a resource control policy",
    ),
    "endpoint": (Held(ALLOW, endpoint=policies(DENY, kind=Kind.ENDPOINT)), "a VPC endpoint policy"),
}


@pytest.mark.parametrize("layer", DENIED)
def test_an_explicit_deny_names_its_policy_type_and_a_managed_policy(layer: str) -> None:
    held, named = DENIED[layer]
    decision = evaluate(asked(), held)
    assert decision.verdict is Verdict.EXPLICIT_DENY
    assert decision.clause() == f"with an explicit deny in {named}"
    assert decision.deciding[0][1].effect.value == "Deny"


def test_an_explicit_deny_of_the_trust_has_its_own_article() -> None:
    held = Held(ALLOW, trust=policies(TRUSTING, kind=Kind.TRUST))
    decision = evaluate(asked("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/R2"), held)
    assert decision.clause() == "with an explicit deny in the role trust policy"


NOTHING = PolicySet()


@pytest.mark.parametrize(
    ("held", "layer", "words"),
    [
        (Held(scp=(Level("a", ALLOW), Level("b", NOTHING)), boundary=NOTHING), Layer.SCP, "service control policy"),
        (Held(rcp=(Level("a", NOTHING),), endpoint=NOTHING), Layer.RCP, "resource control policy"),
        (Held(endpoint=NOTHING, session=NOTHING), Layer.ENDPOINT, "VPC endpoint policy"),
        (Held(boundary=NOTHING, session=NOTHING), Layer.BOUNDARY, "permissions boundary"),
        (Held(session=NOTHING), Layer.SESSION, "session policy"),
        (Held(resource=NOTHING), Layer.IDENTITY, "identity-based policy"),
    ],
)
def test_the_first_layer_that_lacks_an_allow_is_named(held: Held, layer: Layer, words: str) -> None:
    decision = evaluate(asked(), held)
    assert decision.layer is layer
    assert decision.clause() == f"because no {words} allows the ecr:PutImage action"


def test_an_explicit_deny_anywhere_is_named_before_a_missing_allow() -> None:
    decision = evaluate(asked(), Held(policies(DENY), scp=(Level("root", NOTHING),)))
    assert (decision.layer, decision.verdict) == (Layer.IDENTITY, Verdict.EXPLICIT_DENY)


def test_an_allowed_decision_says_so_and_names_what_allowed() -> None:
    decision = evaluate(asked(), Held(policies(statement("Allow", "ecr:PutImage", Sid="Push"))))
    assert decision
    assert decision.clause() == ""
    assert decision.sentence() == f"User: {SESSION} is authorized to perform: ecr:PutImage on resource: {APP}"
    assert [found.sid for _, found in decision.deciding] == ["Push"]


def test_the_checks_stand_in_the_order_of_aws() -> None:
    grant = policies(statement("Allow", "ecr:PutImage", None, Principal={"AWS": SESSION}), kind=Kind.REPOSITORY)
    held = Held(
        identity=policies(statement("Allow", "s3:*")),
        boundary=NOTHING,
        session=ALLOW,
        resource=grant,
        scp=(Level("root", ALLOW), Level("account", ALLOW)),
        rcp=(Level("root", ALLOW),),
        endpoint=ALLOW,
    )
    decision = evaluate(asked(), held, trace=True)
    assert [(check.layer.value, check.name, check.effect.value, len(check.matched)) for check in decision.checks] == [
        ("rcp", "root", "ALLOW", 1),
        ("scp", "root", "ALLOW", 1),
        ("scp", "account", "ALLOW", 1),
        ("endpoint", "", "ALLOW", 1),
        ("resource", "", "ALLOW", 1),
        ("identity", "", "NO_IMPACT", 0),
        ("boundary", "", "NO_IMPACT", 0),
        ("session", "", "ALLOW", 1),
    ]


def traced(*statements: dict[str, Any], **context: Any) -> Decision:
    return evaluate(asked(**context), Held(policies(*statements)), trace=True)


def test_what_was_looked_at_tells_which_part_missed() -> None:
    decision = traced(
        statement("Allow", "ecr:PutImage", APP + "2", Sid="Resource"),
        statement("Allow", "ecr:Get*", Sid="Action"),
        statement("Allow", Condition={"StringEquals": {"aws:PrincipalTag/team": ["a", "b"]}}, Sid="Condition"),
        **{"aws:principaltag/TEAM": "c"},
    )
    assert [
        (look.statement.sid, look.principal, look.action, look.resource, look.condition) for look in decision.seen
    ] == [
        ("Resource", True, True, False, True),
        ("Action", True, False, True, True),
        ("Condition", True, True, True, False),
    ]
    assert decision.seen[2].failed == (Failed("StringEquals", "aws:PrincipalTag/team", ("a", "b"), "c"),)


def test_the_nearest_miss_comes_first() -> None:
    decision = traced(
        statement("Allow", "s3:Get*", "arn:aws:s3:::b", Sid="Far"),
        statement("Allow", "ecr:BatchGetImage", Sid="OtherAction"),
        statement("Deny", "s3:*", Sid="Deny"),
        statement("Allow", "ecr:PutImage", APP + "2", Sid="OtherResource"),
    )
    assert [look.statement.sid for look in misses(decision)] == ["OtherResource", "OtherAction", "Far"]
    with pytest.raises(ValueError, match="trace"):
        misses(evaluate(asked(), Held()))


def test_among_equal_misses_the_layer_that_lacks_the_allow_comes_first() -> None:
    near = statement("Allow", "ecr:PutImage", APP + "2")
    decision = evaluate(asked(), Held(policies(near), session=policies(near), boundary=ALLOW), trace=True)
    assert [look.layer for look in misses(decision)] == [Layer.SESSION, Layer.IDENTITY]
    lacking_last = evaluate(asked(), Held(policies(near), boundary=policies(near, statement("Allow"))), trace=True)
    assert [look.layer for look in misses(lacking_last)] == [Layer.IDENTITY, Layer.BOUNDARY]


def test_the_deciding_statement_is_the_first_in_order() -> None:
    exact, scanned = statement("Allow", "ecr:PutImage", Sid="Exact"), statement("Allow", "ecr:*", Sid="Scanned")
    for first, second in ((exact, scanned), (scanned, exact)):
        decision = evaluate(asked(), Held(policies(first, second)))
        assert [found.sid for _, found in decision.deciding] == [first["Sid"]]


def test_an_inline_policy_is_never_named_in_a_refusal() -> None:
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": DENY}))
    decision = evaluate(asked(), Held(PolicySet([Policy(document, MANAGED, inline=True)])))
    assert decision.clause() == "with an explicit deny in an identity-based policy"


def test_the_missing_statement_is_the_smallest_one() -> None:
    assert missing_statement(evaluate(asked(), Held())) == {
        "Effect": "Allow",
        "Action": "ecr:PutImage",
        "Resource": APP,
    }
    token = evaluate(asked("ecr:GetAuthorizationToken", APP), Held())
    assert missing_statement(token, resource_types=False) == {
        "Effect": "Allow",
        "Action": "ecr:GetAuthorizationToken",
        "Resource": "*",
    }
    other = evaluate(asked(resource=APP.replace(ACCOUNT, "210987654321")), Held(ALLOW))
    assert missing_statement(other) == {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/R"},
        "Action": "ecr:PutImage",
    }
    service = evaluate(asked("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/R", "ec2.amazonaws.com"), Held())
    assert (missing_statement(service) or {})["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_no_statement_is_missing_where_none_would_help() -> None:
    assert missing_statement(evaluate(asked(), Held(ALLOW))) is None
    assert missing_statement(evaluate(asked(), Held(policies(DENY)))) is None


def test_the_tutorials_role_can_push_but_not_pull_a_layer() -> None:
    read = ["ecr:DescribeImages", "ecr:ListImages", "ecr:BatchGetImage", "ecr:GetAuthorizationToken"]
    write = ["ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage"]
    held = Held(policies({"Effect": "Allow", "Action": [*read, *write, "ecr:UploadLayerPart"], "Resource": "*"}))
    assert all(evaluate(asked(action), held) for action in [*read, *write])
    for action in ("ecr:GetDownloadUrlForLayer", "ecr:BatchDeleteImage"):
        decision = evaluate(asked(action), held, trace=True)
        assert decision.clause() == f"because no identity-based policy allows the {action} action"
        assert missing_statement(decision) == {"Effect": "Allow", "Action": action, "Resource": APP}


def test_keys_that_differ_by_case_only_have_no_single_value() -> None:
    only_a = Held(policies(statement("Allow", Condition={"StringEquals": {"aws:ResourceTag/k": "a"}})))
    assert not evaluate(asked(**{"aws:ResourceTag/k": "a", "aws:ResourceTag/K": "b"}), only_a)
    any_a = Held(policies(statement("Allow", Condition={"ForAnyValue:StringEquals": {"aws:ResourceTag/k": "a"}})))
    assert evaluate(asked(**{"aws:ResourceTag/k": "a", "aws:ResourceTag/K": "b"}), any_a)


def test_an_allow_in_either_of_two_resource_policies_counts() -> None:
    repository = policies(statement("Allow", "ecr:BatchGetImage", None, **EVERYONE), kind=Kind.REPOSITORY)
    registry = policies(statement("Allow", "ecr:PutImage", APP, **EVERYONE), kind=Kind.REGISTRY)
    both = PolicySet([*repository.policies, *registry.policies])
    assert evaluate(asked(), Held(resource=both))
    assert evaluate(asked("ecr:BatchGetImage"), Held(resource=both))
    assert not evaluate(asked(resource=APP + "2"), Held(resource=both))


def test_the_memory_for_action_names_is_bounded() -> None:
    known = policies(statement("Allow", "ecr:*"))
    for index in range(2_000):
        evaluate(asked(f"ecr:X{index}"), Held(known))
    assert evaluate(asked("ecr:X1999"), Held(known))
    assert len(known._selected) <= 512
