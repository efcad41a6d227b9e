"""The limits that a service model puts on an operation's input, refused in AWS's own sentences."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import regex  # type: ignore[import-untyped]  # its stubs are a package of their own, for one call

from dockreeve.faults import Fault

from .common_errors import field_invalid
from .model import OperationModel, Shape, service

MAX_REPORTED = 50
MAX_VALUE_SHOWN = 256
# All patterns of one request together: a request with many hostile values costs no more than one with a single one.
PATTERN_SECONDS = 0.25

_ONE_SET = re.compile(r"\[(?:[^][\\&|~]|\\[wdsnrt.^$*+?(){}|/-])+\][+*]?")
NOT_NULL = "Member must not be null"
_PATTERN = "Member must satisfy regular expression pattern: "


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken limit: where (AWS's path), which rule, and the value as shown (None: not shown)."""

    path: str
    rule: str
    value: str | None = None

    def sentence(self) -> str:
        """As Query services say it."""
        value = "Value at" if self.value is None else f"Value {self.value} at"
        return f"{value} '{self.path}' failed to satisfy constraint: {self.rule}"

    def parameter_sentence(self) -> str:
        """As ECR says it."""
        reason = self.rule
        if reason.startswith(_PATTERN):
            reason = f"must satisfy regular expression '{reason.removeprefix(_PATTERN)}'"
        return f"Invalid parameter at '{self.path}' failed to satisfy constraint: '{reason}'"


def check(operation: OperationModel, params: Mapping[str, Any]) -> None:
    """Raise the service's fault if `params` (by the model's member names) break a limit of the model.

    Query services: `ValidationError` that counts and joins the violations, REST services: `ValidationException` that
    lists them as well. ECR: `InvalidParameterException` (or
    `ValidationException` where the operation has only that) for the first one. Sensitive values are never shown.
    """
    found = list(islice(_Check().structure(params, operation.input_shape, ""), MAX_REPORTED))
    if not found:
        return
    model = service(operation.service)
    if model.protocol == "json":
        codes = {error.code for error in operation.errors}
        wanted = "InvalidParameterException"
        code = wanted if wanted in codes or "ValidationException" not in codes else "ValidationException"
        raise Fault(code, found[0].parameter_sentence())
    count = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
    sentence = f"{count} detected: {'; '.join(one.sentence() for one in found)}"
    if model.protocol == "rest-json":
        raise field_invalid(model, sentence, {one.path: one.rule for one in found})
    raise Fault("ValidationError", sentence)


class _Check:
    """One walk over one request's parameters, with one time limit for all its patterns."""

    def __init__(self) -> None:
        self._deadline = 0.0  # of this thread's own time; set with the first pattern that needs it

    def structure(self, given: Mapping[str, Any], shape: Shape, at: str) -> Iterator[Violation]:
        for name, member in shape.members.items():
            path = f"{at}{name[:1].lower()}{name[1:]}"
            if given.get(name) is not None:
                yield from self._value(given[name], member, path)
            elif name in shape.required:
                yield Violation(path, NOT_NULL, "null")

    def _value(self, given: Any, shape: Shape, path: str) -> Iterator[Violation]:
        match shape.kind:
            case "structure":
                yield from self.structure(given, shape, f"{path}.")
            case "list":
                yield from self._list(given, shape, path)
            case "map":
                yield from self._map(given, shape, path)
            case _:
                shown = None if shape.sensitive or isinstance(given, bytes) else _shown(given)
                for rule in self._broken(given, shape):
                    yield Violation(path, rule, shown)

    def _list(self, given: list[Any], shape: Shape, path: str) -> Iterator[Violation]:
        for rule in _size_rules(len(given), shape):
            yield Violation(path, rule)
        if shape.item.is_scalar:
            if any(self._is_broken(item, shape.item) for item in given):
                yield Violation(path, _all_rules(shape.item, "Member"))
            return
        for number, item in enumerate(given, 1):
            yield from self._value(item, shape.item, f"{path}.{number}.member")

    def _map(self, given: Mapping[str, Any], shape: Shape, path: str) -> Iterator[Violation]:
        key, value = shape.members["key"], shape.members["value"]
        for rule in _size_rules(len(given), shape):
            yield Violation(path, rule)
        if any(self._is_broken(name, key) for name in given):
            yield Violation(path, _all_rules(key, "Map keys"))
        if not value.is_scalar:
            for name, item in given.items():
                yield from self._value(item, value, f"{path}.{name[:MAX_VALUE_SHOWN]}.member")
        elif any(self._is_broken(item, value) for item in given.values()):
            yield Violation(path, _all_rules(value, "Map value"))

    def _is_broken(self, given: Any, shape: Shape) -> bool:
        return next(self._broken(given, shape), None) is not None

    def _broken(self, given: Any, shape: Shape) -> Iterator[str]:
        """The rules that a scalar breaks. A text that is too long isn't matched: its length is bounded first."""
        match given:
            case bool():
                return
            case int() | float():
                yield from _value_rules(given, shape)
            case bytes():
                yield from _size_rules(len(given), shape)
            case str():
                too_long = shape.high is not None and len(given) > shape.high
                if shape.pattern is not None and not too_long and not self._matches(shape.pattern, given):
                    yield _pattern_rule(shape.pattern)
                yield from _size_rules(len(given), shape)
                if shape.enum and given not in shape.enum:
                    yield _enum_rule(shape.enum)

    def _matches(self, pattern: str, text: str) -> bool:
        """Whether the whole of `text` matches; a text that can't be decided in time doesn't."""
        if (plain := _plain(pattern)) is not None:
            return plain.fullmatch(text) is not None
        now = time.thread_time()
        self._deadline = self._deadline or now + PATTERN_SECONDS
        left = self._deadline - now
        if left <= 0:
            return False
        try:
            return _compiled(pattern).fullmatch(text, timeout=left) is not None
        except TimeoutError:
            return False


@lru_cache(maxsize=512)
def _plain(pattern: str) -> re.Pattern[str] | None:
    """A pattern that is one set of letters, repeated or not: it takes linear time, and so needs no limit."""
    return re.compile(pattern, re.ASCII) if _ONE_SET.fullmatch(pattern) else None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    r"""Compile a model's pattern, which is written for Java: there \w, \d and \s mean ASCII, \p{...} means Unicode."""
    planes = pattern.replace(r"\u10000-\u10FFFF", r"\U00010000-\U0010FFFF")  # as STS's model writes them
    return regex.compile(planes, flags=0 if r"\p{" in planes else regex.ASCII)


def _size_rules(size: int, shape: Shape) -> Iterator[str]:
    if shape.low is not None and size < shape.low:
        yield _least("length", shape.low)
    if shape.high is not None and size > shape.high:
        yield _most("length", shape.high)


def _value_rules(number: float, shape: Shape) -> Iterator[str]:
    if shape.low is not None and number < shape.low:
        yield _least("value", shape.low)
    if shape.high is not None and number > shape.high:
        yield _most("value", shape.high)


def _all_rules(shape: Shape, subject: str) -> str:
    """One sentence for the elements of a list or map, which AWS doesn't name one by one."""
    measure = "length" if shape.kind in ("string", "blob") else "value"
    rules = [
        _most(measure, shape.high) if shape.high is not None else "",
        _least(measure, shape.low) if shape.low is not None else "",
        _pattern_rule(shape.pattern) if shape.pattern is not None else "",
        _enum_rule(shape.enum) if shape.enum else "",
    ]
    return f"{subject} must satisfy constraint: [{', '.join(filter(None, [*rules, NOT_NULL]))}]"


def _least(measure: str, bound: float) -> str:
    return f"Member must have {measure} greater than or equal to {bound}"


def _most(measure: str, bound: float) -> str:
    return f"Member must have {measure} less than or equal to {bound}"


def _pattern_rule(pattern: str) -> str:
    return f"{_PATTERN}{pattern}"


def _enum_rule(enum: tuple[str, ...]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(enum)}]"


def _shown(value: Any) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= MAX_VALUE_SHOWN else f"'{text[:MAX_VALUE_SHOWN]}...'"
