"""Which refusal a pasted error is about: its id, or what AWS's sentence in it names."""

from __future__ import annotations

import re

_ID = re.compile(r"\b[a-z0-9]{25}\b")
_SENTENCE = re.compile(
    r"User: (?P<principal>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+) on resource: (?P<resource>\S+)"
)


def refusal_id(pasted: str) -> str | None:
    """The first id in the text."""
    found = _ID.search(pasted)
    return found[0] if found else None


def refusal_named(pasted: str) -> dict[str, str] | None:
    """`principal`, `action` and `resource` of the first sentence in the text."""
    found = _SENTENCE.search(pasted)
    return found.groupdict() if found else None
