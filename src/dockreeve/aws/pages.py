"""Lists in pages: the opaque tokens that say where the next page begins, for every service alike."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from dockreeve.faults import Fault

from .common_errors import field_invalid
from .model import service

DEFAULT_SIZE = 100
MAX_TOKEN = 8192

Item = TypeVar("Item")

_VERSION = b"1:"


def encode_token(after: str) -> str:
    """The token of the page that begins after the key `after`."""
    return base64.urlsafe_b64encode(_VERSION + after.encode()).decode().rstrip("=")


def decode_token(token: str, service_name: str) -> str:
    """The key that `encode_token` was given; the named service's own fault for any other text."""
    try:
        if len(token) > MAX_TOKEN:
            raise ValueError
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        after = raw.removeprefix(_VERSION).decode()
    except (ValueError, binascii.Error):
        raise _invalid(service_name) from None
    if encode_token(after) != token:
        raise _invalid(service_name)
    return after


def cut(found: Sequence[Item], size: int, key: Callable[[Item], str]) -> tuple[Sequence[Item], str | None]:
    """The first `size` items, and the token of the next page if `found` has more.

    Ask the store for `size + 1` items; `key` gives the key that the store's `after` takes.
    """
    if len(found) <= size:
        return found, None
    page = found[:size]
    return page, encode_token(key(page[-1]))


def _invalid(service_name: str) -> Fault:
    if service(service_name).protocol == "rest-json":
        return field_invalid(service(service_name), "Invalid nextToken.", {"nextToken": "Invalid nextToken."})
    if service(service_name).protocol == "json":
        field, reason = "NextToken", "Invalid next token provided"
        return Fault(
            "InvalidParameterException", f"Invalid parameter at '{field}' failed to satisfy constraint: '{reason}'"
        )
    return Fault("ValidationError", "Invalid Marker.")
