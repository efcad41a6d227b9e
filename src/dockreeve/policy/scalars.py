"""Read the typed values of conditions: numbers, dates, addresses, booleans, bytes."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_EPOCH = re.compile(r"-?\d{1,19}(?:\.\d{1,9})?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})-(\d\d)(?:-(\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?)?",
    re.ASCII,
)
_NANOSECONDS = 1_000_000_000
_EPOCH_LIMIT = 2**63
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=2048)
def number(text: str) -> Decimal | None:
    """An integer or decimal number (OPS), exactly; None if `text` is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=2048)
def moment(text: str) -> int | None:
    """Nanoseconds since 1970 of an ISO 8601 date or of epoch seconds (OPS); no zone means UTC. None if it is none."""
    if _EPOCH.fullmatch(text):
        seconds = Decimal(text)
        return int(seconds * _NANOSECONDS) if abs(seconds) < _EPOCH_LIMIT else None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, zone_hours, zone_minutes = found.groups()
    try:
        zone = timezone(int(f"{sign}1") * timedelta(hours=int(zone_hours), minutes=int(zone_minutes))) if sign else UTC
        at = datetime(int(year), int(month), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), 0, zone)
    except ValueError:
        return None
    since = at - _BEGIN
    return (since.days * 86_400 + since.seconds) * _NANOSECONDS + int((fraction or "").ljust(9, "0"))


@lru_cache(maxsize=4096)
def address(text: str) -> tuple[int, int] | None:
    """Version and value of an IP address in any spelling; an IPv4 address mapped into IPv6 counts as IPv4."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.version, int(found)


def network(text: str) -> tuple[int, int, int] | None:
    """Version, value and mask of `address` or `address/prefix` (OPS); None if it is neither."""
    prefix = text.partition("/")[2]
    if "/" in text and not (prefix.isascii() and prefix.isdigit()):
        return None
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return found.version, int(found.network_address), int(found.netmask)


def boolean(text: str) -> bool | None:
    """true or false in any case (OPS); None if it is neither."""
    return {"true": True, "false": False}.get(text.lower())


def octets(text: str) -> bytes | None:
    """The bytes of a base64 text; None if it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
