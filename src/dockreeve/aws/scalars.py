"""How AWS writes numbers and times, whatever the protocol."""

from datetime import UTC, datetime
from typing import Any

from .model import Shape

INTEGER_BITS = {"integer": 32, "long": 64}


def fits(shape: Shape, number: int) -> bool:
    """Whether `number` is in the range of the shape's integer type."""
    half = 1 << (INTEGER_BITS[shape.kind] - 1)
    return -half <= number < half


def instant(value: Any, shape: Shape) -> datetime:
    """The moment that `value` (an aware datetime, or seconds since 1970) means, in UTC; TypeError otherwise."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    raise wrong_type(value, shape)


def wrong_type(value: Any, shape: Shape) -> TypeError:
    """The error for a result that does not fit the model: a bug of ours, never the caller's."""
    return TypeError(f"{shape.name} is a {shape.kind}, the result holds {type(value).__name__}")


def unknown_members(given: set[str], shape: Shape) -> TypeError:
    """The error for result members that the model doesn't have."""
    return TypeError(f"{shape.name} has no member {', '.join(sorted(given - shape.members.keys()))}")
