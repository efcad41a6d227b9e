"""Turn the text of a Resource or a condition value into a pattern: wildcards, policy variables, ARN segments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dockreeve.policy.glob import Matcher, Token, Wild, joined, literal_prefix, matcher

Values: TypeAlias = str | tuple[str, ...]
Context: TypeAlias = Mapping[str, Values]  # keys in lower case

SEGMENTS = 6  # of an ARN: arn, partition, service, region, account, resource


@dataclass(frozen=True, slots=True)
class Variable:
    """`${key}` or `${key, 'default'}`; the key is in lower case, and empty where it could not be read."""

    key: str
    default: str | None = None

    def value(self, context: Context) -> str | None:
        """The text to put in, or None: the key is missing or has several values (VARS: single-valued keys only)."""
        found = context.get(self.key)
        if isinstance(found, tuple):
            found = found[0] if len(found) == 1 else None
        return self.default if found is None else found


Piece: TypeAlias = Token | Variable

_SPECIAL = re.compile(
    r"(?P<wild>[*?])"
    r"|\$\{(?:(?P<char>[*?$])|(?P<key>[^{}',\s]+)(?:,\s*'(?P<default>[^'{}]*)')?|(?P<other>[^{}]*))\}"
)


def pieces(text: str, *, wildcards: bool, variables: bool) -> tuple[Piece, ...]:
    """Cut `text` where a wildcard or a variable stands.

    Without `wildcards`, `*` and `?` are characters; without `variables` (Version 2008-10-17), `${...}` is text.
    """
    out: list[Piece] = []
    done = 0
    for found in _SPECIAL.finditer(text):
        wild = found["wild"]
        if not (wildcards if wild else variables):
            if wild or not wildcards:
                continue
            # The text of a variable that is none may still hold wildcards: `${*}` in an old document.
            replacement: list[Piece] = [Wild(c) if c in "*?" else c for c in found[0]]
        elif wild:
            replacement = [Wild(wild)]
        elif found["char"]:
            replacement = [found["char"]]
        else:
            replacement = [Variable((found["key"] or "").lower(), found["default"])]
        out += [text[done : found.start()], *replacement]
        done = found.end()
    out.append(text[done:])
    return _joined(out)


def arn_patterns(parts: Sequence[Piece], *, crossing: bool) -> tuple[tuple[Piece, ...], ...]:
    """The patterns a Resource or ARN value stands for; a text that matches one of them matches the value.

    A wildcard in one of the first five segments stays in it; with `crossing`, a star that ends its segment may run
    past the colon (RES). With fewer than six segments the star may always cross, and the missing ones are `*`.
    """
    colons = sum(part.count(":") for part in parts if isinstance(part, str))
    if colons >= SEGMENTS - 1:
        return (_segmented(parts, crossing=crossing),)
    written = _segmented(parts, crossing=True)
    if parts and parts[-1] is Wild.STAR:
        return (written,)
    filling: list[Piece] = []
    for _ in range(SEGMENTS - 1 - colons):
        filling += [":", Wild.STAR]
    return (written, _segmented(_joined([*parts, *filling]), crossing=True))


def _segmented(parts: Sequence[Piece], *, crossing: bool) -> tuple[Piece, ...]:
    out: list[Piece] = []
    segment = 0
    for index, part in enumerate(parts):
        if isinstance(part, str):
            segment += part.count(":")
        elif segment < SEGMENTS - 1 and part is Wild.ONE:
            part = Wild.ONE_IN_SEGMENT  # noqa: PLW2901
        elif segment < SEGMENTS - 1 and part is Wild.STAR:
            after = parts[index + 1] if index + 1 < len(parts) else ":"
            ends_segment = isinstance(after, str) and after.startswith(":")
            if not (crossing and ends_segment):
                part = Wild.STAR_IN_SEGMENT  # noqa: PLW2901
        out.append(part)
    return tuple(out)


def _joined(parts: Iterable[Piece]) -> tuple[Piece, ...]:
    """As `glob.joined`, but variables keep their place."""
    out: list[Piece] = []
    run: list[Token] = []
    for part in parts:
        if isinstance(part, Variable):
            out += [*joined(run), part]
            run = []
        else:
            run.append(part)
    return (*out, *joined(run))


class AnyOf:
    """A set of patterns, compiled: plain texts, prefixes, globs, and those that wait for variables."""

    __slots__ = ("_everything", "_exact", "_globs", "_prefixes", "_templates")

    def __init__(self, patterns: Iterable[Sequence[Piece]]) -> None:
        exact: list[str] = []
        prefixes: list[str] = []
        globs: list[Matcher] = []
        templates: list[Sequence[Piece]] = []
        self._everything = False
        for pattern in patterns:
            tokens = [part for part in pattern if not isinstance(part, Variable)]
            prefix = literal_prefix(tokens)
            if len(tokens) < len(pattern):
                templates.append(pattern)
            elif tokens == [Wild.STAR]:
                self._everything = True
            elif all(isinstance(token, str) for token in tokens):
                exact.append("".join(str(token) for token in tokens))
            elif prefix is not None:
                prefixes.append(prefix)
            else:
                globs.append(matcher(tokens))
        self._exact = frozenset(exact)
        self._prefixes = tuple(prefixes)
        self._globs = tuple(globs)
        self._templates = tuple(templates)

    def matches(self, text: str, context: Context, spelling: Callable[[str], str] = str) -> bool:
        """Whether one of the patterns matches the whole of `text`; `spelling` is applied to what variables put in."""
        if self._everything or text in self._exact or text.startswith(self._prefixes):
            return True
        for glob in self._globs:
            if glob(text):
                return True
        for template in self._templates:  # noqa: SIM110 - the hot path: any() would cost a generator
            if _filled_in_matches(template, text, context, spelling):
                return True
        return False


def _filled_in_matches(template: Sequence[Piece], text: str, context: Context, spelling: Callable[[str], str]) -> bool:
    tokens: list[Token] = []
    for part in template:
        if isinstance(part, Variable):
            value = part.value(context)
            if value is None:
                return False
            # INVARIANT: what is put in is text, never a pattern, or a user named `*` would own everything.
            tokens.append(spelling(value))
        else:
            tokens.append(part)
    return matcher(joined(tokens))(text)
