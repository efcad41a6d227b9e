"""How values become columns and come back: times as microseconds, maps and lists as compact JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970; raise `TypeError` for a time without a zone."""
    return (at - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """The time (UTC) that `micros` gave."""
    return _EPOCH + timedelta(microseconds=stored)


def maybe_micros(at: datetime | None) -> int | None:
    """`micros`, or None for None."""
    return None if at is None else micros(at)


def maybe_moment(stored: int | None) -> datetime | None:
    """`moment`, or None for None."""
    return None if stored is None else moment(stored)


def packed(value: Mapping[str, Any] | Sequence[str] | object) -> str:
    """JSON text; the order of a map's keys is kept."""
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def unpacked(stored: str) -> Any:
    """What `packed` was given (a tuple comes back as a list)."""
    return {} if stored == "{}" else json.loads(stored)
