"""The actions of all services in groups that the policies at hand can't tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dockreeve.policy.catalogue import Catalogue, catalogue
from dockreeve.policy.prove.names import ANY_ARN
from dockreeve.policy.statement import Statement

ON_EVERYTHING = "*"  # what an action without resource types is authorized on
_OURS = "ecr"  # never left to be represented by another service
_WILDCARDS = frozenset("*?")
_SERVICE_SEGMENT = 2
# A Resource that takes one service, none or every one: a star for the whole segment, not a part such as `s*`.
_SERVICES_ALIKE = re.compile(r"\*$|arn:\*$|arn:(\*|[^:*?$]*):(\*|[^:*?$]*)(:|$)")


@dataclass(frozen=True, slots=True)
class Actions:
    """Actions that the same statements name and that are authorized on the same kinds of resources.

    `names` are those of the catalogue and those that a policy writes out. `resources` are ARNs with variable parts,
    or `*`. `stands_for_others`: the policies name none of its service, nor of any other that isn't listed.
    """

    names: tuple[str, ...]
    resources: tuple[str, ...]
    naming: tuple[int, ...]  # places of the statements
    stands_for_others: bool = False


def grouped(statements: Sequence[Statement]) -> list[Actions]:
    """Every action that some statement names, grouped.

    A service that no statement mentions is represented by one of its kind. Of a service that the catalogue doesn't
    know, and of a name that it doesn't know, only what the policies write out counts.
    """
    known = catalogue()
    written = {action.lower() for statement in statements for action in statement.actions}
    services, all_named = _mentioned(written, statements, known)
    groups: dict[tuple[tuple[int, ...], tuple[str, ...]], list[str]] = {}
    for service in sorted(services):
        for name, resources in _of_service(service, written, known):
            naming = _naming(statements, name)
            if naming:
                groups.setdefault((naming, resources), []).append(name)
    found = [Actions(tuple(names), resources, naming) for (naming, resources), names in groups.items()]
    return found if all_named else [*found, *_others(statements, services, known)]


def authorized_on(name: str) -> tuple[str, ...]:
    """What kinds of resources an action is authorized on: ARNs with variable parts, `*`, or both."""
    return _authorized_on(name, catalogue())


def _naming(statements: Sequence[Statement], name: str) -> tuple[int, ...]:
    key = name.lower()
    return tuple(place for place, statement in enumerate(statements) if statement.names_action(key))


def _mentioned(written: Iterable[str], statements: Sequence[Statement], known: Catalogue) -> tuple[set[str], bool]:
    """The services that an Action or a Resource names, and whether that is all of them."""
    services = {_OURS}
    for action in written:
        service, colon, _ = action.partition(":")
        if colon and not _WILDCARDS & set(service):
            services.add(service)
        elif action not in ("*", "*:*"):
            # `e*:Get*` tells services apart by their letters: each must be looked at.
            return {*services, *known.services()}, True
    for resource in {each for statement in statements for each in statement.resources or ()}:
        if not _SERVICES_ALIKE.match(resource):
            return {*services, *known.services()}, True
        segments = resource.split(":")
        if len(segments) > _SERVICE_SEGMENT and known.service(segments[_SERVICE_SEGMENT]):
            services.add(segments[_SERVICE_SEGMENT].lower())
    return services, False


def _of_service(service: str, written: Iterable[str], known: Catalogue) -> Iterator[tuple[str, tuple[str, ...]]]:
    for action in known.actions(service):
        yield action.name, _authorized_on(action.name, known)
    for name in sorted(written):
        if name.partition(":")[0] != service or known.action(name) is not None:
            continue
        if not known.service(service):
            example = name.replace("*", "Any").replace("?", "x")
            yield example, _authorized_on(example, known)
        elif not _WILDCARDS & set(name):
            yield name, _authorized_on(name, known)


def _authorized_on(name: str, known: Catalogue) -> tuple[str, ...]:
    service = name.partition(":")[0].lower()
    action = known.action(name)
    if action is None:
        return (*(template % service for template in ANY_ARN), ON_EVERYTHING)
    arns = tuple(arn for kind in action.resource_types for arn in known.arn_patterns(service, kind))
    return arns if arns and action.required_types else (*arns, ON_EVERYTHING)


def _others(statements: Sequence[Statement], services: set[str], known: Catalogue) -> Iterator[Actions]:
    """One action with resource types and one without, of services that nobody mentions."""
    found: set[bool] = set()
    for service in known.services():
        if service in services:
            continue
        for action in known.actions(service):
            has_types = bool(action.resource_types)
            if has_types in found:
                continue
            naming = _naming(statements, action.name)
            if not naming:
                return  # the same for all of these services
            found.add(has_types)
            arns = tuple(template % service for template in ANY_ARN)
            yield Actions((action.name,), arns if has_types else (ON_EVERYTHING,), naming, True)
        if len(found) == 2:  # noqa: PLR2004 - with and without
            return
