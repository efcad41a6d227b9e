"""What is known of a request's context: the keys that hold a value, and those that are absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dockreeve.policy.request import normal_context
from dockreeve.policy.template import Context, Values

_TAGS = ("aws:resourcetag/", "ecr:resourcetag/")


@dataclass(frozen=True, slots=True)
class Known:
    """Keys in lower case; of every other key nothing is known, so it may be absent or hold anything."""

    context: Context = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    tagged: bool = False  # whether every tag of the resource is known, so that any other is absent

    @staticmethod
    def of(context: Mapping[str, str | Sequence[str]], absent: Sequence[str] = ()) -> Known:
        """From keys in any case."""
        return Known(normal_context(context), frozenset(key.lower() for key in absent))

    def has(self, key: str) -> bool:
        """Whether it is known what the key holds, or that it is absent."""
        return key in self.context or key in self.absent or (self.tagged and key.startswith(_TAGS))

    def of_resource(self, tags: Mapping[str, str] | None) -> Known:
        """With all tags of the resource that is asked for, under the keys of IAM and of ECR; None: they aren't known.

        What is known of such a key otherwise stays.
        """
        if tags is None:
            return self
        keys = normal_context({f"{prefix}{key}": value for key, value in tags.items() for prefix in _TAGS})
        return Known({**keys, **self.context}, self.absent, tagged=True)

    def plus(self, more: Mapping[str, Values | None]) -> Known:
        """With further keys, None meaning absent."""
        held = {key: value for key, value in more.items() if value is not None}
        return Known({**self.context, **held}, self.absent | (more.keys() - held.keys()), self.tagged)
