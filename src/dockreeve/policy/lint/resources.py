"""Checks of Resource and NotResource: is each an ARN, and one that the service has?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.lint.covers import overlaps
from dockreeve.policy.lint.draft import Draft, Text
from dockreeve.policy.lint.table import ERROR, Found, at, check

_SEGMENTS = 6
_OPEN = {"*", "?", "$"}  # a part with one of them is not fixed
_PARTITIONS = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_SHOWN = 6  # forms of a resource in a sentence
_HINTS = 50  # in a document: looking for the nearest name is slow
_COMPARED = 500  # in a document: so is comparing one with every resource type of a large service
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


class Arn(NamedTuple):
    """A Resource of six segments."""

    text: Text
    partition: str
    service: str
    region: str
    account: str
    resource: str


def _values(draft: Draft) -> Iterator[Text]:
    for statement in draft.statements:
        for text in statement.resources.values if statement.resources else ():
            if text.value != "*":
                yield text


def arns(draft: Draft) -> Iterator[Arn]:
    """Every Resource that has the six segments of an ARN."""
    for text in _values(draft):
        prefix, *parts = text.value.split(":", _SEGMENTS - 1)
        if prefix == "arn" and len(parts) == _SEGMENTS - 1:
            yield Arn(text, *parts)


@check("INVALID_ARN_PREFIX", ERROR, "`{resource}` is no ARN. A resource begins with `arn:`, or is `*` whole.")
def no_arn(draft: Draft) -> Iterator[Found]:
    for text in _values(draft):
        if not text.value.startswith("arn:") and not text.value.startswith("${"):
            yield at(text.spot, resource=text.value)


@check(
    "MISSING_ARN_FIELD",
    ERROR,
    "`{resource}` lacks a part. An ARN has six: arn:partition:service:region:account:resource.",
)
def too_few_parts(draft: Draft) -> Iterator[Found]:
    for text in _values(draft):
        if text.value.startswith("arn:") and text.value.count(":") < _SEGMENTS - 1:
            yield at(text.spot, resource=text.value)


@check("INVALID_PARTITION", ERROR, "The partition `{partition}` does not exist. Use `aws`, for example.")
def unknown_partition(draft: Draft) -> Iterator[Found]:
    for arn in arns(draft):
        if arn.partition not in _PARTITIONS and not set(arn.partition) & _OPEN:
            yield at(arn.text.spot, partition=arn.partition)


@check("INVALID_SERVICE", ERROR, "The service `{service}` of the ARN does not exist.{hint}")
def unknown_service(draft: Draft) -> Iterator[Found]:
    hints = _HINTS
    for arn in arns(draft):
        service = arn.service
        if set(service) & _OPEN or service.lower() in _shapes() or catalogue().service(service):
            continue
        meant = catalogue().near_service(service) if hints > 0 else None
        hints -= 1
        yield at(arn.text.spot, service=service, hint=f" Did you mean `{meant}`?" if meant else "")


@check("INVALID_ARN_SERVICE_CASE", ERROR, "The service of an ARN is written in lower case: `{service}`.")
def service_in_capitals(draft: Draft) -> Iterator[Found]:
    for arn in arns(draft):
        if arn.service != arn.service.lower() and catalogue().service(arn.service):
            yield at(arn.text.spot, service=arn.service.lower())


@check("INVALID_ARN_REGION", ERROR, "`{region}` is no region. Write it like `us-east-1`.")
def unknown_region(draft: Draft) -> Iterator[Found]:
    for arn in arns(draft):
        if arn.region and not set(arn.region) & _OPEN and not _REGION.fullmatch(arn.region):
            yield at(arn.text.spot, region=arn.region)


@check("INVALID_ARN_ACCOUNT", ERROR, "`{account}` is no account. An account has 12 digits.")
def unknown_account(draft: Draft) -> Iterator[Found]:
    for arn in arns(draft):
        account = arn.account
        if account not in ("", "aws") and not set(account) & _OPEN and not _ACCOUNT.fullmatch(account):
            yield at(arn.text.spot, account=account)


@check("MISSING_ARN_REGION", ERROR, "ARNs of `{service}` name a region. Add it, or `*`.")
def no_region(draft: Draft) -> Iterator[Found]:
    for arn, shapes in _shaped(draft):
        if not arn.region and shapes and all(shape.region for shape in shapes):
            yield at(arn.text.spot, service=arn.service)


@check("ARN_REGION_NOT_ALLOWED", ERROR, "ARNs of `{service}` like this one name no region. Leave it empty.")
def superfluous_region(draft: Draft) -> Iterator[Found]:
    for arn, shapes in _shaped(draft):
        if arn.region.strip("*") and shapes and not any(shape.region for shape in shapes):
            yield at(arn.text.spot, service=arn.service)


@check("ARN_ACCOUNT_NOT_ALLOWED", ERROR, "ARNs of `{service}` like this one name no account. Leave it empty.")
def superfluous_account(draft: Draft) -> Iterator[Found]:
    for arn, shapes in _shaped(draft):
        if arn.account.strip("*") and shapes and not any(shape.account for shape in shapes):
            yield at(arn.text.spot, service=arn.service)


@check("INVALID_ARN_RESOURCE", ERROR, "`{service}` has no resource like `{resource}`. It has: {known}.")
def unknown_resource(draft: Draft) -> Iterator[Found]:
    for arn, shapes in _shaped(draft):
        if not shapes and arn.service in _shapes():
            known = sorted({shape.pattern for shape in _shapes()[arn.service]})
            more = "" if len(known) <= _SHOWN else " and others"
            yield at(
                arn.text.spot,
                service=arn.service,
                resource=arn.resource,
                known=", ".join(f"`{one}`" for one in known[:_SHOWN]) + more,
            )


class _Shape(NamedTuple):
    region: bool  # whether ARNs of the type have one
    account: bool
    pattern: str  # repository/*


@cache
def _shapes() -> dict[str, tuple[_Shape, ...]]:
    """The ARNs of each service, from the catalogue."""
    known = catalogue()
    found: dict[str, list[_Shape]] = {}
    for service in known.services():
        for name in known.resource_types(service):
            for arn in known.arn_patterns(service, name):
                _, _, owner, region, account, resource = arn.split(":", _SEGMENTS - 1)
                shape = _Shape(bool(region), bool(account), _PLACEHOLDER.sub("*", resource))
                found.setdefault(owner, []).append(shape)
    return {owner: tuple(shapes) for owner, shapes in found.items()}


def _shaped(draft: Draft) -> Iterator[tuple[Arn, tuple[_Shape, ...]]]:
    """The ARNs with the resource types that each may be of; of a very long document the first ones only."""
    for arn in islice(arns(draft), _COMPARED):
        yield arn, _alike(arn.service, _PLACEHOLDER.sub("*", arn.resource))


@lru_cache(maxsize=2 * _COMPARED)
def _alike(service: str, resource: str) -> tuple[_Shape, ...]:
    return tuple(shape for shape in _shapes().get(service, ()) if overlaps(resource, shape.pattern))
