"""The catalogue of AWS's actions, resource types and condition keys, read from the package's own SQLite file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from dockreeve.policy.glob import Matcher, matcher
from dockreeve.policy.template import Variable, pieces

_FILE = Path(__file__).with_name("catalogue.sqlite")
_GLOBAL = "aws:"
_TEMPLATE = re.compile(r"\$\{[^}]*\}")
_NEAR = 0.8  # of difflib's ratio
_NEAR_SERVICE = 0.7  # the same, of a few letters

# Operations that an action of another name allows (ECR API reference).
AUTHORIZED_BY = {"ecr:ListImageReferrers": "ecr:BatchGetImage"}

# Operations of the service models that are newer than the Service Authorization Reference: their actions are real.
NEWER = frozenset(
    {
        "ecr:DescribeReplicationBackfillResults",
        "ecr:ListReplicationBackfills",
        "ecr:StartReplicationBackfill",
        "ecr:StopReplicationBackfill",
        "iam:AcquireRole",
        "iam:GetAccountProperties",
        "iam:GetRoleTemplateVersion",
        "iam:PutAccountProperties",
        "iam:UpdateDelegationRequest",
    }
)


class About(NamedTuple):
    """Where the data comes from: a distribution's name, its version, and the day it was taken (ISO 8601)."""

    source: str
    version: str
    date: str


@dataclass(frozen=True, slots=True)
class Action:
    """An action as the Service Authorization Reference has it, in its own spelling."""

    name: str  # ecr:BatchGetImage
    level: str  # Read, List, Write, Tagging or Permissions management
    resource_types: tuple[str, ...]  # () where the action is only ever authorized on `*`
    required_types: tuple[str, ...]
    condition_keys: tuple[str, ...]  # those of its resource types included; global keys are not
    dependent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A condition key; a part like `${TagKey}` in its name stands for any text."""

    name: str
    type: str  # String, ARN, Bool, Date, IPAddress, Numeric, or one of them as ArrayOf...

    @property
    def is_global(self) -> bool:
        """Whether AWS supplies it to every service [GLOBAL]."""
        return self.name.startswith(_GLOBAL)

    @property
    def is_multivalued(self) -> bool:
        """Whether a request may hold several values, so that a set operator is needed [SINGLE]."""
        return self.type.startswith("ArrayOf")

    @property
    def base_type(self) -> str:
        """The type of each value."""
        return self.type.removeprefix("ArrayOf")


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the package."""
    return Catalogue(_FILE)


class Catalogue:
    """Reads a service when it is first asked for; safe to share between threads, since nothing is ever written."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._loaded: dict[str, dict[str, Action]] = {}

    @cached_property
    def about(self) -> About:
        """Source, version and date of the data."""
        return About(*self._rows("SELECT source, version, date FROM about")[0])

    def services(self) -> tuple[str, ...]:
        """Every service prefix, sorted."""
        return tuple(self._services)

    def service(self, prefix: str) -> bool:
        """Whether there is such a service prefix; in any case, as in a policy [Action]."""
        return prefix.lower() in self._services

    def action(self, name: str) -> Action | None:
        """The action of that name (`ecr:batchgetimage`, in any case), or None."""
        prefix, _, _ = name.lower().partition(":")
        return self._of(prefix).get(name.lower())

    def actions(self, prefix: str) -> tuple[Action, ...]:
        """The actions of a service in alphabetical order; () if there is no such service."""
        return tuple(self._of(prefix.lower()).values())

    def all_action_names(self) -> tuple[str, ...]:
        """The names of all actions of all services, in order."""
        return self._all_names

    def matching(self, pattern: str) -> tuple[Action, ...]:
        """The actions that an Action element's value takes in: `ecr:Batch*`, `*`, `s3:Get?bject` [Action]."""
        prefix, colon, _ = pattern.lower().partition(":")
        if colon and not set(prefix) & {"*", "?"} and not self.service(prefix):
            return ()
        matches = _glob(pattern)
        prefixes = [prefix] if colon and self.service(prefix) else self._services
        return tuple(action for one in prefixes for spelled, action in self._of(one).items() if matches(spelled))

    def near(self, name: str) -> str | None:
        """The action that was probably meant by a name nobody knows; None if nothing is close."""
        prefix, _, action = name.lower().partition(":")
        if not self.service(prefix):
            meant = self.near_service(prefix)
            return self._canonical(f"{meant}:{action}") if meant else None
        found = _closest(action, (name.partition(":")[2] for name in self._of(prefix)), _NEAR)
        return self._canonical(f"{prefix}:{found}") if found else None

    def near_service(self, prefix: str) -> str | None:
        """The service prefix that was probably meant; None if nothing is close."""
        return _closest(prefix.lower(), self._services, _NEAR_SERVICE)

    def resource_types(self, prefix: str) -> tuple[str, ...]:
        """The names of a service's resource types."""
        return tuple(self._arns.get(prefix.lower(), ()))

    def arn_patterns(self, prefix: str, resource_type: str) -> tuple[str, ...]:
        """The ARNs of a resource type, with parts like `${Account}`; () if there is no such type."""
        arn = self._arns.get(prefix.lower(), {}).get(resource_type)
        return () if arn is None else (arn,)

    def condition_key(self, name: str) -> Key | None:
        """The key of that name in any case (`ecr:ResourceTag/team` is `ecr:ResourceTag/${TagKey}`), or None."""
        lowered = name.lower()
        if lowered in self._keys:
            return self._keys[lowered]
        templates = self._key_templates.get(lowered.partition(":")[0], ())
        return next((key for pattern, key in templates if pattern.fullmatch(lowered)), None)

    def condition_keys(self) -> tuple[Key, ...]:
        """Every key, global ones included."""
        return (*self._keys.values(), *(key for some in self._key_templates.values() for _, key in some))

    def _canonical(self, name: str) -> str | None:
        found = self.action(name)
        return found.name if found else None

    @cached_property
    def _services(self) -> dict[str, int]:
        return {str(prefix): int(number) for prefix, number in self._rows("SELECT prefix, id FROM service ORDER BY id")}

    @cached_property
    def _all_names(self) -> tuple[str, ...]:
        query = "SELECT prefix, name FROM action JOIN service ON service.id = action.service ORDER BY service, name"
        return tuple(f"{prefix}:{name}" for prefix, name in self._rows(query))

    @cached_property
    def _arns(self) -> dict[str, dict[str, str]]:
        query = "SELECT prefix, name, arn FROM resource_type JOIN service ON service.id = resource_type.service"
        found: dict[str, dict[str, str]] = {}
        for prefix, name, arn in self._rows(query):
            found.setdefault(prefix, {})[name] = arn
        return found

    @cached_property
    def _keys(self) -> dict[str, Key]:
        rows = self._rows("SELECT name, type FROM condition_key WHERE instr(name, '${') = 0")
        return {str(name).lower(): Key(name, kind) for name, kind in rows}

    @cached_property
    def _key_templates(self) -> dict[str, list[tuple[re.Pattern[str], Key]]]:
        """By the service, or whoever else it is that a key's name begins with."""
        found: dict[str, list[tuple[re.Pattern[str], Key]]] = {}
        for name, kind in self._rows("SELECT name, type FROM condition_key WHERE instr(name, '${') > 0"):
            found.setdefault(name.partition(":")[0].lower(), []).append((_key_pattern(name), Key(name, kind)))
        return found

    def _of(self, prefix: str) -> dict[str, Action]:
        if prefix not in self._loaded:
            number = self._services.get(prefix)
            if number is None:  # not kept: there is no end of names that are none
                return {}
            self._loaded[prefix] = self._load(prefix, number)
        return self._loaded[prefix]

    def _load(self, prefix: str, number: int) -> dict[str, Action]:
        query = """
            SELECT name, level, types.lines, keys.lines, dependent.lines FROM action
            JOIN list AS types ON types.id = resource_types
            JOIN list AS keys ON keys.id = action.condition_keys
            JOIN list AS dependent ON dependent.id = action.dependent
            WHERE service = ? ORDER BY name
        """
        loaded = {}
        for name, level, types, keys, dependent in self._rows(query, number):
            marked = types.splitlines()
            loaded[f"{prefix}:{name}".lower()] = Action(
                name=f"{prefix}:{name}",
                level=level,
                resource_types=tuple(one.removesuffix("*") for one in marked),
                required_types=tuple(one.removesuffix("*") for one in marked if one.endswith("*")),
                condition_keys=tuple(keys.splitlines()),
                dependent=tuple(dependent.splitlines()),
            )
        return loaded

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        # A connection for each reading costs little, and none is ever shared between threads.
        with closing(sqlite3.connect(f"{self.file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute(query, values).fetchall()


def _closest(name: str, names: Iterable[str], cutoff: float) -> str | None:
    import difflib  # noqa: PLC0415 (only for a name that nobody knows)

    return next(iter(difflib.get_close_matches(name, list(names), 1, cutoff)), None)


def _glob(pattern: str) -> Matcher:
    tokens = pieces(pattern.lower(), wildcards=True, variables=False)
    return matcher([part for part in tokens if not isinstance(part, Variable)])


def _key_pattern(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in _TEMPLATE.split(name.lower())), re.DOTALL)
