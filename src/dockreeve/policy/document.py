"""Policy documents: what `parse` makes of their text, and how it refuses one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockreeve.policy.statement import Statement


class Kind(Enum):
    """What a document is for; it decides the document's grammar."""

    IDENTITY = "identity"
    TRUST = "trust"
    REPOSITORY = "repository"
    REGISTRY = "registry"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"


class Malformed(Exception):
    """A document that may not be stored.

    `sentence` is what AWS says; `detail` is what is wrong in our words; `line` and `column` count from 1 where known.
    """

    def __init__(self, sentence: str, detail: str = "", line: int | None = None, column: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail or sentence
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed policy document; `text` is kept as given, `version` is 2008-10-17 where none is written [GRAMMAR]."""

    text: str = field(repr=False)
    kind: Kind
    version: str
    statements: tuple[Statement, ...]
    id: str | None = None

    @property
    def size(self) -> int:
        """Characters without white space, as IAM's quotas count them."""
        return sum(map(len, self.text.split()))

    def principals(self) -> Iterator[tuple[str, str]]:
        """Every (kind, value) a Principal or NotPrincipal names, kind being AWS, Service, Federated or CanonicalUser.

        `"Principal": "*"` comes as ("AWS", "*").
        """
        for statement in self.statements:
            if statement.principals is not None:
                yield from statement.principals.named

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character of the text."""
        return position(self.text, offset)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character of `text`."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
