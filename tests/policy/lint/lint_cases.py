"""For every check of the linter: a document in which it strikes, and the nearest one in which it must not."""

import json
from typing import Any, NamedTuple

from dockreeve.policy import Kind

ARN = "arn:aws:ecr:us-east-1:123456789012:repository/app"
ROLE = "arn:aws:iam::123456789012:role/app"
GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


class Case(NamedTuple):
    """`bad` gives the code; `good` doesn't."""

    code: str
    bad: str
    good: str
    kind: Kind = Kind.IDENTITY
    description: str = ""


def document(*statements: Any, version: str | None = "2012-10-17", **more: Any) -> str:
    """A document with these statements."""
    return json.dumps(({"Version": version} if version else {}) | {"Statement": list(statements)} | more)


def allow(**elements: Any) -> dict[str, Any]:
    """A harmless statement of an identity policy with some elements changed; None takes one out."""
    statement = {"Effect": "Allow", "Action": "ecr:ListImages", "Resource": ARN} | elements
    return {name: value for name, value in statement.items() if value is not None}


def one(**elements: Any) -> str:
    """A document with one such statement."""
    return document(allow(**elements))


def when(operator: str, key: str, values: Any, **elements: Any) -> str:
    """A document with one statement under one condition."""
    return one(Condition={operator: {key: values}}, **elements)


def trust(principal: Any, action: Any = "sts:AssumeRole", **elements: Any) -> str:
    """A trust policy."""
    return one(Resource=None, Principal=principal, Action=action, **elements)


def repository(principal: Any, **elements: Any) -> str:
    """A repository policy."""
    return one(Resource=None, Principal=principal, **elements)


def _power(code: str, action: str, key: str) -> list[Case]:
    """The six variants of a statement that reaches all roles."""
    service = action.partition(":")[0]
    variants = {
        "STAR_IN_RESOURCE": {"Action": action, "Resource": "*"},
        "NOT_RESOURCE": {"Action": action, "Resource": None, "NotResource": ROLE},
        "STAR_IN_ACTION_AND_RESOURCE": {"Action": f"{service}:*", "Resource": "arn:aws:iam::123456789012:role/*"},
        "STAR_IN_ACTION_AND_NOT_RESOURCE": {"Action": "*", "Resource": None, "NotResource": ROLE},
        "STAR_IN_RESOURCE_AND_NOT_ACTION": {"Action": None, "NotAction": "ecr:*", "Resource": "*"},
        "NOT_ACTION_AND_NOT_RESOURCE": {"Action": None, "NotAction": "s3:*", "Resource": None, "NotResource": ROLE},
    }
    tamed = {"StringEquals": {key: "ecs-tasks.amazonaws.com"}}
    return [Case(f"{code}_WITH_{end}", one(**how), one(**how, Condition=tamed)) for end, how in variants.items()]


_STRUCTURE = [
    Case("DATA_TYPE_MISMATCH", one(Effect=1), one()),
    Case("DATA_TYPE_MISMATCH", one(Action=["ecr:ListImages", 7]), one(Action=["ecr:ListImages"])),
    Case("DATA_TYPE_MISMATCH", repository("everyone"), repository("*"), Kind.REPOSITORY),
    Case(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        one(Condition={"StringEquals": {"aws:UserAgent": "a", "aws:useragent": "b"}}),
        one(Condition={"StringEquals": {"aws:UserAgent": "a", "aws:Referer": "b"}}),
    ),
    Case("INVALID_POLICY_ELEMENT", document(allow(), Owner="me"), document(allow(), Id="me")),
    Case("INVALID_POLICY_ELEMENT", one(Actions="ecr:ListImages"), one()),
    Case("INVALID_POLICY_ELEMENT", one(Principal="*"), repository("*"), Kind.REPOSITORY),
    Case("INVALID_VERSION", document(allow(), version="2012-10-18"), one()),
    Case("MISSING_VERSION", document(allow(), version=None), one()),
    Case("REGISTRY_OLD_VERSION", document(allow(), version="2008-10-17"), one()),
    Case("REGISTRY_OLD_VERSION", document(allow(), version=None), one()),
    Case("MISSING_STATEMENT", '{"Version": "2012-10-17"}', one()),
    Case("MISSING_STATEMENT", document(), one()),
    Case("MISSING_EFFECT", one(Effect=None), one()),
    Case("INVALID_EFFECT", one(Effect="allow"), one()),
    Case("MISSING_ACTION", one(Action=None), one(Action=None, NotAction="ecr:PutImage")),
    Case("MISSING_RESOURCE", one(Resource=None), one(Resource=None, NotResource=ARN)),
    Case("MISSING_PRINCIPAL", one(Resource=None), repository("*"), Kind.REPOSITORY),
    Case("UNSUPPORTED_PRINCIPAL", one(Principal="*"), one()),
    Case("UNSUPPORTED_ELEMENT_COMBINATION", one(NotAction="ecr:PutImage"), one()),
    Case(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", one(Principal="*", Action="sts:AssumeRole"), trust("*"), Kind.TRUST
    ),
    Case(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        trust(None, NotPrincipal={"AWS": "123456789012"}),
        trust({"AWS": "123456789012"}),
        Kind.TRUST,
    ),
    Case("RCP_SYNTAX_ERROR_PRINCIPAL", one(Principal={"AWS": ROLE}), one(Principal="*"), Kind.RCP),
    Case("UNIQUE_SIDS_REQUIRED", document(allow(Sid="A"), allow(Sid="A")), document(allow(Sid="A"), allow(Sid="B"))),
    Case(
        "UNIQUE_SIDS_RECOMMENDED",
        document(allow(Sid="A", Principal="*"), allow(Sid="A", Principal="*")),
        document(allow(Sid="A", Principal="*"), allow(Sid="B", Principal="*")),
        Kind.ENDPOINT,
    ),
    Case("UNSUPPORTED_SID", one(Sid="my sid"), one(Sid="MySid1")),
    Case("EMPTY_SID_VALUE", one(Sid=""), one()),
    Case("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", one(Resource=[ARN + str(n) for n in range(130)]), one()),
    Case(
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        trust({"AWS": [ROLE + str(n) for n in range(60)]}),
        trust("*"),
        Kind.TRUST,
    ),
    Case("POLICY_SIZE_EXCEEDS_SCP_QUOTA", one(Resource=[ARN + str(n) for n in range(120)]), one(), Kind.SCP),
    Case("EMPTY_ARRAY_ACTION", one(Action=[]), one()),
    Case("EMPTY_ARRAY_RESOURCE", one(Resource=[]), one()),
    Case("EMPTY_ARRAY_PRINCIPAL", repository({"AWS": []}), repository("*"), Kind.REPOSITORY),
    Case("EMPTY_OBJECT_PRINCIPAL", repository({}), repository("*"), Kind.REPOSITORY),
    Case("EMPTY_OBJECT_CONDITION", one(Condition={}), one()),
    Case("EMPTY_OBJECT_CONDITION", one(Condition={"StringEquals": {}}), one()),
]

_ACTIONS = [
    Case("INVALID_ACTION", one(Action="ecr:DescribeImage"), one(Action="ecr:describeimages")),
    Case("INVALID_ACTION", one(Action="ecr:Frob*"), one(Action="ecr:Batch*")),
    Case("INVALID_ACTION", one(Action="ecr:StartReplication"), one(Action="ecr:StartReplicationBackfill")),
    Case("INVALID_SERVICE_IN_ACTION", one(Action="ecrr:ListImages"), one()),
    Case("INVALID_SERVICE_IN_ACTION", one(Action="ListImages"), one(Action="*", Resource="*")),
    Case("WILDCARD_IN_SERVICE_NAME", one(Action="ec*:ListImages"), one(Action="*")),
    Case("WILDCARD_IN_SERVICE_NAME", one(Resource="arn:aws:*code*::123456789012:*"), one()),
    Case("UNSUPPORTED_ACTION_IN_POLICY", trust("*", "ecr:ListImages"), trust("*", "sts:TagSession"), Kind.TRUST),
    Case(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        trust({"Federated": GITHUB}, "sts:AssumeRole"),
        trust({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity"),
        Kind.TRUST,
    ),
    Case(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        trust({"AWS": ROLE}, "sts:AssumeRoleWithSAML"),
        trust({"AWS": ROLE}, ["sts:AssumeRole", "sts:TagSession"]),
        Kind.TRUST,
    ),
    Case("REDUNDANT_ACTION", one(Action=["ecr:List*", "ecr:ListImages"]), one(Action=["ecr:List*", "ecr:*Images"])),
    Case("REDUNDANT_ACTION", one(Action=["ecr:ListImages", "ecr:ListImages"]), one()),
    Case(
        "REDUNDANT_RESOURCE",
        one(Resource=[ARN, ARN[:-3] + "*"]),
        one(Resource=[ARN, ARN.replace("us-east-1", "us-*")[:-3] + "b*"]),
    ),
    Case(
        "REDUNDANT_STATEMENT",
        document(allow(), allow(Action="ecr:List*", Resource="*")),
        document(allow(), allow(Action="ecr:Get*", Resource="*")),
    ),
    Case(
        "REDUNDANT_STATEMENT",
        document(allow(), allow()),
        document(allow(), allow(Condition={"Bool": {"aws:SecureTransport": "true"}})),
    ),
]

_RESOURCES = [
    Case("INVALID_ARN_PREFIX", one(Resource="repository/app"), one()),
    Case("MISSING_ARN_FIELD", one(Resource="arn:aws:ecr:us-east-1:repository/app"), one()),
    Case("INVALID_PARTITION", one(Resource=ARN.replace("aws", "awss", 1)), one(Resource=ARN.replace("aws", "aws*", 1))),
    Case("INVALID_SERVICE", one(Resource=ARN.replace("ecr", "ecrr")), one()),
    Case("INVALID_ARN_SERVICE_CASE", one(Resource=ARN.replace("ecr", "ECR")), one()),
    Case(
        "INVALID_ARN_REGION", one(Resource=ARN.replace("us-east-1", "us-east")), one(Resource=ARN.replace("east", "*"))
    ),
    Case("INVALID_ARN_ACCOUNT", one(Resource=ARN.replace("9012", "")), one(Resource=ARN.replace("9012", "*"))),
    Case("MISSING_ARN_REGION", one(Resource=ARN.replace("us-east-1", "")), one(Resource=ARN.replace("us-east-1", "*"))),
    Case("ARN_REGION_NOT_ALLOWED", one(Resource="arn:aws:iam:us-east-1:123456789012:role/x"), one(Resource=ROLE)),
    Case(
        "ARN_ACCOUNT_NOT_ALLOWED", one(Resource="arn:aws:s3::123456789012:bucket"), one(Resource="arn:aws:s3:::bucket")
    ),
    Case("INVALID_ARN_RESOURCE", one(Resource=ARN.replace("repository/", "repo/")), one(Resource=ARN[:-8] + "*/app")),
]

_PRINCIPALS = [
    Case("INVALID_PRINCIPAL_KEY", repository({"Aws": ROLE}), repository({"AWS": ROLE}), Kind.REPOSITORY),
    Case("INVALID_PRINCIPAL_FORMAT", repository({"AWS": "role/app"}), repository({"AWS": ROLE}), Kind.REPOSITORY),
    Case("INVALID_PRINCIPAL_FORMAT", trust({"Service": "ec2"}), trust({"Service": "ec2.amazonaws.com"}), Kind.TRUST),
    Case(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", repository({"AWS": ROLE + "*"}), repository({"AWS": "*"}), Kind.REPOSITORY
    ),
    Case(
        "ALLOW_WITH_NOT_PRINCIPAL",
        repository(None, NotPrincipal={"AWS": ROLE}),
        repository(None, NotPrincipal={"AWS": ROLE}, Effect="Deny"),
        Kind.REPOSITORY,
    ),
    Case(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        repository({"Service": "codebuild.amazonaws.com"}),
        repository(
            {"Service": "codebuild.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": "123456789012"}}
        ),
        Kind.REPOSITORY,
    ),
    Case(
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        trust({"Federated": GITHUB}, "sts:AssumeRoleWithWebIdentity"),
        trust(
            {"Federated": GITHUB},
            "sts:AssumeRoleWithWebIdentity",
            Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:me/app:*"}},
        ),
        Kind.TRUST,
    ),
    Case(
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        trust(
            {"Federated": GITHUB},
            "sts:AssumeRoleWithWebIdentity",
            Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}},
        ),
        trust({"AWS": ROLE}),
        Kind.TRUST,
    ),
]

_CONDITIONS = [
    Case(
        "INVALID_CONDITION_OPERATOR", when("StringSame", "aws:UserAgent", "a"), when("StringLike", "aws:UserAgent", "a")
    ),
    Case("NULL_WITH_IF_EXISTS", when("NullIfExists", "aws:UserAgent", "true"), when("Null", "aws:UserAgent", "true")),
    Case("NULL_WITH_QUALIFIER", when("ForAllValues:Null", "aws:TagKeys", "true"), when("Null", "aws:TagKeys", "true")),
    Case(
        "INVALID_CONDITION_KEY_FORMAT", when("StringLike", "UserAgent", "a"), when("StringLike", "aws:UserAgent", "a")
    ),
    Case(
        "INVALID_GLOBAL_CONDITION_KEY", when("StringLike", "aws:Agent", "a"), when("StringLike", "AWS:useragent", "a")
    ),
    Case(
        "INVALID_SERVICE_CONDITION_KEY",
        when("StringEquals", "ecr:Tag/team", "a"),
        when("StringEquals", "ecr:ResourceTag/team", "a"),
    ),
    Case(
        "INVALID_SERVICE_CONDITION_KEY",
        when("StringEquals", "none:Tag", "a"),
        when("StringEquals", "idp.example:aud", "a"),
    ),
    Case(
        "DEPRECATED_GLOBAL_CONDITION_KEY", when("ArnLike", "aws:ARN", ROLE), when("ArnLike", "aws:PrincipalArn", ROLE)
    ),
    Case(
        "MISSING_QUALIFIER",
        when("StringEquals", "aws:TagKeys", "a"),
        when("ForAnyValue:StringEquals", "aws:TagKeys", "a"),
    ),
    Case(
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        when("ForAllValues:StringEquals", "aws:UserAgent", "a"),
        when("ForAllValues:StringEquals", "aws:UserAgent", "a", Effect="Deny"),
    ),
    Case(
        "MISSING_PAIRED_CONDITION_KEYS",
        when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        one(Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}),
    ),
    Case(
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        when("StringEquals", "ecr:AccountSetting", "a"),
        when("StringEquals", "ecr:AccountSetting", "a", Action="ecr:PutAccountSetting", Resource="*"),
    ),
    Case(
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        when("StringEquals", "aws:RequestTag/team", "a", Action="ecr:PutImage"),
        when("StringEquals", "aws:RequestTag/team", "a", Action="ecr:CreateRepository"),
    ),
    Case(
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        when("StringEquals", "aws:ResourceTag/a", "b", Effect="Deny", Action="ecr:GetAuthorizationToken", Resource="*"),
        when("StringEquals", "aws:ResourceTag/a", "b", Effect="Deny"),
    ),
    Case(
        "EMPTY_ARRAY_CONDITION", when("StringEquals", "aws:UserAgent", []), when("StringEquals", "aws:UserAgent", "a")
    ),
    Case(
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        when("ForAllValues:StringEquals", "aws:TagKeys", []),
        when("StringEquals", "aws:UserAgent", []),
    ),
    Case(
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        when("ForAnyValue:StringEquals", "aws:TagKeys", []),
        when("ForAllValues:StringEquals", "aws:TagKeys", []),
    ),
    Case(
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        when("StringEqualsIfExists", "aws:UserAgent", []),
        when("StringEquals", "aws:UserAgent", []),
    ),
    Case("TYPE_MISMATCH", when("NumericEquals", "aws:SourceIp", "1"), when("IpAddress", "aws:SourceIp", "203.0.113.1")),
    Case(
        "TYPE_MISMATCH_BOOLEAN", when("Bool", "aws:SecureTransport", "yes"), when("Bool", "aws:SecureTransport", True)
    ),
    Case(
        "TYPE_MISMATCH_NUMBER",
        when("NumericLessThan", "aws:MultiFactorAuthAge", "1h"),
        when("NumericLessThan", "aws:MultiFactorAuthAge", 3600),
    ),
    Case(
        "TYPE_MISMATCH_DATE",
        when("DateLessThan", "aws:CurrentTime", "tomorrow"),
        when("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z"),
    ),
    Case(
        "TYPE_MISMATCH_IP_RANGE",
        when("IpAddress", "aws:SourceIp", "203.0.113.*"),
        when("IpAddress", "aws:SourceIp", "::1"),
    ),
    Case(
        "TYPE_MISMATCH_STRING",
        when("BinaryEquals", "aws:UserAgent", "@"),
        when("BinaryEquals", "aws:UserAgent", "YQ=="),
    ),
    Case(
        "INVALID_DATE_VALUE",
        when("DateLessThan", "aws:CurrentTime", "1893456000"),
        when("DateLessThan", "aws:EpochTime", "1893456000"),
    ),
    Case(
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        when("Bool", "aws:SecureTransport", ["true", "false"]),
        when("Bool", "aws:SecureTransport", ["true"]),
    ),
    Case(
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        when("StringEquals", "aws:UserAgent", "docker*"),
        when("StringLike", "aws:UserAgent", "docker*"),
    ),
    Case(
        "IMPROVE_IP_RANGE",
        when("IpAddress", "aws:SourceIp", "203.0.113.7/24"),
        when("IpAddress", "aws:SourceIp", "203.0.113.7"),
    ),
    Case(
        "PRIVATE_IP_ADDRESS",
        when("IpAddress", "aws:SourceIp", "10.0.0.0/8"),
        when("IpAddress", "aws:SourceIp", "8.8.8.0/24"),
    ),
    Case(
        "REDUNDANT_CONDITION_VALUE_NUM",
        when("NumericLessThan", "aws:MultiFactorAuthAge", ["1", "2"]),
        when("NumericEquals", "aws:MultiFactorAuthAge", ["1", "2"]),
    ),
]

_VARIABLES = [
    Case("MISSING_BRACE_IN_VARIABLE", one(Resource=ARN + "${aws:username"), one(Resource=ARN + "${aws:username}")),
    Case("EMPTY_VARIABLE", one(Resource=ARN + "${}"), one(Resource=ARN + "${*}")),
    Case(
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        one(Resource=ARN + "${aws: username}"),
        one(Resource=ARN + "${aws:username, 'a'}"),
    ),
    Case(
        "MISSING_QUOTE_IN_VARIABLE",
        one(Resource=ARN + "${aws:username, a}"),
        one(Resource=ARN + "${aws:username, 'a'}"),
    ),
    Case("VARIABLE_UNSUPPORTED_IN_ELEMENT", one(Action="ecr:${aws:username}"), one(Resource=ARN + "${aws:username}")),
    Case(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        document(allow(Resource=ARN + "${aws:username}"), version="2008-10-17"),
        one(Resource=ARN + "${aws:username}"),
    ),
    Case(
        "INVALID_VARIABLE_FOR_OPERATOR",
        when("NumericEquals", "aws:MultiFactorAuthAge", "${aws:username}"),
        when("StringEquals", "aws:UserAgent", "${aws:username}"),
    ),
]

_PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
]
_LOGIN = allow(Action="ecr:GetAuthorizationToken", Resource="*")

_REGISTRY = [
    Case("REGISTRY_PULL_INCOMPLETE", one(Action="ecr:BatchGetImage"), one(Action=_PULL)),
    Case("REGISTRY_PULL_INCOMPLETE", one(Action="ecr:GetDownload*"), one(Action="ecr:*")),
    Case("REGISTRY_PUSH_INCOMPLETE", one(Action=_PUSH[1:]), one(Action=_PUSH)),
    Case("REGISTRY_PUSH_INCOMPLETE", one(Action=_PUSH[:4]), one(Action=[*_PULL, _PUSH[0]])),
    Case("REGISTRY_LOGIN_MISSING", one(Action=_PULL), document(allow(Action=_PULL), _LOGIN)),
    Case(
        "REGISTRY_LOGIN_MISSING",
        one(Action=["ecr:GetAuthorizationToken", *_PULL]),
        document(allow(Action=_PULL), _LOGIN),
    ),
    Case("REGISTRY_ACTION_NEEDS_STAR", one(Action="ecr:GetAuthorizationToken"), document(_LOGIN)),
    Case(
        "REGISTRY_ACTION_NOT_ON_REPOSITORY",
        repository("*", Action="ecr:GetAuthorizationToken"),
        repository("*", Action="ecr:BatchGetImage"),
        Kind.REPOSITORY,
    ),
    Case(
        "REGISTRY_DESCRIPTION_PROMISES",
        one(Action=_PUSH),
        one(Action=[*_PUSH, "ecr:BatchDeleteImage"]),
        description="Allow push and delete images",
    ),
    Case(
        "REGISTRY_TRUST_DOES_NOT_FIT",
        trust({"Service": "ec2.amazonaws.com"}),
        trust({"Service": "ecs-tasks.amazonaws.com"}),
        Kind.TRUST,
        "Custom Read and Write role for ECS",
    ),
]

CASES = [
    *_STRUCTURE,
    *_ACTIONS,
    *_RESOURCES,
    *_PRINCIPALS,
    *_CONDITIONS,
    *_VARIABLES,
    *_REGISTRY,
    *_power("PASS_ROLE", "iam:PassRole", "iam:PassedToService"),
    *_power("CREATE_SLR", "iam:CreateServiceLinkedRole", "iam:AWSServiceName"),
]
