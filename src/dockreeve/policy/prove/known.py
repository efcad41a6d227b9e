"""What is known of a request's context: the keys that hold a value, and those that are absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dockreeve.policy.request import normal_context
from dockreeve.policy.template import Context, Values


@dataclass(frozen=True, slots=True)
class Known:
    """Keys in lower case; of every other key nothing is known, so it may be absent or hold anything."""

    context: Context = field(default_factory=dict)
    absent: frozenset[str] = frozenset()

    @staticmethod
    def of(context: Mapping[str, str | Sequence[str]], absent: Sequence[str] = ()) -> Known:
        """From keys in any case."""
        return Known(normal_context(context), frozenset(key.lower() for key in absent))

    def has(self, key: str) -> bool:
        """Whether it is known what the key holds, or that it is absent."""
        return key in self.context or key in self.absent

    def plus(self, more: Mapping[str, Values | None]) -> Known:
        """With further keys, None meaning absent."""
        held = {key: value for key, value in more.items() if value is not None}
        return Known({**self.context, **held}, self.absent | (more.keys() - held.keys()))
