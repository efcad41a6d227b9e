"""Parse a policy document: structure first, then the grammar of its kind, then compile it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dockreeve.policy import grammar
from dockreeve.policy.conditions import Condition, Operator, condition, operator_named
from dockreeve.policy.document import Document, Kind, Malformed, position
from dockreeve.policy.principals import Principals
from dockreeve.policy.reader import Element, Numeral, read_object
from dockreeve.policy.statement import Effect, Statement, action_patterns, resource_patterns

OLD_VERSION = "2008-10-17"
NEW_VERSION = "2012-10-17"

_DOCUMENT_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_PRINCIPAL_KINDS = {"AWS", "Service", "Federated", "CanonicalUser"}


def parse(text: str, kind: Kind = Kind.IDENTITY, *, plain: bool = False) -> Document:
    """Parse and compile a document of a kind, by AWS's grammar for it [GRAMMAR].

    Raise `Malformed`, and nothing else, for a text that AWS would not store. Actions nobody knows are stored, as AWS
    does. With `plain` only the structure is checked (JSON, elements, types, operators), not what the kind requires:
    for policies that are not about to be stored, such as those of a test case.
    """
    reading = _Reading(text, kind)
    document = reading.document()
    if not plain:
        grammar.check(document)
    return document


class _Reading:
    """One document on its way from text to statements."""

    def __init__(self, text: str, kind: Kind) -> None:
        self.text = text
        self.kind = kind
        self.sentence = grammar.SYNTAX[kind]
        self.version = OLD_VERSION
        self.at: tuple[int, int] = (0, 0)

    def document(self) -> Document:
        found = read_object(self.text, grammar.NOT_JSON[self.kind])
        for name, element in found.items():
            if name not in _DOCUMENT_ELEMENTS:
                raise self._fault(f"`{name}` is no element of a policy")
            if name != "Statement" and (isinstance(element, list) or not _is_text(element.value)):
                raise self._fault(f"`{name}` is not a string")
        version = self._text(found.get("Version"), OLD_VERSION)
        if version not in (OLD_VERSION, NEW_VERSION):
            raise self._fault(f"the version `{version}` does not exist")
        self.version = version
        if "Statement" not in found:
            raise self._fault("there is no Statement")
        written = found["Statement"]
        elements = written if isinstance(written, list) else [written]
        if not elements:
            raise self._fault("there is no statement")
        statements = tuple(self._statement(index, element) for index, element in enumerate(elements))
        identity = self._text(found.get("Id"), "") or None
        return Document(self.text, self.kind, version, statements, identity)

    @staticmethod
    def _text(element: Element | list[Element] | None, default: str) -> str:
        return default if element is None or isinstance(element, list) else str(element.value)

    def _statement(self, index: int, element: Element) -> Statement:
        self.at = element.span
        body = element.value
        if not isinstance(body, dict):
            raise self._fault("a statement is not an object")
        for name in body:
            if name not in _STATEMENT_ELEMENTS:
                raise self._fault(f"`{name}` is no element of a statement")
        sid = body.get("Sid")
        if sid is not None and not _is_text(sid):
            raise self._fault("`Sid` is not a string")
        actions, inverted_actions = self._either(body, "Action")
        resources, inverted_resources = self._either(body, "Resource")
        variables = self.version == NEW_VERSION
        return Statement(
            index=index,
            sid=sid or None,
            effect=self._effect(body.get("Effect")),
            span=element.span,
            actions=actions or (),
            inverted_actions=inverted_actions,
            resources=resources,
            inverted_resources=inverted_resources,
            principals=self._principals(body),
            conditions=tuple(self._conditions(body.get("Condition", {}), variables)),
            _actions=action_patterns(actions or ()),
            _resources=None if resources is None else resource_patterns(resources, variables=variables),
        )

    def _effect(self, written: Any) -> Effect:
        if written in ("Allow", "Deny"):
            return Effect(written)
        if _is_text(written) and written.lower() in ("allow", "deny"):
            raise self._fault(f"the effect `{written}` is misspelled", grammar.LEGACY.get(self.kind))
        raise self._fault("`Effect` is neither Allow nor Deny")

    def _either(self, body: dict[str, Any], name: str) -> tuple[tuple[str, ...] | None, bool]:
        inverted = f"Not{name}"
        if name in body and inverted in body:
            raise self._fault(f"`{name}` and `{inverted}` exclude each other")
        if inverted in body:
            return self._texts(body[inverted], inverted), True
        return (self._texts(body[name], name) if name in body else None), False

    def _texts(self, written: Any, name: str, *, scalars: bool = False) -> tuple[str, ...]:
        """A list of strings, or one for the list; with `scalars` booleans and numbers may stand unquoted."""
        items = written if isinstance(written, list) else [written]
        return tuple(self._one_text(item, name, scalars) for item in items)

    def _one_text(self, item: Any, name: str, scalars: bool) -> str:
        if scalars and isinstance(item, bool):
            return "true" if item else "false"
        if _is_text(item) or (scalars and isinstance(item, Numeral)):
            return str(item)
        raise self._fault(f"a value of `{name}` is not a string")

    def _principals(self, body: dict[str, Any]) -> Principals | None:
        if "Principal" in body and "NotPrincipal" in body:
            raise self._fault("`Principal` and `NotPrincipal` exclude each other")
        name = "NotPrincipal" if "NotPrincipal" in body else "Principal"
        if name not in body:
            return None
        written = body[name]
        if written == "*":
            return Principals([("AWS", "*")], inverted=name == "NotPrincipal")
        if not isinstance(written, dict):
            raise self._fault(f"`{name}` is neither an object nor `*`")
        named: list[tuple[str, str]] = []
        for kind, values in written.items():
            if kind not in _PRINCIPAL_KINDS:
                raise self._fault(f"`{kind}` is no kind of principal")
            named += [(kind, value) for value in self._texts(values, name)]
        return Principals(named, inverted=name == "NotPrincipal")

    def _conditions(self, written: Any, variables: bool) -> Iterator[Condition]:
        if not isinstance(written, dict):
            raise self._fault("`Condition` is not an object")
        for name, keys in written.items():
            how = operator_named(name)
            if how is None:
                raise self._fault(f"`{name}` is no condition operator")
            if not isinstance(keys, dict):
                raise self._fault(f"the keys of `{name}` are not an object")
            for key, values in keys.items():
                texts = self._texts(values, name, scalars=True)
                self._check_values(how, texts)
                yield condition(how, key, texts, variables=variables)

    def _check_values(self, how: Operator, texts: Sequence[str]) -> None:
        if how.base == "bool" and len(texts) > 1:
            raise self._fault(f"`{how.written}` takes one value")

    def _fault(self, detail: str, sentence: str | None = None) -> Malformed:
        return Malformed(sentence or self.sentence, detail, *position(self.text, self.at[0]))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Numeral)
