"""Whom a resource's own policy trusts: AWS principals are kept as unique ids, so a re-created name gains nothing.

IAM User Guide, "AWS JSON policy elements: Principal": when a document is saved, the ARN of a user or role is turned
into its unique id; when it is read, the id is turned back into an ARN, unless the user or role is gone. The text is
stored as it was given and the ids beside it; `resolved` and `shown` make the two other views of it.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dockreeve.policy import Document
from dockreeve.storage import Kind, Records

_ACCOUNT = re.compile(r"[0-9]{12}|arn:aws:iam::[0-9]{12}:root")
_PRINCIPAL_ARN = re.compile(r"arn:aws:iam::([0-9]{12}):(user|role)/(?:[!-~]*/)?([^/*?]+)")
_SESSION_ARN = re.compile(r"arn:aws:sts::([0-9]{12}):assumed-role/([^/*?]+)/([\w+=,.@-]+)", re.ASCII)
_FEDERATED_ARN = re.compile(r"arn:aws:sts::[0-9]{12}:federated-user/[\w+=,.@-]+", re.ASCII)
_UNIQUE_ID = re.compile(r"(?:AIDA|AROA)[A-Z0-9]{12,124}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]")
_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".aws.internal")

# Identity providers that AWS knows without a provider resource (IAM User Guide, "Principal": federated users).
_WEB_IDENTITIES = frozenset(
    {"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
)


class UnknownPrincipal(LookupError):
    """A document names a principal that doesn't exist. `kind` is the element's key ("AWS", "Service", ...)."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind}: {value}")
        self.kind = kind
        self.value = value


async def resolve_principals(records: Records, document: Document) -> dict[str, str]:
    """The users and roles that the document names: principal as written -> unique id, to be stored beside the text.

    Raise `UnknownPrincipal` for a user, role, or role of a session that an account of this server doesn't have; for
    a service that AWS doesn't have; for a federated provider other than AWS's built-in ones, as none can be made yet.
    An account that this server doesn't know can't be checked: its ARNs are taken as they are and match by name.
    """
    ids: dict[str, str] = {}
    for kind, value in document.principals():
        if kind == "AWS":
            ids |= await _resolved(records, value)
        elif not (_is_service(value) if kind == "Service" else kind == "Federated" and value in _WEB_IDENTITIES):
            raise UnknownPrincipal(kind, value)
    return ids


def resolved(text: str, ids: Mapping[str, str]) -> str:
    """The document as it is evaluated: every principal of `ids` replaced by its unique id.

    `text` must have been parsed before; it comes back unchanged when there is nothing to replace.
    """
    return _replaced(text, {arn: unique_id for arn, unique_id in ids.items() if arn != unique_id})


async def shown(records: Records, text: str, ids: Mapping[str, str]) -> str:
    """The document as it is read back: a renamed principal by its ARN of today, one that is gone by its unique id.

    The text is unchanged, white space included, as long as every principal still has the ARN it was stored with.
    """
    today: dict[str, str] = {}
    for written, unique_id in ids.items():
        principal = await records.identity.principal_by_id(unique_id)
        now = principal.arn if principal else unique_id
        if now != written:
            today[written] = now
    return _replaced(text, today)


async def _resolved(records: Records, value: str) -> dict[str, str]:
    if value == "*" or _ACCOUNT.fullmatch(value) or _FEDERATED_ARN.fullmatch(value):
        return {}
    if _UNIQUE_ID.fullmatch(value):
        if await records.identity.principal_by_id(value) is None:
            raise UnknownPrincipal("AWS", value)
        return {value: value}
    if named := _PRINCIPAL_ARN.fullmatch(value):
        account, word, name = named.groups()
        if await records.identity.account_created(account) is None:
            return {}
        principal = await records.identity.find_principal(account, Kind(word), name)
        if principal is None or principal.arn != value:
            raise UnknownPrincipal("AWS", value)
        return {value: principal.unique_id}
    if session := _SESSION_ARN.fullmatch(value):
        account, name, _ = session.groups()
        known = await records.identity.account_created(account) is not None
        if not known or await records.identity.find_principal(account, Kind.ROLE, name):
            return {}
    raise UnknownPrincipal("AWS", value)


def _is_service(name: str) -> bool:
    """Whether AWS has such a service principal: `SERVICE.amazonaws.com` or `SERVICE.REGION.amazonaws.com`."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            service = name.removesuffix(suffix)
            rest, _, region = service.rpartition(".")
            return service in _services() or bool(_REGION.fullmatch(region) and rest in _services())
    return False


@cache
def _services() -> frozenset[str]:
    """Names of AWS's services; `scripts/build_aws_managed.py` makes the file and says from what."""
    content = json.loads(files(__package__).joinpath("service_names.json").read_text("utf-8"))
    return frozenset(content["services"])


def _replaced(text: str, names: Mapping[str, str]) -> str:
    if not names:
        return text
    # A bare number means the same as the text that spells it, and a document can't make us build a huge integer.
    document = json.loads(text, parse_int=str, parse_float=str)
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            principal = statement.get(element)
            if isinstance(principal, dict) and "AWS" in principal:
                principal["AWS"] = _renamed(principal["AWS"], names)
    return json.dumps(document, ensure_ascii=False)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [names.get(one, one) for one in value]
    return names.get(value, value)
