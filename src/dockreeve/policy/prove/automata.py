"""Many globs at once as one automaton, and which of them some text can match together, each with a shortest text."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeAlias

from dockreeve.policy.glob import Token, Wild, joined

# A text stands for one character after the other; a set of characters for any one of them.
Unit: TypeAlias = str | Wild | frozenset[str]
Glob: TypeAlias = tuple[Unit, ...]

MOST_STATES = 20_000  # of one automaton
MOST = 150_000  # of everything that is looked at for one answer
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
DIGITS = "0123456789"
# Stands for all characters that nobody names: enough of them that one is always left.
ANYTHING = LETTERS + LETTERS[:26].upper() + "".join(map(chr, range(0x100, 0x500)))
_STARS = (Wild.STAR, Wild.STAR_IN_SEGMENT)


class TooMany(Exception):
    """There are more cases than may be looked at, because of these condition keys; nothing can be said."""

    def __init__(self, reason: str, keys: frozenset[str] = frozenset()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.keys = keys


def units(tokens: Iterable[Token], *, fold: bool = False) -> Glob:
    """A pattern of the policy engine, character by character; with `fold` each stands for both its cases.

    `fold` is meant for ASCII patterns: `str.lower` then only adds the Kelvin sign, which it makes a `k`.
    """
    out: list[Unit] = []
    for token in joined(tokens):
        if isinstance(token, Wild):
            out.append(token)
        elif fold:
            out += [_both_cases(character) for character in token.lower()]
        else:
            out += token
    return tuple(out)


def _both_cases(character: str) -> frozenset[str]:
    return frozenset({character, character.upper(), "\N{KELVIN SIGN}" if character == "k" else character})


class Budget:
    """How much may be looked at in all: states of automata, requests decided."""

    __slots__ = ("_left",)

    def __init__(self, most: int = MOST) -> None:
        self._left = most

    def spend(self, count: int) -> None:
        """Take so much of it. Raise `TooMany` when there isn't as much."""
        if count > self._left:
            self._left = 0
            raise TooMany("more requests than can be looked at")
        self._left -= count


class Automaton:
    """All ways to match any of the globs, followed at the same time: a state is a number, a bit of it a unit to come.

    Each glob has one bit more than units; it is set when the whole glob has matched.
    """

    __slots__ = ("_any", "_by_character", "_globs", "_literals", "_no_colon", "_stars", "_wide", "accepts", "start")

    def __init__(self, globs: Sequence[Glob]) -> None:
        self._by_character: dict[str, int] = {}
        self._any = self._no_colon = self._stars = self._wide = self.start = 0
        ends: list[int] = []
        at = 0
        for glob in globs:
            self.start |= 1 << at
            for index, unit in enumerate(glob, at):
                self._add(unit, 1 << index)
            at += len(glob) + 1
            ends.append(1 << (at - 1))
        self._literals = tuple(self._by_character.items())
        self._globs = tuple(zip(ends, globs, strict=True))
        self.accepts = sum(ends)
        self.start = self._skipped(self.start)

    def _add(self, unit: Unit, bit: int) -> None:
        if isinstance(unit, Wild):
            self._no_colon |= bit
            if unit in (Wild.STAR, Wild.ONE):
                self._any |= bit
            if unit in _STARS:
                self._stars |= bit
            if unit is Wild.STAR:
                self._wide |= bit
            return
        for character in unit:
            self._by_character[character] = self._by_character.get(character, 0) | bit

    def step(self, state: int, character: str) -> int:
        """The state after one more character; 0 when no glob can match any more."""
        wild = state & (self._any if character == ":" else self._no_colon)
        # A star that takes a character stays; whatever else takes it is done.
        kept = wild & self._stars
        moved = (state & self._by_character.get(character, 0)) | (wild & ~self._stars)
        return self._skipped(moved << 1 | kept)

    def matched(self, state: int) -> frozenset[Glob]:
        """The globs that have matched as a whole."""
        return frozenset(glob for end, glob in self._globs if state & end)

    def reached(self, text: str) -> int:
        """The state after a whole text."""
        state = self.start
        for character in text:
            state = self.step(state, character)
        return state

    def _skipped(self, state: int) -> int:
        return state | (state & self._stars) << 1  # a star may stand for nothing; no two stars are neighbours

    def live(self, state: int) -> list[str]:
        """The characters by which a state goes on otherwise than by the rest of their kind."""
        return [character for character, bits in self._literals if state & bits]


class Language(Protocol):
    """The texts that count, as a deterministic automaton."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Characters of one group are alike but for those that `live` names; one of them is tried for all."""

    @property
    def start(self) -> int:
        """The state of the empty text."""

    def step(self, state: int, character: str) -> int | None:
        """The next state; None where no text that counts goes on like this."""

    def live(self, state: int) -> list[str]:
        """Characters that differ from the rest of their group here."""

    def accepts(self, state: int) -> bool:
        """Whether the text so far counts."""


class AnyText:
    """Every text."""

    groups = (ANYTHING, ":")
    start = 0

    def step(self, state: int, character: str) -> int | None:
        """There is one state."""
        return state

    def live(self, state: int) -> list[str]:
        """None differs."""
        return []

    def accepts(self, state: int) -> bool:
        """Any does."""
        return True


def witnesses(globs: Sequence[Glob], language: Language, budget: Budget, most: int = MOST_STATES) -> list[str]:
    """For every set of globs that some text of the language matches, and no other glob, a shortest such text.

    Raise `TooMany` when the automaton has more states than `most`, or the budget is spent.
    """
    return list(by_globs(globs, language, budget, most).values())


def by_globs(
    globs: Sequence[Glob], language: Language, budget: Budget, most: int = MOST_STATES, *, example: str | None = None
) -> dict[frozenset[Glob], str]:
    """The same, by the globs that are matched.

    `example` is some text of the language. Where it matches no glob, it stands for all such texts, which then need
    not be followed to their ends.
    """
    together = Automaton(globs)
    found: dict[int, str] = {}
    if example is not None and not together.reached(example) & together.accepts:
        found[0] = example
    begin = (together.start, language.start)
    seen = {begin}
    waiting = deque([(*begin, "")])
    while waiting:
        state, place, text = waiting.popleft()
        if language.accepts(place):
            found.setdefault(state & together.accepts, text)
        for character in _tried(together.live(state), language, place):
            on = language.step(place, character)
            if on is None:
                continue
            following = (together.step(state, character), on)
            if following not in seen and (following[0] or 0 not in found):
                if len(seen) >= most:
                    raise TooMany("more patterns at once than can be compared")
                budget.spend(1)
                seen.add(following)
                waiting.append((*following, text + character))
    return {together.matched(state): text for state, text in found.items()}


def _tried(live: list[str], language: Language, place: int) -> list[str]:
    named = {*live, *language.live(place)}
    tried = list(named)
    for group in language.groups:
        other = next((character for character in group if character not in named), None)
        if other is not None:
            tried.append(other)
        elif group is ANYTHING:
            raise TooMany("more than a thousand different characters")
    return sorted(tried, key=_unfamiliar)


def _unfamiliar(character: str) -> tuple[bool, str]:
    """So that of two shortest texts the one of letters is found first."""
    return character not in LETTERS, character
