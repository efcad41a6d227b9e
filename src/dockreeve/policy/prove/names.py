"""The resources that count: repository names, and the ARNs of an action's resource types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dockreeve.policy.glob import Wild
from dockreeve.policy.prove.automata import ANYTHING, DIGITS, LETTERS, Automaton, Glob, Unit, units
from dockreeve.policy.template import pieces

_BEGIN, _PART, _DOT, _ONE_LOW, _TWO_LOW, _DASH = range(6)
_NEXT = {
    "letter": dict.fromkeys(range(6), _PART),
    ".": {_PART: _DOT},
    "_": {_PART: _ONE_LOW, _ONE_LOW: _TWO_LOW},
    "-": {_PART: _DASH, _DASH: _DASH},
    "/": {_PART: _BEGIN},
}
_SHORTEST = 2


class RepositoryNames:
    """What may name a repository and matches a glob (Amazon ECR API reference, CreateRepository).

    Names longer than the 256 characters that ECR allows count too.
    """

    groups = (LETTERS, ".", "_", "-", "/")

    def __init__(self, glob: str) -> None:
        self._glob = Automaton([units(_plain(glob))])
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._states: list[tuple[int, int, int]] = []
        self.start = self._number(self._glob.start, _BEGIN, 0)

    def step(self, state: int, character: str) -> int | None:
        """By the glob, the form of a name and its length, of which only the first characters count."""
        matching, form, length = self._states[state]
        on = _NEXT["letter" if character in LETTERS else character].get(form) if character in _ALPHABET else None
        matching = self._glob.step(matching, character)
        if on is None or not matching:
            return None
        return self._number(matching, on, min(length + 1, _SHORTEST))

    def live(self, state: int) -> list[str]:
        """Those that the glob names."""
        return self._glob.live(self._states[state][0])

    def accepts(self, state: int) -> bool:
        """Whether it is a name, and the glob matches it."""
        matching, form, length = self._states[state]
        return form == _PART and length == _SHORTEST and bool(matching & self._glob.accepts)

    def _number(self, *state: int) -> int:
        key = (state[0], state[1], state[2])
        if key not in self._numbers:
            self._numbers[key] = len(self._states)
            self._states.append(key)
        return self._numbers[key]


_ALPHABET = frozenset(LETTERS + "._-/")


class Within:
    """The texts of another language behind a fixed beginning."""

    def __init__(self, beginning: str, language: RepositoryNames) -> None:
        self.groups = language.groups
        self._beginning = beginning
        self._language = language
        self.start = -len(beginning) if beginning else language.start

    def step(self, state: int, character: str) -> int | None:
        """States below zero count what is left of the beginning."""
        if state >= 0:
            return self._language.step(state, character)
        if character != self._beginning[state]:
            return None
        return state + 1 if state < -1 else self._language.start

    def live(self, state: int) -> list[str]:
        """The next character of the beginning, then what the language says."""
        return [self._beginning[state]] if state < 0 else self._language.live(state)

    def accepts(self, state: int) -> bool:
        """Whether the language does."""
        return state >= 0 and self._language.accepts(state)


class Arns:
    """The ARNs of some resource types: 12 digits for the account, any text that isn't empty for what else varies."""

    groups = (ANYTHING, ":")

    def __init__(self, templates: Sequence[str], account: str | None = None) -> None:
        self._automaton = Automaton([_shape(template, account) for template in templates])
        self.start = self._automaton.start

    def step(self, state: int, character: str) -> int | None:
        """All types at once."""
        return self._automaton.step(state, character) or None

    def live(self, state: int) -> list[str]:
        """What a type's own words need."""
        return self._automaton.live(state)

    def accepts(self, state: int) -> bool:
        """Whether it is the ARN of one of the types."""
        return bool(state & self._automaton.accepts)


def example(template: str, account: str | None = None) -> str:
    """An ARN of a resource type."""
    return _VARYING.sub(lambda found: (account or "0" * 12) if found[1] == "Account" else "a", template)


# For services whose types nobody knows, and for those that no policy names.
ANY_ARN = (
    "arn:${Partition}:%s:${Region}:${Account}:${Resource}",
    "arn:${Partition}:%s::${Account}:${Resource}",
    "arn:${Partition}:%s:::${Resource}",
)

_VARYING = re.compile(r"\$\{([^}]*)\}|(\*)")
_DIGIT = frozenset(DIGITS)


@cache
def _shape(template: str, account: str | None) -> Glob:
    out: list[Unit] = []
    done = 0
    for found in _VARYING.finditer(template):
        literal = template[done : found.start()]
        out += literal
        in_segment = "".join(one for one in out if isinstance(one, str)).count(":") < 5  # noqa: PLR2004 - of an ARN
        done = found.end()
        if found[1] == "Account":
            out += account or (_DIGIT,) * 12
        elif found[2]:
            out.append(Wild.STAR_IN_SEGMENT if in_segment else Wild.STAR)
        else:
            out += [Wild.ONE_IN_SEGMENT, Wild.STAR_IN_SEGMENT] if in_segment else [Wild.ONE, Wild.STAR]
    out += template[done:]
    return _without_neighbours(out)


def _without_neighbours(found: Sequence[Unit]) -> Glob:
    """Two stars side by side say no more than one; the automaton wants none."""
    stars = (Wild.STAR, Wild.STAR_IN_SEGMENT)
    return tuple(one for index, one in enumerate(found) if not (one in stars and index and found[index - 1] in stars))


def _plain(glob: str) -> list[str | Wild]:
    return [one for one in pieces(glob, wildcards=True, variables=False) if isinstance(one, str | Wild)]
