"""Decide a request by every policy that applies to it: deny wins, silence denies."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import chain
from typing import NamedTuple

from dockreeve.policy.decision import Check, CheckEffect, Decision, Failed, Looked, Verdict, failed
from dockreeve.policy.held import EMPTY, Entry, Held, Layer, PolicySet
from dockreeve.policy.principals import CallerKind, Standing
from dockreeve.policy.request import Request
from dockreeve.policy.statement import Statement


def evaluate(ask: Request, held: Held, *, trace: bool = False) -> Decision:
    """Decide `ask` by the policies that apply to it [EVAL, XACC, PRIN].

    Without `trace` the decision holds verdict, layer and deciding statements; with it also every check and every
    statement looked at. Both ways reach the same verdict, by the same code.
    """
    if ask.action_key in _FREE:
        return Decision(ask, Verdict.ALLOWED, None, (), trace, held=held if trace else None)
    grant = _grant(ask, held)
    stages = _stages(ask, held, grant)
    bounded = held.boundary is not None
    verdict, layer, deciding = _rule(ask, stages, grant, bounded)
    if not trace:
        return Decision(ask, verdict, layer, deciding)
    looks = [_looks(stage, ask, bounded) for stage in stages]
    seen = tuple(chain.from_iterable(looks))
    return Decision(ask, verdict, layer, deciding, True, tuple(_checks(ask, stages, looks)), seen, held)


# What needs no permission and no policy controls (STS API reference, GetCallerIdentity; IAM User Guide, "Permissions
# for GetSessionToken").
_FREE = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})


class _Need(Enum):
    """What the decision needs of a layer, beside the absence of a Deny."""

    NOTHING = "nothing"
    ALLOW = "an allow"
    LACKING = "an allow, which the resource's side does not give"


class _Stage(NamedTuple):
    layer: Layer
    name: str
    policies: PolicySet
    need: _Need


class _Grant(NamedTuple):
    """What the resource's side grants: by which layer and statement, and how it names the caller."""

    layer: Layer
    standing: Standing
    entry: Entry | None


_NOTHING, _ALLOW, _LACKING = _Need.NOTHING, _Need.ALLOW, _Need.LACKING
_IDENTITY, _RESOURCE, _TRUST = Layer.IDENTITY, Layer.RESOURCE, Layer.TRUST
_DIRECT, _ROLE, _NONE = Standing.DIRECT, Standing.ROLE, Standing.NONE


def _grant(ask: Request, held: Held) -> _Grant:
    layer, known = (_RESOURCE, held.resource) if held.trust is None else (_TRUST, held.trust)
    best: Standing = _NONE
    granting: Entry | None = None
    for entry in (known or EMPTY).naming(ask.action_key)[1]:
        statement = entry[1]
        if statement.principals is None:
            continue  # a resource's statement that names nobody is for nobody
        standing = statement.principals.standing(ask.caller, ask.provider)
        if standing > best and statement.covers(ask):
            best, granting = standing, entry
            if best is _DIRECT:
                break
    return _Grant(layer, best, granting)


def _suffices(ask: Request, grant: _Grant) -> bool:
    """Whether the grant makes an identity policy unnecessary: it names a principal of the resource's own account."""
    return grant.standing >= _ROLE and (ask.same_account or not ask.caller.account)


def _stages(ask: Request, held: Held, grant: _Grant) -> list[_Stage]:
    """The layers that bear on the caller, in the order in which a refusal names one of them."""
    who = ask.caller
    stages: list[_Stage] = []
    if held.scp and who.account and not who.service_linked:
        stages += [_Stage(Layer.SCP, level.name, level.policies, _ALLOW) for level in held.scp]
    if held.rcp:
        stages += [_Stage(Layer.RCP, level.name, level.policies, _ALLOW) for level in held.rcp]
    if held.endpoint is not None:
        stages.append(_Stage(Layer.ENDPOINT, "", held.endpoint, _ALLOW))
    suffices = _suffices(ask, grant)
    if who.account:
        limit = _NOTHING if suffices and grant.standing is _DIRECT else _ALLOW
        if held.boundary is not None:
            stages.append(_Stage(Layer.BOUNDARY, "", held.boundary, limit))
        if held.session is not None:
            stages.append(_Stage(Layer.SESSION, "", held.session, limit))
    must_grant = held.trust is not None or not ask.same_account
    granting = _LACKING if must_grant and not grant.standing else _NOTHING
    if held.trust is not None:
        stages.append(_Stage(_TRUST, "", held.trust, granting))
    if held.resource is not None or (granting is _LACKING and held.trust is None):
        need = granting if held.trust is None else _NOTHING
        stages.append(_Stage(_RESOURCE, "", held.resource or EMPTY, need))
    if who.account:
        # The root user of an account may do everything in it.
        need = _NOTHING if suffices or who.kind is CallerKind.ROOT else _ALLOW
        stages.append(_Stage(_IDENTITY, "", held.identity, need))
    return stages


def _rule(
    ask: Request, stages: list[_Stage], grant: _Grant, bounded: bool
) -> tuple[Verdict, Layer | None, tuple[Entry, ...]]:
    """The first Deny, else the first layer that lacks an allow it needs, else what allowed."""
    key = ask.action_key
    lacking: Layer | None = None
    allowing: tuple[Entry, ...] = () if grant.entry is None else (grant.entry,)
    for layer, _, policies, need in stages:
        denies, allows = policies.naming(key)
        for entry in denies:
            if _denies(entry[1], layer, ask, bounded):
                return Verdict.EXPLICIT_DENY, layer, (entry,)
        if need is _NOTHING or lacking is not None:
            continue
        if need is _LACKING:
            lacking = layer
            continue
        for entry in allows:
            statement = entry[1]
            principals = statement.principals
            if (principals is None or principals.standing(ask.caller, ask.provider)) and statement.covers(ask):
                if layer is _IDENTITY:
                    allowing = (*allowing, entry)
                break
        else:
            lacking = layer
    if lacking is not None:
        return Verdict.IMPLICIT_DENY, lacking, ()
    return Verdict.ALLOWED, grant.layer if _suffices(ask, grant) else _IDENTITY, allowing


def _names_caller(statement: Statement, layer: Layer, ask: Request, bounded: bool) -> bool:
    principals = statement.principals
    if principals is None:
        return _needs_no_principal(layer)
    if statement.allows:
        return principals.standing(ask.caller, ask.provider) > _NONE
    return principals.denies(ask.caller, ask.provider, bounded=bounded)


def _needs_no_principal(layer: Layer) -> bool:
    """The resource's side must say for whom; the other layers are for whomever they are attached to."""
    return layer is not _RESOURCE and layer is not _TRUST


def _denies(statement: Statement, layer: Layer, ask: Request, bounded: bool) -> bool:
    return _names_caller(statement, layer, ask, bounded) and statement.covers(ask)


def _looks(stage: _Stage, ask: Request, bounded: bool) -> tuple[Looked, ...]:
    policies, layer = stage.policies, stage.layer
    unsaid = _needs_no_principal(layer)
    found = []
    for (policy, statement), names_action in zip(policies.entries, policies.named(ask.action_key), strict=True):
        names_caller = unsaid if statement.principals is None else _names_caller(statement, layer, ask, bounded)
        unmet = _unmet(statement, ask) if statement.conditions else ()
        found.append(Looked(policy, statement, layer, names_caller, names_action, statement.names_resource(ask), unmet))
    return tuple(found)


def _unmet(statement: Statement, ask: Request) -> tuple[Failed, ...]:
    return tuple([failed(line, ask) for line in statement.conditions if not line.met(ask.context)])


_ORDER_OF_CHECKS = (
    Layer.RCP, Layer.SCP, Layer.ENDPOINT, Layer.TRUST, Layer.RESOURCE, Layer.IDENTITY, Layer.BOUNDARY, Layer.SESSION,
)  # fmt: skip


def _checks(ask: Request, stages: list[_Stage], looks: list[tuple[Looked, ...]]) -> Iterator[Check]:
    pairs = zip(stages, looks, strict=True)
    for stage, looked in sorted(pairs, key=lambda pair: _ORDER_OF_CHECKS.index(pair[0].layer)):
        matched = tuple([(look.policy, look.statement) for look in looked if look.action and look.matched])
        yield Check(stage.layer, stage.name, _effect(ask, stage, matched), matched)


def _effect(ask: Request, stage: _Stage, matched: tuple[Entry, ...]) -> CheckEffect:
    if any(not statement.allows for _, statement in matched):
        return CheckEffect.EXPLICIT_DENY
    if matched or (stage.layer is _IDENTITY and ask.caller.kind is CallerKind.ROOT):
        return CheckEffect.ALLOW
    return CheckEffect.NO_IMPACT if stage.need is _NOTHING else CheckEffect.IMPLICIT_DENY
