"""Checks of Condition: its operators, its keys, and whether the two fit each other and the statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from dockreeve.policy.catalogue import Action, Key, catalogue
from dockreeve.policy.conditions import operator_named
from dockreeve.policy.lint.draft import Draft, Line, Statement
from dockreeve.policy.lint.table import ERROR, SECURITY_WARNING, SUGGESTION, WARNING, Found, at, check
from dockreeve.policy.positions import Shape

_IF_EXISTS = re.compile(r"(?:\w+:)?null(?:ifexists)", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9_.-]+:\S(?:.*\S)?", re.DOTALL)
_DEPRECATED = {"aws:arn": "aws:PrincipalArn"}
# Keys that mean little alone [GLOBAL]: a private address is unique within one network only.
_PAIRS = {
    "aws:vpcsourceip": ("aws:SourceVpc", "aws:SourceVpce"),
    "aws:ec2instancesourceprivateipv4": ("aws:Ec2InstanceSourceVpc",),
}
_WILDCARDS = frozenset("*?")
_PATTERNS = 2_000  # in a document: comparing one with every action of a service is slow
# Global keys that an action carries only where its page lists them.
_LISTED = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")


def lines(draft: Draft) -> Iterator[tuple[Statement, Line]]:
    """Every line of every Condition."""
    for statement in draft.statements:
        for line in statement.conditions:
            yield statement, line


def known_lines(draft: Draft) -> Sequence[tuple[Statement, Line, Key]]:
    """Those whose key is in the catalogue."""
    return draft.once(_known_lines)


def _known_lines(draft: Draft) -> Sequence[tuple[Statement, Line, Key]]:
    known = catalogue().condition_key
    return [(statement, line, key) for statement, line in lines(draft) if (key := known(line.key.value)) is not None]


@check("INVALID_CONDITION_OPERATOR", ERROR, "The condition operator `{operator}` does not exist.")
def unknown_operator(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        condition = statement.members.get("Condition")
        if condition is None:
            continue
        for key, _ in condition.node.members:
            if operator_named(key.text) is None and not _IF_EXISTS.fullmatch(key.text):
                yield at(condition.key(key), operator=key.text)


@check(
    "NULL_WITH_IF_EXISTS",
    ERROR,
    "`Null` asks whether the key is there, so it can't be joined with `IfExists`. Use `Null`.",
)
def null_if_exists(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        if _IF_EXISTS.fullmatch(line.operator.value):
            yield at(line.operator.spot)


@check(
    "NULL_WITH_QUALIFIER",
    SUGGESTION,
    "`Null` with ForAllValues is always true, with ForAnyValue always false. Use `Null` alone.",
)
def null_of_a_set(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        if line.how is not None and line.how.base == "null" and line.how.each:
            yield at(line.operator.spot)


@check("INVALID_CONDITION_KEY_FORMAT", ERROR, "`{key}` is no condition key. Write it as `service:name`.")
def misspelled_key(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        if not _KEY.fullmatch(line.key.value):
            yield at(line.key.spot, key=line.key.value)


@check("INVALID_GLOBAL_CONDITION_KEY", ERROR, "The global condition key `{key}` does not exist.")
def unknown_global_key(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        key = line.key.value
        if key.lower().startswith("aws:") and _KEY.fullmatch(key) and catalogue().condition_key(key) is None:
            yield at(line.key.spot, key=key)


@check("INVALID_SERVICE_CONDITION_KEY", ERROR, "`{service}` has no condition key `{key}`.")
def unknown_service_key(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        key = line.key.value
        service = key.partition(":")[0].lower()
        is_provider = "." in service or service == "saml"  # claims of an identity provider, under its own name
        if service == "aws" or is_provider or not _KEY.fullmatch(key):
            continue
        if catalogue().condition_key(key) is None:
            yield at(line.key.spot, service=service, key=key)


@check("DEPRECATED_GLOBAL_CONDITION_KEY", WARNING, "The condition key `{key}` is out of date. Use `{newer}`.")
def old_key(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        newer = _DEPRECATED.get(line.key.value.lower())
        if newer is not None:
            yield at(line.key.spot, key=line.key.value, newer=newer)


@check(
    "MISSING_QUALIFIER",
    ERROR,
    "The condition key `{key}` may hold several values. Begin the operator with ForAllValues: or ForAnyValue:.",
)
def no_set_operator(draft: Draft) -> Iterator[Found]:
    for _, line, key in known_lines(draft):
        if line.how is not None and key.is_multivalued and line.how.each is None and line.how.base != "null":
            yield at(line.operator.spot, key=line.key.value)


@check(
    "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
    SECURITY_WARNING,
    "ForAllValues is also true where `{key}` is missing, so this allows more than it says. Leave ForAllValues: out.",
)
def all_of_one_value(draft: Draft) -> Iterator[Found]:
    for statement, line, key in known_lines(draft):
        is_all = line.how is not None and line.how.each == "forallvalues" and line.how.base != "null"
        if is_all and statement.allows and not key.is_multivalued:
            yield at(line.operator.spot, line.key.spot, key=line.key.value)


@check(
    "MISSING_PAIRED_CONDITION_KEYS",
    SECURITY_WARNING,
    "`{key}` says little alone: the same address exists in many networks. Test {partners} as well.",
)
def key_without_partner(draft: Draft) -> Iterator[Found]:
    for statement, line in lines(draft):
        partners = _PAIRS.get(line.key.value.lower(), ())
        if partners and not any(map(statement.tests, partners)):
            yield at(line.key.spot, key=line.key.value, partners=" or ".join(partners))


@check(
    "IRRELEVANT_CONDITION_KEY_IN_POLICY",
    SUGGESTION,
    "None of the statement's actions ever carries the condition key `{key}`, so it always counts as missing.",
)
def key_of_other_actions(draft: Draft) -> Iterator[Found]:
    carrying = _Carrying()
    for statement, line, key in known_lines(draft):
        lowered = line.key.value.lower()
        if (key.is_global and not lowered.startswith(_LISTED)) or _speaks_of_roles(lowered):
            continue
        carried = carrying.keys(statement)
        if carried is not None and key.name not in carried:
            yield at(line.key.spot, key=line.key.value)


@check(
    "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
    SECURITY_WARNING,
    "`{action}` does not carry `{key}`, so what this denies is not what it says. Deny such actions in another way.",
)
def deny_by_missing_tag(draft: Draft) -> Iterator[Found]:
    carrying = _Carrying()
    for statement, line, key in known_lines(draft):
        if statement.effect != "Deny" or not line.key.value.lower().startswith("aws:resourcetag/"):
            continue
        lacking = carrying.lacking(statement, key)
        if lacking is not None:
            yield at(line.key.spot, action=lacking.name, key=line.key.value)


def _speaks_of_roles(key: str) -> bool:
    """Keys that come with the caller's session, whatever service is called (GLOBAL, properties of the role session)."""
    return key.startswith(("ec2:", "lambda:", "ssm:", "glue:", "codebuild:", "identitystore:", "saml:", "sts:"))


class _Carrying:
    """What the actions of a document's statements carry; of a statement that is asked for again it is known."""

    def __init__(self) -> None:
        self._patterns = _PATTERNS
        self._of: Statement | None = None
        self._actions: tuple[Action, ...] = ()
        self._keys: frozenset[str] = frozenset()
        self._lacking: dict[str, Action | None] = {}

    def keys(self, statement: Statement) -> frozenset[str] | None:
        """The condition keys that some action carries; None where the actions can't be told."""
        self._turn_to(statement)
        return self._keys if self._actions else None

    def lacking(self, statement: Statement, key: Key) -> Action | None:
        """The first action that does not carry the key."""
        self._turn_to(statement)
        if key.name not in self._lacking:
            without = (action for action in self._actions if key.name not in action.condition_keys)
            self._lacking[key.name] = next(without, None)
        return self._lacking[key.name]

    def _turn_to(self, statement: Statement) -> None:
        if self._of is not statement:
            self._of, self._lacking = statement, {}
            self._actions = self._taken_in(statement)
            self._keys = frozenset(key for action in self._actions for key in action.condition_keys)

    def _taken_in(self, statement: Statement) -> tuple[Action, ...]:
        """What Action takes in; nothing where that can't be told or is nearly everything."""
        listed = statement.actions
        if listed is None or listed.inverted or any(_WILDCARDS & set(one.partition(":")[0]) for one in listed.texts):
            return ()
        found: dict[str, Action] = {}
        for text in dict.fromkeys(listed.texts):
            is_pattern = bool(_WILDCARDS & set(text))
            self._patterns -= is_pattern
            if self._patterns < 0:
                return ()
            matching = _matching(text) if is_pattern else _named(text)
            if not matching:
                return ()
            found |= {action.name: action for action in matching}
        return tuple(found.values())


def _named(text: str) -> tuple[Action, ...]:
    found = catalogue().action(text)
    return () if found is None else (found,)


@lru_cache(maxsize=256)
def _matching(pattern: str) -> tuple[Action, ...]:
    return catalogue().matching(pattern)


@check("EMPTY_ARRAY_CONDITION", SUGGESTION, "There are no values for `{key}`, so nothing matches. Name some.")
def no_values(draft: Draft) -> Iterator[Found]:
    return _without_values(draft, lambda line: line.how is None or not (line.how.each or line.how.if_exists))


@check(
    "EMPTY_ARRAY_CONDITION_FORALLVALUES",
    SUGGESTION,
    'ForAllValues without values is true only where `{key}` is missing. Say so with "Null": "true".',
)
def no_values_for_all(draft: Draft) -> Iterator[Found]:
    return _without_values(draft, lambda line: line.how is not None and line.how.each == "forallvalues")


@check(
    "EMPTY_ARRAY_CONDITION_FORANYVALUE",
    SUGGESTION,
    "ForAnyValue without values never matches `{key}`. Name some values.",
)
def no_values_for_any(draft: Draft) -> Iterator[Found]:
    return _without_values(draft, lambda line: line.how is not None and line.how.each == "foranyvalue")


@check(
    "EMPTY_ARRAY_CONDITION_IFEXISTS",
    SUGGESTION,
    'IfExists without values is true only where `{key}` is missing. Say so with "Null": "true".',
)
def no_values_if_exists(draft: Draft) -> Iterator[Found]:
    return _without_values(draft, lambda line: line.how is not None and not line.how.each and line.how.if_exists)


def _without_values(draft: Draft, fits: Callable[[Line], bool]) -> Iterator[Found]:
    for _, line in lines(draft):
        if line.spot.node.shape is Shape.ARRAY and not line.spot.node.items and fits(line):
            yield at(line.spot, key=line.key.value)
