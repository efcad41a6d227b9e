"""IAM's lists in pages: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from dockreeve.aws.pages import decode_token

Item = TypeVar("Item")

SIZE = 100  # MaxItems, if the request doesn't say


def after(marker: str | None) -> str:
    """The key that the page begins after; "" for the first page. Raise ValidationError."""
    return decode_token(marker, "iam") if marker else ""


def ending(token: str | None) -> dict[str, Any]:
    """The members that end a list."""
    return {"IsTruncated": True, "Marker": token} if token else {"IsTruncated": False}


def following(items: Iterable[Item], key: Callable[[Item], str], marker: str | None) -> list[Item]:
    """Of a list that is at hand whole: the items that come after the marker, in order of `key`."""
    begin = after(marker)
    return sorted((item for item in items if key(item) > begin), key=key)
