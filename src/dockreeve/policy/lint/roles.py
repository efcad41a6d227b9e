"""Warnings about statements that let anyone pass any role, or create any service-linked role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dockreeve.policy.document import Kind
from dockreeve.policy.lint.covers import covers
from dockreeve.policy.lint.draft import Draft, Spot, Statement
from dockreeve.policy.lint.table import CHECKS, SECURITY_WARNING, WARNING, Check, Found, Function, at, link

_SEGMENTS = 6
_KINDS = frozenset(Kind) - {Kind.RCP, Kind.TRUST, Kind.REPOSITORY}


class _Power(NamedTuple):
    """An action that is dangerous on all roles, and the condition key that tames it."""

    code: str
    action: str
    tamed_by: str
    probe: str  # a role that only a wildcard takes in


_PASS_ROLE = _Power("PASS_ROLE", "iam:passrole", "iam:PassedToService", "role/0probe0")
_CREATE_SLR = _Power(
    "CREATE_SLR",
    "iam:createservicelinkedrole",
    "iam:AWSServiceName",
    "role/aws-service-role/0probe0.amazonaws.com/0probe0",
)

# How the action is taken in, how all roles are: the end of the code. Plain stands for the action's own name.
_VARIANTS = {
    ("plain", "star"): "STAR_IN_RESOURCE",
    ("plain", "not"): "NOT_RESOURCE",
    ("star", "star"): "STAR_IN_ACTION_AND_RESOURCE",
    ("star", "not"): "STAR_IN_ACTION_AND_NOT_RESOURCE",
    ("not", "star"): "STAR_IN_RESOURCE_AND_NOT_ACTION",
    ("not", "not"): "NOT_ACTION_AND_NOT_RESOURCE",
}


def _function(power: _Power, variant: tuple[str, str]) -> Function:
    def found(draft: Draft) -> Iterator[Found]:
        for statement in draft.statements:
            if not statement.allows or statement.tests(power.tamed_by) is not None:
                continue
            resource = _resource_spot(statement, power, variant[1])
            action = _action_spot(statement, power, variant[0]) if resource is not None else None
            if action is not None and resource is not None:
                yield at(action, resource)

    return found


def _action_spot(statement: Statement, power: _Power, how: str) -> Spot | None:
    listed = statement.actions
    if listed is None:
        return None
    taken = [one for one, text in zip(listed.values, listed.texts, strict=True) if covers(text, power.action)]
    if listed.inverted:
        return listed.spot if how == "not" and not taken else None
    if how == "not":
        return None
    # An action that is named outright is reported under its name, whatever else takes it in.
    plain = next((one.spot for one in taken if one.value.lower() == power.action), None)
    if how == "plain":
        return plain
    return taken[0].spot if taken and plain is None else None


def _resource_spot(statement: Statement, power: _Power, how: str) -> Spot | None:
    listed = statement.resources
    if listed is None:
        return None
    if listed.inverted:
        return listed.spot if how == "not" else None
    return next((one.spot for one in listed.values if how == "star" and _is_any_role(one.value, power.probe)), None)


def _is_any_role(resource: str, probe: str) -> bool:
    parts = resource.split(":", _SEGMENTS - 1)
    return resource == "*" or (len(parts) == _SEGMENTS and covers(parts[-1], probe))


def _sentence(power: _Power, variant: tuple[str, str]) -> str:
    how = {"plain": "`{0}`", "star": "An action with a wildcard that takes in `{0}`", "not": "NotAction without `{0}`"}
    name = {"iam:passrole": "iam:PassRole"}.get(power.action, "iam:CreateServiceLinkedRole")
    where = {"star": "on all roles", "not": "with NotResource"}[variant[1]]
    start = how[variant[0]].format(name)
    return f"{start} {where} allows more than it seems. Name the roles, or add a condition on {power.tamed_by}."


for _power, _type in ((_PASS_ROLE, SECURITY_WARNING), (_CREATE_SLR, WARNING)):
    for _variant, _end in _VARIANTS.items():
        _code = f"{_power.code}_WITH_{_end}"
        CHECKS.append(
            Check(_code, _type, _KINDS, _function(_power, _variant), _sentence(_power, _variant), link(_code, _type))
        )
