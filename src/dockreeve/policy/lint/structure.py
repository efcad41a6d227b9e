"""Checks of a document's structure: its elements, their types, what must and must not be there, its size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockreeve.policy.document import Kind
from dockreeve.policy.lint.draft import Draft, Spot, Statement
from dockreeve.policy.lint.table import (
    ERROR,
    IDENTITY,
    ORGANIZATION,
    RESOURCE_BASED,
    SUGGESTION,
    TRUST,
    WARNING,
    Found,
    at,
    check,
)
from dockreeve.policy.positions import Node, Shape

_DOCUMENT = ("Version", "Id", "Statement")
_STATEMENT = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
)  # fmt: skip
_SID = re.compile(r"[0-9A-Za-z]*", re.ASCII)
_QUOTA = {
    Kind.IDENTITY: 6144,
    Kind.TRUST: 2048,
    Kind.REPOSITORY: 10240,
    Kind.REGISTRY: 10240,
    Kind.ENDPOINT: 20480,
    Kind.SCP: 5120,
    Kind.RCP: 5120,
}


@check("DATA_TYPE_MISMATCH", ERROR, "The value is not of the JSON type that belongs here: {expected}.")
def wrong_type(draft: Draft) -> Iterator[Found]:
    for spot, expected in draft.mismatches():
        yield at(spot, expected=expected)
    for statement in draft.statements:
        principals = statement.principals
        if principals is not None and principals.spot.node.shape is Shape.STRING and principals.spot.node.text != "*":
            yield at(principals.spot, expected='object, or the string "*"')


@check(
    "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
    ERROR,
    "The key `{key}` comes more than once in the same block (capital letters don't count). Keep one of them.",
)
def duplicate_keys(draft: Draft) -> Iterator[Found]:
    todo = [draft.root]
    while todo:
        spot = todo.pop()
        first: dict[str, Node] = {}
        for key, value in spot.node.members:
            if first.setdefault(key.text.lower(), key) is not key:
                yield at(spot.key(key), key=key.text)
            todo.append(spot.member(key.text, value))
        todo += [spot.item(index, node) for index, node in enumerate(spot.node.items)]


@check("INVALID_POLICY_ELEMENT", ERROR, "`{element}` is no element of {where}.")
def unknown_element(draft: Draft) -> Iterator[Found]:
    yield from _strangers(draft.root, _DOCUMENT, "a policy")
    for statement in draft.statements:
        yield from _strangers(statement.spot, _STATEMENT, "a statement")
        if draft.kind is Kind.REPOSITORY and statement.resources is not None:
            # ECR refuses it: the repository that holds the policy is the resource.
            yield at(statement.resources.spot, element=statement.resources.name, where="a repository policy")


def _strangers(spot: Spot, known: tuple[str, ...], where: str) -> Iterator[Found]:
    for key, _ in spot.node.members:
        if key.text not in known:
            yield at(spot.key(key), element=key.text, where=where)


@check("INVALID_VERSION", ERROR, "The version `{version}` does not exist. Use `2012-10-17`.")
def unknown_version(draft: Draft) -> Iterator[Found]:
    if draft.version is not None and draft.version.value not in ("2008-10-17", "2012-10-17"):
        yield at(draft.version.spot, version=draft.version.value)


@check(
    "MISSING_VERSION",
    WARNING,
    "Without `Version` the policy counts as 2008-10-17, in which variables are plain text. Add `2012-10-17`.",
)
def missing_version(draft: Draft) -> Iterator[Found]:
    if "Version" not in draft.members:
        yield at(draft.root)


@check("MISSING_STATEMENT", ERROR, "Add a `Statement` to the policy.")
def missing_statement(draft: Draft) -> Iterator[Found]:
    written = draft.members.get("Statement")
    if written is None:
        if draft.root.node.shape is Shape.OBJECT:
            yield at(draft.root)
    elif written.node.shape is Shape.ARRAY and not written.node.items:
        yield at(written)


@check("MISSING_EFFECT", ERROR, "Add an `Effect` to the statement: `Allow` or `Deny`.")
def missing_effect(draft: Draft) -> Iterator[Found]:
    return (at(statement.spot) for statement in draft.statements if "Effect" not in statement.members)


@check("INVALID_EFFECT", ERROR, "The effect `{effect}` does not exist. Use `Allow` or `Deny`.")
def unknown_effect(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.effect not in (None, "Allow", "Deny"):
            yield at(statement.members["Effect"], effect=statement.effect)


@check("MISSING_ACTION", ERROR, "Add an `Action` or `NotAction` to the statement.")
def missing_action(draft: Draft) -> Iterator[Found]:
    return (at(statement.spot) for statement in draft.statements if statement.actions is None)


@check(
    "MISSING_RESOURCE",
    ERROR,
    "Add a `Resource` or `NotResource` to the statement.",
    kinds=IDENTITY | ORGANIZATION | {Kind.REGISTRY, Kind.ENDPOINT},
)
def missing_resource(draft: Draft) -> Iterator[Found]:
    return (at(statement.spot) for statement in draft.statements if statement.resources is None)


@check("MISSING_PRINCIPAL", ERROR, "Add a `Principal` to the statement.", kinds=RESOURCE_BASED | frozenset({Kind.RCP}))
def missing_principal(draft: Draft) -> Iterator[Found]:
    return (at(statement.spot) for statement in draft.statements if statement.principals is None)


@check(
    "UNSUPPORTED_PRINCIPAL",
    ERROR,
    "This kind of policy takes no `{element}`: it applies to those it is attached to. Remove it.",
    kinds=IDENTITY | frozenset({Kind.SCP}),
)
def unsupported_principal(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.principals is not None:
            yield at(statement.principals.spot, element=statement.principals.name)


@check("UNSUPPORTED_ELEMENT_COMBINATION", ERROR, "`{one}` and `{other}` can't stand in one statement. Keep one.")
def both_elements(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        for one in ("Action", "Resource", "Principal"):
            other = f"Not{one}"
            if one in statement.members and other in statement.members:
                yield at(statement.members[one], statement.members[other], one=one, other=other)


@check("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", ERROR, "A trust policy has no `{element}`. Remove it.", kinds=TRUST)
def resource_in_trust(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.resources is not None:
            yield at(statement.resources.spot, element=statement.resources.name)


@check(
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    ERROR,
    "A trust policy has no `NotPrincipal`. Use `Principal`.",
    kinds=TRUST,
)
def notprincipal_in_trust(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.principals is not None and statement.principals.inverted:
            yield at(statement.principals.spot)


@check(
    "RCP_SYNTAX_ERROR_PRINCIPAL",
    ERROR,
    'The `Principal` of a resource control policy must be "*".',
    kinds=frozenset({Kind.RCP}),
)
def not_everyone_in_rcp(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        named = statement.principals
        if named is not None and (
            named.inverted or [(kind, text.value) for kind, text in named.named] != [("AWS", "*")]
        ):
            yield at(named.spot)


@check(
    "UNIQUE_SIDS_REQUIRED",
    ERROR,
    "The Sid `{sid}` stands more than once. Sids are unique within a policy.",
    kinds=frozenset(Kind) - {Kind.ENDPOINT},
)
def repeated_sids(draft: Draft) -> Iterator[Found]:
    return _repeated_sids(draft)


@check(
    "UNIQUE_SIDS_RECOMMENDED",
    WARNING,
    "The Sid `{sid}` stands more than once. Give each statement its own.",
    kinds=frozenset({Kind.ENDPOINT}),
)
def repeated_sids_allowed(draft: Draft) -> Iterator[Found]:
    return _repeated_sids(draft)


def _repeated_sids(draft: Draft) -> Iterator[Found]:
    seen: dict[str, list[Spot]] = {}
    for statement in draft.statements:
        if statement.sid is not None and statement.sid.value:
            seen.setdefault(statement.sid.value, []).append(statement.sid.spot)
    return (at(*spots, sid=sid) for sid, spots in seen.items() if len(spots) > 1)


@check("UNSUPPORTED_SID", ERROR, "The Sid `{sid}` may hold letters and digits only.", kinds=IDENTITY)
def sid_letters(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.sid is not None and not _SID.fullmatch(statement.sid.value):
            yield at(statement.sid.spot, sid=statement.sid.value)


@check("EMPTY_SID_VALUE", SUGGESTION, "The `Sid` is empty. Give it a value, or remove it.")
def empty_sid(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        if statement.sid is not None and not statement.sid.value:
            yield at(statement.sid.spot)


_TOO_LONG = "The policy has {size} characters without white space; {quota} are allowed."


@check("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", WARNING, _TOO_LONG, kinds=IDENTITY)
def identity_policy_too_long(draft: Draft) -> Iterator[Found]:
    return _too_long(draft)


@check("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", WARNING, _TOO_LONG, kinds=RESOURCE_BASED)
def resource_policy_too_long(draft: Draft) -> Iterator[Found]:
    return _too_long(draft)


@check("POLICY_SIZE_EXCEEDS_SCP_QUOTA", WARNING, _TOO_LONG, kinds=ORGANIZATION)
def organization_policy_too_long(draft: Draft) -> Iterator[Found]:
    return _too_long(draft)


def _too_long(draft: Draft) -> Iterator[Found]:
    node = draft.root.node
    size = sum(map(len, draft.text[node.start : node.end].split()))
    if size > _QUOTA[draft.kind]:
        yield at(draft.root, size=size, quota=_QUOTA[draft.kind])


@check("EMPTY_ARRAY_ACTION", SUGGESTION, "The statement names no actions, so it has no effect. Name some.")
def no_actions(draft: Draft) -> Iterator[Found]:
    return _empty_lists(draft, "Action", "NotAction")


@check("EMPTY_ARRAY_RESOURCE", SUGGESTION, "The statement names no resources, so it has no effect. Name some.")
def no_resources(draft: Draft) -> Iterator[Found]:
    return _empty_lists(draft, "Resource", "NotResource")


def _empty_lists(draft: Draft, *names: str) -> Iterator[Found]:
    for statement in draft.statements:
        for spot in _named(statement, *names):
            if _is_empty(spot.node, Shape.ARRAY):
                yield at(spot)


@check("EMPTY_ARRAY_PRINCIPAL", SUGGESTION, "The statement names no principals, so it has no effect. Name some.")
def no_principals(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        for spot in _named(statement, "Principal", "NotPrincipal"):
            for key, value in spot.node.members:
                if _is_empty(value, Shape.ARRAY):
                    yield at(spot.member(key.text, value))


@check("EMPTY_OBJECT_PRINCIPAL", SUGGESTION, "The statement names no principals, so it has no effect. Name some.")
def empty_principal(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        for spot in _named(statement, "Principal", "NotPrincipal"):
            if _is_empty(spot.node, Shape.OBJECT):
                yield at(spot)


@check("EMPTY_OBJECT_CONDITION", SUGGESTION, "The condition block is empty and has no effect. Fill or remove it.")
def empty_condition(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        for spot in _named(statement, "Condition"):
            if _is_empty(spot.node, Shape.OBJECT):
                yield at(spot)
            for key, value in spot.node.members:
                if _is_empty(value, Shape.OBJECT):
                    yield at(spot.member(key.text, value))


def _named(statement: Statement, *names: str) -> list[Spot]:
    return [statement.members[name] for name in names if name in statement.members]


def _is_empty(node: Node, shape: Shape) -> bool:
    return node.shape is shape and not node.items and not node.members
