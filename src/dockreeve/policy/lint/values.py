"""Checks of the values of conditions: are they of the key's and the operator's type, and do they mean what they say?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from dockreeve.policy import scalars
from dockreeve.policy.lint.conditions import known_lines, lines
from dockreeve.policy.lint.draft import Draft, Line, Text
from dockreeve.policy.lint.table import ERROR, SUGGESTION, WARNING, Found, at, check

_FAMILIES = {
    "String": ("string",),
    "ARN": ("arn", "string"),
    "Bool": ("bool", "string"),
    "Date": ("date", "numeric"),  # aws:EpochTime may be tested as a number
    "IPAddress": ("ipaddress",),
    "Numeric": ("numeric",),
}
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d.*", re.DOTALL | re.ASCII)


def _of_type(draft: Draft, *bases: str) -> Iterator[tuple[Line, Text]]:
    """The fixed values of the operators whose positive name begins with one of `bases`."""
    for _, line in lines(draft):
        if line.how is not None and line.how.base.startswith(bases):
            for value in line.values:
                if "${" not in value.value:
                    yield line, value


@check("TYPE_MISMATCH", WARNING, "`{operator}` is not for the key `{key}`, which holds {type}.")
def operator_of_another_type(draft: Draft) -> Iterator[Found]:
    for _, line, key in known_lines(draft):
        families = _FAMILIES.get(key.base_type)
        if line.how is None or families is None or line.how.base in ("null", "binaryequals"):
            continue
        if not line.how.base.startswith(families):
            yield at(line.operator.spot, operator=line.operator.value, key=line.key.value, type=key.base_type)


@check("TYPE_MISMATCH_BOOLEAN", WARNING, "`{operator}` takes `true` or `false`, not `{value}`.")
def no_boolean(draft: Draft) -> Iterator[Found]:
    return _unread(draft, scalars.boolean, "bool", "null")


@check("TYPE_MISMATCH_NUMBER", WARNING, "`{operator}` takes a number, not `{value}`.")
def no_number(draft: Draft) -> Iterator[Found]:
    return _unread(draft, scalars.number, "numeric")


@check(
    "TYPE_MISMATCH_DATE", WARNING, "`{operator}` takes a date like 2026-01-31 or 2026-01-31T12:00:00Z, not `{value}`."
)
def no_date(draft: Draft) -> Iterator[Found]:
    return _unread(draft, scalars.moment, "date")


@check(
    "TYPE_MISMATCH_IP_RANGE", WARNING, "`{operator}` takes an address or a range like 203.0.113.0/24, not `{value}`."
)
def no_address(draft: Draft) -> Iterator[Found]:
    return _unread(draft, scalars.network, "ipaddress")


@check("TYPE_MISMATCH_STRING", WARNING, "`{operator}` takes text in base64, not `{value}`.")
def no_base64(draft: Draft) -> Iterator[Found]:
    return _unread(draft, scalars.octets, "binary")


def _unread(draft: Draft, read: Callable[[str], object], *bases: str) -> Iterator[Found]:
    for line, value in _of_type(draft, *bases):
        if read(value.value) is None:
            yield at(value.spot, operator=line.operator.value, value=value.value)


@check("INVALID_DATE_VALUE", WARNING, "`{value}` may be read as another date than you mean. Write it like 2026-01-31.")
def odd_date(draft: Draft) -> Iterator[Found]:
    for line, value in _of_type(draft, "date"):
        is_epoch = line.key.value.lower() == "aws:epochtime"
        if not is_epoch and scalars.moment(value.value) is not None and not _WHOLE_DATE.fullmatch(value.value):
            yield at(value.spot, value=value.value)


@check(
    "INVALID_CONDITION_MULTIPLE_BOOLEAN", ERROR, "`{operator}` takes one value; the policy gives {count} for `{key}`."
)
def several_booleans(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        if line.how is not None and line.how.base == "bool" and len(line.values) > 1:
            yield at(line.spot, operator=line.operator.value, count=len(line.values), key=line.key.value)


@check(
    "WILDCARD_WITHOUT_LIKE_OPERATOR",
    WARNING,
    "In `{operator}` the `*` or `?` of `{value}` is a plain character. Use an operator with Like for patterns.",
)
def wildcard_as_text(draft: Draft) -> Iterator[Found]:
    for line, value in _of_type(draft, "stringequals"):
        if set(value.value) & {"*", "?"}:
            yield at(line.operator.spot, value.spot, operator=line.operator.value, value=value.value)


@check("IMPROVE_IP_RANGE", SUGGESTION, "The bits of `{value}` behind the prefix are ignored. Write `{better}`.")
def bits_behind_the_prefix(draft: Draft) -> Iterator[Found]:
    for _, value in _of_type(draft, "ipaddress"):
        if "/" in value.value and scalars.network(value.value) is not None:
            written = ipaddress.ip_interface(value.value)
            if written.ip != written.network.network_address:
                yield at(value.spot, value=value.value, better=written.network)


@check(
    "PRIVATE_IP_ADDRESS",
    SUGGESTION,
    "`{value}` is a private range. AWS never sees such an address in aws:SourceIp; a registry of your own does.",
)
def private_range(draft: Draft) -> Iterator[Found]:
    for line, value in _of_type(draft, "ipaddress"):
        if line.key.value.lower() == "aws:sourceip" and scalars.network(value.value) is not None:
            found = ipaddress.ip_network(value.value, strict=False)
            if found.is_private and not found.is_loopback and found.prefixlen:
                yield at(value.spot, value=value.value)


@check(
    "REDUNDANT_CONDITION_VALUE_NUM",
    SUGGESTION,
    "Of several values of `{operator}` for `{key}` only the {which} counts. Keep that one.",
)
def several_limits(draft: Draft) -> Iterator[Found]:
    for _, line in lines(draft):
        if line.how is None or len(line.values) < 2 or not line.how.base.startswith("numeric"):  # noqa: PLR2004
            continue
        which = {"less": "greatest", "grea": "least"}.get(line.how.base.removeprefix("numeric")[:4])
        if which is not None:
            yield at(line.spot, operator=line.operator.value, key=line.key.value, which=which)
