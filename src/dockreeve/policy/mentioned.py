"""Which context keys a policy asks for: those of its conditions, and those of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dockreeve.policy.document import Document
from dockreeve.policy.parse import NEW_VERSION
from dockreeve.policy.statement import Statement

# A variable without default: `${aws:username}`, but not `${*}` and its kin, which are characters.
_VARIABLE = re.compile(r"\$\{([^{}',\s*?$][^{}',\s]*)\}")


def document_keys(document: Document) -> Iterator[str]:
    """Every key that the document's statements mention, as written; the same one may come again."""
    for statement in document.statements:
        yield from statement_keys(statement, document.version)


def statement_keys(statement: Statement, version: str) -> Iterator[str]:
    """The keys of the conditions and of variables without a default, in Resource and in values of conditions [VARS].

    `version` is the document's: there are no variables in an old one.
    """
    for line in statement.conditions:
        yield line.key
    if version == NEW_VERSION:
        yield from _variables(statement.resources or ())
        for line in statement.conditions:
            yield from _variables(line.values)


def _variables(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _VARIABLE.findall(text)
