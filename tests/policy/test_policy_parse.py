"""What a policy document must look like to be stored, and the sentence that refuses another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dockreeve.policy import Effect, Kind, Malformed, parse

ARN = "arn:aws:ecr:us-east-1:123456789012:repository/app"
GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "ecr:PutImage", "Resource": ARN}
USER = "arn:aws:iam::123456789012:user/ann"


def identity(*statements: Any, **elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **elements})


def changed(**elements: Any) -> dict[str, Any]:
    """The good statement with elements replaced; None takes one away."""
    return {name: value for name, value in {**GOOD, **elements}.items() if value is not None}


def trust(**elements: Any) -> dict[str, Any]:
    good = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {name: value for name, value in {**good, **elements}.items() if value is not None}


SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
VERSION = "Policy document must be version 2012-10-17 or greater."

REFUSED_IDENTITY = {
    "no JSON": ("{", SYNTAX),
    "text": ("This is not a document", SYNTAX),
    "nothing": ("", SYNTAX),
    "a list": ("[]", SYNTAX),
    "two documents": (identity(GOOD) + identity(GOOD), SYNTAX),
    "NaN": (identity(GOOD).replace('"Allow"', "NaN"), SYNTAX),
    "a duplicate key": (identity(GOOD).replace('{"Effect"', '{"Effect": "Allow", "Effect"'), SYNTAX),
    "a duplicate key in another case": (identity(GOOD).replace('{"Effect"', '{"effect": "Allow", "Effect"'), SYNTAX),
    "a duplicate outer key": ('{"Version":"2012-10-17","version":"2012-10-17","Statement":[]}', SYNTAX),
    "no Statement": ('{"Version":"2012-10-17"}', SYNTAX),
    "no statements": (identity(), SYNTAX),
    "a statement that is text": (identity("x"), SYNTAX),
    "an unknown element": (identity(GOOD, Extra="x"), SYNTAX),
    "an unknown element of a statement": (identity(changed(Extra="x")), SYNTAX),
    "an Id that is a list": (identity(GOOD, Id=["x"]), SYNTAX),
    "a version that never was": (json.dumps({"Version": "2013-10-17", "Statement": [GOOD]}), SYNTAX),
    "the old version": (json.dumps({"Version": "2008-10-17", "Statement": [GOOD]}), VERSION),
    "no version": (json.dumps({"Statement": [GOOD]}), VERSION),
    "no Effect": (identity(changed(Effect=None)), SYNTAX),
    "an Effect of another word": (identity(changed(Effect="Permit")), SYNTAX),
    "an Effect of another type": (identity(changed(Effect=["Allow"])), SYNTAX),
    "an Effect in another case": (identity(changed(Effect="allow")), LEGACY),
    "no Action": (identity(changed(Action=None)), "Policy statement must contain actions."),
    "an empty Action list": (identity(changed(Action=[])), "Policy statement must contain actions."),
    "Action and NotAction": (identity(changed(NotAction="s3:*")), SYNTAX),
    "an Action that is a number": (identity(changed(Action=1)), SYNTAX),
    "an Action in an object": (identity(changed(Action={})), SYNTAX),
    "an Action without vendor": (identity(changed(Action="PutImage")), VENDOR),
    "an empty NotAction": (identity({**changed(Action=None), "NotAction": ""}), VENDOR),
    "a vendor with a space": (identity(changed(Action="e cr:PutImage")), "Vendor e cr is not valid"),
    "two colons": (identity(changed(Action="ecr:Put:Image")), "Actions/Condition can contain only one colon."),
    "no Resource": (identity(changed(Resource=None)), "Policy statement must contain resources."),
    "an empty Resource list": (identity(changed(Resource=[])), "Policy statement must contain resources."),
    "a Resource that is no ARN": (identity(changed(Resource="app")), 'Resource app must be in ARN format or "*".'),
    "an empty Resource": (identity(changed(Resource="")), 'Resource  must be in ARN format or "*".'),
    "a Resource in an object": (identity(changed(Resource=["*", {}])), SYNTAX),
    "no such partition": (
        identity(changed(Resource="arn:error:s3:::bucket")),
        'Partition "error" is not valid for resource "arn:error:s3:::bucket".',
    ),
    "a resource of two words": (
        identity(changed(Resource="a:b")),
        'Partition "b" is not valid for resource "arn:b:*:*:*:*".',
    ),
    "a wildcard vendor in Resource": (
        identity(changed(Resource="arn:aws:*:us-east-1:123456789012:repository/app")),
        "Resource vendor must be fully qualified and cannot contain regexes.",
    ),
    "a partition and no more": (
        identity(changed(Resource="arn:aws")),
        "Resource vendor must be fully qualified and cannot contain regexes.",
    ),
    "an ARN short of a colon": (identity(changed(Resource="arn:aws:s3::bucket")), LEGACY),
    "an empty vendor in Resource": (identity(changed(Resource="arn:aws::::bucket")), LEGACY),
    "IAM with a region": (
        identity(changed(Resource="arn:aws:iam:us-east-1::user/x")),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.",
    ),
    "S3 with a region": (
        identity(changed(Resource="arn:aws:s3:us-east-1::bucket")),
        "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
    ),
    "Resource and NotResource": (identity(changed(NotResource="*")), SYNTAX),
    "a Principal": (
        identity(changed(Principal={"AWS": USER})),
        "Policy document should not specify a principal.",
    ),
    "a Sid twice": (
        identity(changed(Sid="a"), changed(Sid="a")),
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    "a Sid with a space": (
        identity(changed(Sid="a b")),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
        "[0-9A-Za-z]*",
    ),
    "a Sid that is a list": (identity(changed(Sid=[])), SYNTAX),
    "a Condition that is a list": (identity(changed(Condition=[])), SYNTAX),
    "an unknown operator": (identity(changed(Condition={"StringEqual": {"aws:x": "y"}})), SYNTAX),
    "an operator with two colons": (identity(changed(Condition={"ForAnyValue::StringEquals": {"aws:x": "y"}})), SYNTAX),
    "Null with IfExists": (identity(changed(Condition={"NullIfExists": {"aws:x": "true"}})), SYNTAX),
    "an operator without keys": (identity(changed(Condition={"StringEquals": "x"})), SYNTAX),
    "a condition value in an object": (identity(changed(Condition={"StringEquals": {"aws:x": {}}})), SYNTAX),
    "several Booleans": (identity(changed(Condition={"Bool": {"aws:x": ["true", "false"]}})), SYNTAX),
    "a key without vendor": (identity(changed(Condition={"StringEquals": {"x": "y"}})), VENDOR),
    "a date that is none": (identity(changed(Condition={"DateLessThan": {"aws:x": "soon"}})), LEGACY),
    "an epoch out of range": (identity(changed(Condition={"DateLessThan": {"aws:x": "9223372036854775808"}})), LEGACY),
    "null": (identity(None), SYNTAX),
}

REFUSED_TRUST = {
    "no JSON": ("{", "This policy contains invalid Json"),
    "a Resource": (identity(trust(Resource="*")), "Has prohibited field Resource."),
    "a NotResource": (identity(trust(NotResource="*")), "Has prohibited field NotResource."),
    "no Principal": (identity(trust(Principal=None)), "Missing required field Principal"),
    "NotPrincipal": (identity(trust(Principal=None, NotPrincipal={"AWS": USER})), "Has prohibited field NotPrincipal."),
    "another action": (
        identity(trust(Action="ecr:PutImage")),
        "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and "
        "sts:AssumeRoleWithWebIdentity",
    ),
    "a service that is no name": (
        identity(trust(Principal={"Service": "EC2"})),
        'Invalid principal in policy: "SERVICE":"EC2"',
    ),
    "a wildcard in an ARN": (
        identity(trust(Principal={"AWS": "arn:aws:iam::123456789012:user/*"})),
        'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/*"',
    ),
    "a name for an ARN": (identity(trust(Principal={"AWS": "ann"})), 'Invalid principal in policy: "AWS":"ann"'),
    "a wildcard provider": (
        identity(trust(Principal={"Federated": "idp.*"})),
        'Invalid principal in policy: "Federated":"idp.*"',
    ),
    "an unknown kind of principal": (identity(trust(Principal={"aws": USER})), SYNTAX),
    "a principal that is text": (identity(trust(Principal=USER)), SYNTAX),
    "no Action": (identity(trust(Action=None)), "Policy statement must contain actions."),
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED_IDENTITY.values(), ids=REFUSED_IDENTITY)
@pytest.mark.rule(23, 33, 48, 73, 74)
def test_an_identity_policy_is_refused_in_the_words_of_aws(text: str, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(text)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(("text", "sentence"), REFUSED_TRUST.values(), ids=REFUSED_TRUST)
def test_a_trust_policy_is_refused_in_the_words_of_aws(text: str, sentence: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(text, Kind.TRUST)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "ecr:PutImage", "Principal": "*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ecr:PutImage"},
        {"Effect": "Allow", "Action": "ecr:PutImage", "Principal": {"AWS": "ann"}},
    ],
)
@pytest.mark.rule(23)
def test_a_repository_policy_names_principals_and_no_resource(statement: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="Invalid repository policy provided"):
        parse(identity(statement), Kind.REPOSITORY)


def test_a_registry_policy_needs_a_resource() -> None:
    statement = {"Effect": "Allow", "Action": "ecr:ReplicateImage", "Principal": {"AWS": USER}}
    with pytest.raises(Malformed, match="Invalid registry policy provided"):
        parse(identity(statement), Kind.REGISTRY)
    assert parse(identity({**statement, "Resource": ARN}), Kind.REGISTRY).statements[0].resources == (ARN,)


def test_an_rcp_is_for_everyone_and_an_scp_names_nobody() -> None:
    statement = {"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}
    with pytest.raises(Malformed):
        parse(identity(statement), Kind.RCP)
    with pytest.raises(Malformed):
        parse(identity({**statement, "Principal": "*"}), Kind.SCP)
    assert parse(identity({**statement, "Principal": "*"}), Kind.RCP)
    assert parse(identity(statement), Kind.SCP)


@pytest.mark.parametrize(
    "statement",
    [
        changed(Action="ecr:DescribeImage"),  # no such action: AWS stores it all the same
        changed(Action="nosuchservice:Do"),
        changed(Action=["*", "e*:Put*"]),
        changed(Resource=["*", "arn:aws:ecr", "arn:aws:ecr:us-east-1", "arn:*:ecr:*:*:*"]),
        changed(Resource="arn:aws:ecr:*:${aws:PrincipalAccount}:repository/${aws:username}/*"),
        changed(Resource="arn:aws:iam::123456789012:role/x"),
        changed(Condition={"StringEquals": {"aws:ResourceTag/a:b": "c"}, "NumericLessThan": {"aws:n": 1.5}}),
        changed(Condition={"forAnyValue:stringlikeifexists": {"aws:TagKeys": []}}),
        changed(Condition={"DateLessThan": {"aws:CurrentTime": ["2024-06-01T00:00:00.5+02:00", 1717200000]}}),
        changed(Condition={"Bool": {"aws:SecureTransport": False}}),
        changed(Sid=""),
    ],
)
def test_an_identity_policy_that_aws_stores_is_stored(statement: dict[str, Any]) -> None:
    assert parse(identity(statement)).statements[0].effect is Effect.ALLOW


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": [USER, "123456789012", "arn:aws:iam::123456789012:root", "AROAEXAMPLE1234567"]},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/R/s"},
        {"Service": ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]},
        {"Federated": "arn:aws:iam::123456789012:oidc-provider/idp.example.com"},
    ],
)
def test_a_trust_policy_that_aws_stores_is_stored(principal: Any) -> None:
    text = json.dumps({"Version": "2008-10-17", "Statement": trust(Principal=principal, Sid="")})
    assert parse(text, Kind.TRUST).version == "2008-10-17"


def test_a_document_keeps_its_text_and_knows_where_its_statements_are() -> None:
    text = '{ "Version": "2012-10-17",\n  "Statement": [\n    ' + json.dumps(changed(Sid="One")) + ",\n    "
    text += json.dumps(GOOD) + "]}\n"
    document = parse(text)
    assert document.text == text
    assert [json.loads(text[slice(*statement.span)]) for statement in document.statements] == [
        changed(Sid="One"),
        GOOD,
    ]
    assert [document.position(statement.span[0]) for statement in document.statements] == [(3, 5), (4, 5)]
    assert [statement.sid for statement in document.statements] == ["One", None]
    assert document.size == len("".join(text.split()))


def test_a_document_tells_its_principals() -> None:
    text = identity(trust(Principal={"AWS": [USER, "*"], "Service": "ec2.amazonaws.com"}))
    assert list(parse(text, Kind.TRUST).principals()) == [
        ("AWS", USER),
        ("AWS", "*"),
        ("Service", "ec2.amazonaws.com"),
    ]


def test_a_refusal_says_where_and_what() -> None:
    with pytest.raises(Malformed) as refused:
        parse('{"Version": "2012-10-17",\n "Statement": [,]}')
    assert (refused.value.line, refused.value.column) == (2, 16)
    with pytest.raises(Malformed) as refused:
        parse('{"Version": "2012-10-17", "Statement":\n  ' + json.dumps(changed(Condition={"Nope": {}})) + "}")
    assert (refused.value.line, refused.value.column) == (2, 3)
    assert "`Nope`" in refused.value.detail


def test_plain_takes_what_no_kind_would_store_but_no_broken_structure() -> None:
    assert parse(json.dumps({"Statement": {"Effect": "Deny", "Action": "x"}}), plain=True).version == "2008-10-17"
    with pytest.raises(Malformed):
        parse(json.dumps({"Statement": {"Effect": "Deny", "Action": {}}}), plain=True)


@pytest.mark.parametrize(
    "key", ["token.actions.githubusercontent.com:sub", "oidc.eks.eu-west-1.amazonaws.com/id/ABC123:aud"]
)
def test_the_keys_of_an_identity_provider_may_stand_in_a_trust_policy(key: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {key: "repo:me/app:*"}},
    }
    document = parse(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), Kind.TRUST)
    assert document.statements[0].conditions[0].key == key
