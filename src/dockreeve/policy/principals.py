"""Who asks, by which names a policy may call them, and how far a grant to that name reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache

from dockreeve.policy.template import Context

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ROOT = re.compile(r"arn:[^:]+:iam::(\d{12}):root", re.ASCII)
_PRINCIPAL = re.compile(r"arn:([^:]+):(?:iam|sts)::(\d{12}):([a-z-]+)(?:/(.+))?", re.ASCII)


class CallerKind(Enum):
    """What a principal is; services and outside identities have no account."""

    ROOT = "root"
    USER = "user"
    ROLE = "role"
    SESSION = "assumed-role"
    FEDERATED_USER = "federated-user"
    OUTSIDE = "outside"


class Standing(IntEnum):
    """How a resource policy's grant names the caller, weakest first [EVAL: resource policies in one account].

    ACCOUNT delegates to the identity policies; ROLE stays limited by boundary and session policy; DIRECT (a user, a
    session, everyone) needs nothing else.
    """

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    DIRECT = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal, taken apart. `levels` holds, from the caller up to the account, the names for each level."""

    name: str
    kind: CallerKind
    account: str
    names: Mapping[str, Standing]
    levels: tuple[frozenset[str], ...]
    service_linked: bool

    @property
    def in_account(self) -> bool:
        return bool(self.account)


def caller(principal: str, context: Context) -> Caller:
    """Take apart the ARN of a principal, or the name of a service.

    The context refines it: `aws:PrincipalArn` gives a session's role with its path (or the user who federated),
    `aws:userid` the unique ids that stored policies may hold [PRIN].
    """
    return _caller(principal, _single(context, "aws:principalarn"), _single(context, "aws:userid"))


def _single(context: Context, key: str) -> str:
    found = context.get(key, "")
    return found if isinstance(found, str) else ""


@lru_cache(maxsize=4096)
def _caller(principal: str, principal_arn: str, userid: str) -> Caller:
    found = _PRINCIPAL.fullmatch(principal)
    if found is None or found[3] not in _OWNED_KINDS:
        return Caller(principal, CallerKind.OUTSIDE, "", {principal: Standing.DIRECT}, (frozenset({principal}),), False)
    partition, account, word, rest = found.groups()
    kind = CallerKind(word)
    ladder: list[tuple[Standing, set[str]]] = []
    role = ""
    unique_id = userid.partition(":")[0]
    if kind is CallerKind.USER:
        ladder.append((Standing.DIRECT, {principal, userid}))
    elif kind is CallerKind.ROLE:
        role = principal
        ladder.append((Standing.ROLE, {principal, unique_id}))
    elif kind is CallerKind.SESSION:
        role_name = (rest or "").partition("/")[0]
        role = _role_of_session(partition, account, role_name, principal_arn)
        ladder.append((Standing.DIRECT, {principal, userid if ":" in userid else ""}))
        ladder.append((Standing.ROLE, {role, unique_id if unique_id.startswith("AROA") else ""}))
    elif kind is CallerKind.FEDERATED_USER:
        ladder.append((Standing.DIRECT, {principal}))
        if principal_arn.startswith(f"arn:{partition}:iam::{account}:user/"):
            ladder.append((Standing.ROLE, {principal_arn}))
    ladder.append((Standing.ACCOUNT, {account}))
    names = {name: standing for standing, level in reversed(ladder) for name in level if name}
    levels = tuple(frozenset(level - {""}) for _, level in ladder)
    return Caller(principal, kind, account, names, levels, ":role/aws-service-role/" in role)


_OWNED_KINDS = {kind.value for kind in CallerKind} - {CallerKind.OUTSIDE.value}


def _role_of_session(partition: str, account: str, role_name: str, principal_arn: str) -> str:
    """The role's ARN: a session's own has no path, so the context's one counts, if it can be this session's role."""
    if principal_arn.startswith(f"arn:{partition}:iam::{account}:role/") and principal_arn.endswith(f"/{role_name}"):
        return principal_arn
    return f"arn:{partition}:iam::{account}:role/{role_name}"


def account_of(name: str) -> str | None:
    """The account that `123456789012` or `arn:aws:iam::123456789012:root` stands for, else None [PRIN]."""
    if _ACCOUNT.fullmatch(name):
        return name
    found = _ROOT.fullmatch(name)
    return found[1] if found else None


class Principals:
    """A Principal or NotPrincipal element, compiled; an AWS principal `*` is everyone [PRIN]."""

    __slots__ = ("_aws", "_canonical", "_everyone", "_federated", "_services", "inverted", "named")

    def __init__(self, named: Iterable[tuple[str, str]], *, inverted: bool) -> None:
        self.named = tuple(named)  # (kind, value) as written; `Principal: "*"` is ("AWS", "*")
        self.inverted = inverted
        self._everyone = ("AWS", "*") in self.named
        self._aws = frozenset(account_of(value) or value for kind, value in self.named if kind == "AWS")
        self._services = self._of("Service")
        self._federated = self._of("Federated")
        self._canonical = self._of("CanonicalUser")

    def standing(self, who: Caller, provider: str) -> Standing:
        """How an Allow with this element reaches the caller; `provider` is the context's aws:FederatedProvider.

        NotPrincipal reaches everyone none of whose names it lists.
        """
        best = Standing.DIRECT if self._everyone else self._named(who, provider)
        if self.inverted:
            return Standing.NONE if best else Standing.DIRECT
        return best

    def denies(self, who: Caller, provider: str, *, bounded: bool) -> bool:
        """Whether a Deny with this element reaches the caller.

        NotPrincipal spares only those listed at every level (session, role and account), and nobody who has a
        permissions boundary [NotPrincipal].
        """
        if not self.inverted:
            return self._everyone or self._named(who, provider) > Standing.NONE
        if bounded and who.in_account:
            return True
        if self._everyone:
            return False
        if not who.in_account:
            return not self._named(who, provider)
        return any(level.isdisjoint(self._aws) for level in who.levels)

    def _named(self, who: Caller, provider: str) -> Standing:
        if not who.account:
            return Standing.DIRECT if self._names_outsider(who.name, provider) else Standing.NONE
        best = Standing.NONE
        for name, standing in who.names.items():
            if standing > best and name in self._aws:
                best = standing
        return best

    def _names_outsider(self, name: str, provider: str) -> bool:
        """Services, providers and canonical users are kinds apart: none matches another's element [PRIN]."""
        if provider or name.startswith("arn:"):
            return (provider or name) in self._federated
        return name in self._services or name in self._canonical

    def _of(self, wanted: str) -> frozenset[str]:
        return frozenset(value for kind, value in self.named if kind == wanted)
