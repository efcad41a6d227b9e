"""Policies from files as the prover takes them, and what `--context` says of a request."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from dockreeve.cli.outcome import USAGE, Stopped
from dockreeve.cli.policy_input import Source, sources
from dockreeve.policy.document import Kind
from dockreeve.policy.held import Policy, PolicySet

Keys = dict[str, str | tuple[str, ...]]

_PAIR = re.compile(r"([^=\s]+)=(.*)", re.DOTALL)


def identity_sources(files: Iterable[str]) -> tuple[Source, ...]:
    """The identity policies of the files; what else a template holds is left out. Raise `Stopped`."""
    found = []
    for source in sources(files):
        if (kind := source.guessed_kind()) is Kind.IDENTITY:
            found.append(source)
        elif not source.place:
            raise Stopped(f"{source.name} is no identity policy but one of kind {kind.value}", "", status=USAGE)
    return tuple(found)


def by_owner(found: Iterable[Source]) -> dict[str, list[Source]]:
    """The sources of each role, user and group of a template; a file by itself has the owner ""."""
    ordered = sorted(found, key=lambda source: source.owner)
    return {owner: list(group) for owner, group in groupby(ordered, key=lambda source: source.owner)}


def policy_set(found: Iterable[Source], kind: Kind = Kind.IDENTITY) -> PolicySet:
    """Parsed, each named as its file. Raise `Stopped` with file, line and column."""
    return PolicySet(Policy(source.document(kind), source.name, inline=True) for source in found)


def known_context(pairs: Sequence[str]) -> Keys:
    """`KEY=VALUE` pairs; a key that comes twice holds both values. Raise `Stopped`."""
    found: Keys = {}
    for pair in pairs:
        split = _PAIR.fullmatch(pair)
        if split is None:
            raise Stopped(f"`{pair}` is no KEY=VALUE", "--context aws:SourceIp=10.0.0.1", status=USAGE)
        key, value = split.groups()
        earlier = found.get(key)
        found[key] = value if earlier is None else (*((earlier,) if isinstance(earlier, str) else earlier), value)
    return found
