"""What AWS refuses to store, beyond the structure: the rules of each kind of document, in AWS's order and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NoReturn

from dockreeve.policy import scalars
from dockreeve.policy.document import Document, Kind, Malformed
from dockreeve.policy.principals import account_of
from dockreeve.policy.statement import Statement
from dockreeve.policy.template import SEGMENTS

_IAM_SYNTAX = "Syntax errors in policy."
_REPOSITORY = "Invalid repository policy provided"
_REGISTRY = "Invalid registry policy provided"
_ORGANIZATIONS = "The provided policy document does not meet the requirements of the specified policy type."

SYNTAX = {
    Kind.IDENTITY: _IAM_SYNTAX,
    Kind.TRUST: _IAM_SYNTAX,
    Kind.REPOSITORY: _REPOSITORY,
    Kind.REGISTRY: _REGISTRY,
    Kind.SCP: _ORGANIZATIONS,
    Kind.RCP: _ORGANIZATIONS,
    Kind.ENDPOINT: _IAM_SYNTAX,
}
NOT_JSON = SYNTAX | {Kind.TRUST: "This policy contains invalid Json"}
LEGACY = dict.fromkeys((Kind.IDENTITY, Kind.TRUST, Kind.ENDPOINT), "The policy failed legacy parsing")

_VERSION = "Policy document must be version 2012-10-17 or greater."
_SIDS = "Statement IDs (SID) in a single policy must be unique."
_SID_LETTERS = (
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
)
_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
_ONE_COLON = "Actions/Condition can contain only one colon."
_NO_ACTIONS = "Policy statement must contain actions."
_NO_RESOURCES = "Policy statement must contain resources."
_RESOURCE_VENDOR = "Resource vendor must be fully qualified and cannot contain regexes."
_PRINCIPAL = "Policy document should not specify a principal."
_TRUST_ACTIONS = (
    "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and "
    "sts:AssumeRoleWithWebIdentity"
)
_IAM_PATHS = (
    "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
    "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/",
)  # fmt: skip
_PARTITIONS = {
    "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc",
}  # fmt: skip

_VENDOR_NAME = re.compile(r"[A-Za-z0-9*?-]+", re.ASCII)
_KEY_VENDOR = re.compile(r"[A-Za-z0-9._/*?-]+", re.ASCII)  # identity providers: token.actions.githubusercontent.com:sub
_SID = re.compile(r"[0-9A-Za-z]*", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.ASCII)
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}", re.ASCII)
_ENTITY = re.compile(
    r"arn:[a-z-]+:(?:iam::\d{12}:(?:user|role)/[^*?]+|sts::\d{12}:assumed-role/[^*?/]+/[^*?/]+"
    r"|sts::\d{12}:federated-user/[^*?]+)",
    re.ASCII,
)


def check(document: Document) -> None:
    """Raise `Malformed` with AWS's sentence for the first rule of the document's kind that is broken."""
    for rule in _RULES[document.kind]:
        rule(document)


def _fail(document: Document, statement: Statement | None, sentence: str, detail: str = "") -> NoReturn:
    raise Malformed(sentence, detail, *document.position(statement.span[0] if statement else 0))


def _new_version(document: Document) -> None:
    if document.version != "2012-10-17":
        _fail(document, None, _VERSION)


def _legacy(document: Document) -> None:
    sentence = LEGACY.get(document.kind, SYNTAX[document.kind])
    for statement in document.statements:
        for condition in statement.conditions:
            for value in condition.values if condition.operator.is_date else ():
                if scalars.moment(value) is None and "${" not in value:
                    _fail(document, statement, sentence, f"`{value}` is no date")
        for resource in statement.resources or ():
            parts = resource.split(":", SEGMENTS - 1)
            if parts[0] == "arn" and len(parts) > 1 and _is_partition(parts[1]) and not _has_arn_shape(parts):
                _fail(document, statement, sentence, f"`{resource}` lacks a part of an ARN")


def _has_arn_shape(parts: list[str]) -> bool:
    """Parts may be left off at the end only: a fifth and last part is an account, and no service is empty."""
    if len(parts) > 2 and not parts[2]:  # noqa: PLR2004
        return False
    account = parts[4] if len(parts) == SEGMENTS - 1 else ""
    return not account or bool(set(account) & {"*", "?", "$"}) or account_of(account) is not None


def _is_partition(name: str) -> bool:
    return name in _PARTITIONS or bool(set(name) & {"*", "?"})


def _sids(document: Document) -> None:
    seen: set[str] = set()
    for statement in document.statements:
        if statement.sid in seen:
            _fail(document, statement, _SIDS if document.kind in LEGACY else SYNTAX[document.kind])
        if statement.sid:
            seen.add(statement.sid)


def _sid_letters(document: Document) -> None:
    for statement in document.statements:
        if statement.sid and not _SID.fullmatch(statement.sid):
            _fail(document, statement, _SID_LETTERS)


def _actions(document: Document) -> None:
    for statement in document.statements:
        if not statement.actions:
            _fail(document, statement, _NO_ACTIONS if document.kind in LEGACY else SYNTAX[document.kind])


def _vendors(document: Document) -> None:
    in_iams_words = document.kind in LEGACY
    for statement in document.statements:
        named = [action for action in statement.actions if action != "*"]
        keys = [condition.key for condition in statement.conditions if condition.values]
        for text in (*named, *keys):
            broken = _vendor_fault(text, is_key=text in keys and text not in named)
            if broken:
                _fail(document, statement, broken if in_iams_words else SYNTAX[document.kind], broken)


def _vendor_fault(text: str, *, is_key: bool) -> str:
    vendor, colon, name = text.partition(":")
    if not colon:
        return _VENDOR
    if ":" in name and not is_key:  # a tag key may hold a colon: aws:ResourceTag/a:b
        return _ONE_COLON
    known = _KEY_VENDOR if is_key else _VENDOR_NAME
    return "" if known.fullmatch(vendor) else f"Vendor {vendor} is not valid"


def _resources(document: Document) -> None:
    in_iams_words = document.kind in LEGACY
    for statement in document.statements:
        for resource in statement.resources or ():
            broken = resource_fault(resource)
            if broken:
                _fail(document, statement, broken if in_iams_words else SYNTAX[document.kind], broken)


def resource_fault(resource: str) -> str:
    """What AWS says about a Resource it does not take; empty if it takes it [RES]."""
    if resource == "*":
        return ""
    parts = resource.split(":", SEGMENTS - 1)
    if len(parts) == 1:
        return f'Resource {resource} must be in ARN format or "*".'
    partition, *rest = parts[1:]
    if parts[0] != "arn" or not _is_partition(partition):
        filled = ":".join(["arn", partition, *rest, *["*"] * (SEGMENTS - len(parts))])
        return f'Partition "{partition}" is not valid for resource "{filled}".'
    return _place_fault(resource, rest)


def _place_fault(resource: str, parts: list[str]) -> str:
    """The rules for what follows the partition."""
    service, region, _, path = (*parts, "", "", "", "")[:4]
    if not service or set(service) & {"*", "?", "$"}:
        return _RESOURCE_VENDOR
    has_region = region not in ("", "*")
    if service == "iam" and has_region:
        return f"IAM resource {resource} cannot contain region information."
    if service == "iam" and not _is_iam_path(path):
        return f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
    return f"Resource {resource} can not contain region information." if service == "s3" and has_region else ""


def _is_iam_path(path: str) -> bool:
    return path in ("", "root") or bool(set(path) & {"*", "?"}) or path.startswith(_IAM_PATHS)


def _has_resources(document: Document) -> None:
    for statement in document.statements:
        if not statement.resources:
            _fail(document, statement, _NO_RESOURCES if document.kind in LEGACY else SYNTAX[document.kind])


def _no_resources(document: Document) -> None:
    trust = document.kind is Kind.TRUST
    for statement in document.statements:
        if statement.resources is not None:
            name = "NotResource" if statement.inverted_resources else "Resource"
            _fail(
                document, statement, f"Has prohibited field {name}." if trust else _REPOSITORY, f"`{name}` is implied"
            )


def _no_principals(document: Document) -> None:
    for statement in document.statements:
        if statement.principals is not None:
            _fail(
                document, statement, _PRINCIPAL if document.kind is Kind.IDENTITY else SYNTAX[document.kind], _PRINCIPAL
            )


def _has_principals(document: Document) -> None:
    trust = document.kind is Kind.TRUST
    for statement in document.statements:
        if statement.principals is None or not statement.principals.named:
            missing = "Missing required field Principal"
            _fail(document, statement, missing if trust else SYNTAX[document.kind], missing)
        if trust and statement.principals.inverted:
            _fail(document, statement, "Has prohibited field NotPrincipal.")


def _only_everyone(document: Document) -> None:
    for statement in document.statements:
        named = statement.principals
        if named is None or named.inverted or named.named != (("AWS", "*"),):
            _fail(document, statement, SYNTAX[document.kind], "`Principal` must be `*`")


def _principal_forms(document: Document) -> None:
    for statement, kind, value in _named(document):
        if not is_principal(kind, value):
            name = "SERVICE" if kind == "Service" else kind
            sentence = f'Invalid principal in policy: "{name}":"{value}"'
            _fail(document, statement, sentence if document.kind is Kind.TRUST else SYNTAX[document.kind], sentence)


def _named(document: Document) -> Iterator[tuple[Statement, str, str]]:
    for statement in document.statements:
        if statement.principals is not None:
            for kind, value in statement.principals.named:
                yield statement, kind, value


def is_principal(kind: str, value: str) -> bool:
    """Whether a principal of a kind is spelled as one: no wildcards but `*` whole, ARNs and service names whole [PRIN].

    Whether it exists is for the caller to know.
    """
    if kind == "AWS":
        is_entity = _ENTITY.fullmatch(value) or _UNIQUE_ID.fullmatch(value)
        return value == "*" or account_of(value) is not None or bool(is_entity)
    if kind == "Service":
        return bool(_SERVICE.fullmatch(value))
    return bool(value) and not set(value) & {"*", "?"}


def _trust_actions(document: Document) -> None:
    for statement in document.statements:
        for action in statement.actions:
            if statement.inverted_actions or not action.lower().startswith("sts:"):
                _fail(document, statement, _TRUST_ACTIONS, f"`{action}` is not for a trust policy")


# AWS checks a whole document for one rule before it goes on to the next.
_RULES: dict[Kind, tuple[Callable[[Document], None], ...]] = {
    Kind.IDENTITY: (
        _new_version, _no_principals, _legacy, _sids, _actions, _resources, _vendors, _has_resources, _sid_letters,
    ),
    Kind.TRUST: (_no_resources, _has_principals, _legacy, _sids, _actions, _vendors, _trust_actions, _principal_forms),
    Kind.REPOSITORY: (_no_resources, _has_principals, _legacy, _sids, _actions, _vendors, _principal_forms),
    Kind.REGISTRY: (
        _has_principals, _legacy, _sids, _actions, _resources, _vendors, _has_resources, _principal_forms,
    ),
    Kind.SCP: (_no_principals, _legacy, _sids, _actions, _resources, _vendors, _has_resources),
    Kind.RCP: (_only_everyone, _legacy, _sids, _actions, _resources, _vendors, _has_resources),
    Kind.ENDPOINT: (_legacy, _sids, _actions, _resources, _vendors, _has_resources, _principal_forms),
}  # fmt: skip
