"""Explanations as text, for `why` and `test` alike."""

import json
from typing import Any

from dockreeve.cli.explanation import reason_lines, request_lines
from dockreeve.policy import Held, Kind, Policy, PolicySet, Request, evaluate, parse
from dockreeve.policy.explain import explain

ANN = "arn:aws:iam::123456789012:user/ann"
APP = "arn:aws:ecr:us-east-1:123456789012:repository/app"
READ = "arn:aws:iam::123456789012:policy/Read"


def policies(uri: str, *statements: dict[str, Any], kind: Kind = Kind.IDENTITY) -> PolicySet:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    return PolicySet([Policy(parse(text, kind, plain=True), uri, inline=False)])


def shown(held: Held, action: str = "ecr:PutImage", resource: str = APP) -> str:
    explained = explain(evaluate(Request(ANN, action, resource, {}), held, trace=True))
    return "\n".join((*request_lines(explained), *reason_lines(explained)))


def test_the_smallest_change_is_told_with_its_diff_and_what_else_it_allows() -> None:
    text = shown(Held(policies(READ, {"Sid": "All", "Effect": "Allow", "Action": ["ecr:Get*"], "Resource": "*"})))
    assert text.startswith(f"refused: ecr:PutImage\n     on: {APP}\n     by: {ANN}\n")
    assert f"Nearest miss: All at {READ}:4:5\n" in text
    assert (
        f'The smallest change: one more action.\n  + "ecr:PutImage"  in the Action of All of {READ}\n\n  --- {READ}\n'
    ) in text
    assert '\n  +        "ecr:PutImage"\n' in text
    assert text.endswith("What that allows:\n  ecr:PutImage\n  on *\n  for everyone whom the policy is attached to")


def test_a_deny_is_told_with_its_place_and_by_what_it_takes_the_request_in() -> None:
    deny = {"Sid": "No", "Effect": "Deny", "Action": ["s3:*", "ecr:*"], "Resource": "*"}
    text = shown(Held(policies(READ, deny)))
    assert f"No (Deny, line 4): matches   <- decided, at {READ}:4:5" in text
    assert "An explicit deny ends it: no statement that is added can allow this; the deny has to be narrowed." in text
    assert f"  No at {READ}:4:5 takes it in by\n    Action ecr:*\n    Resource *\n" in text
    assert text.endswith("Without it an allow is lacking in: identity-based policies.")


def test_a_trust_policy_is_told_though_the_refusal_gives_no_reason() -> None:
    trust = policies(
        "role trust policy",
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        kind=Kind.TRUST,
    )
    allowed = policies(READ, {"Effect": "Allow", "Action": "*", "Resource": "*"})
    text = shown(Held(allowed, trust=trust), "sts:AssumeRole", "arn:aws:iam::123456789012:role/R")
    assert "because no role trust policy allows the sts:AssumeRole action" in text
    assert "role trust policy          do not allow it   <- decided" in text
    assert "The smallest statement that allows it (role trust policy, added to role trust policy):" in text
    assert f'"AWS": "{ANN}"' in text


def test_what_would_still_be_lacking_is_told() -> None:
    text = shown(Held(boundary=policies("boundary", {"Effect": "Allow", "Action": "ecr:Get*", "Resource": "*"})))
    assert text.endswith("Even then an allow is lacking in: identity-based policies.")


def test_a_condition_that_is_not_met_is_told_to_be_all_that_is_lacking() -> None:
    secure = {"Bool": {"aws:SecureTransport": "true"}}
    statement = {"Sid": "Safe", "Effect": "Allow", "Action": "ecr:*", "Resource": "*", "Condition": secure}
    text = shown(Held(policies(READ, statement)))
    assert f"Nearest miss: Safe at {READ}:4:5\nTo meet its condition is enough: " in text
    assert "Bool on aws:SecureTransport wants true, and it is absent.\n" in text


def test_an_allowed_request_is_told_by_what() -> None:
    text = shown(Held(policies(READ, {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"})))
    assert text.startswith("allowed: ecr:PutImage")
    assert text.endswith(f"statement 1 (Allow, line 4): matches   <- decided, at {READ}:4:5")


def test_nothing_attached_is_told() -> None:
    text = shown(Held())
    assert "No policy had anything to say: none is attached." in text
    assert "The smallest statement that allows it (identity-based policies, in a policy of its own):" in text
