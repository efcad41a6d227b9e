"""Which service and operation a request to the one port is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dockreeve.faults import Fault

from .model import NAMES, service
from .sigv4 import Signature
from .unverified import Kind, Unverified


@dataclass(frozen=True, slots=True)
class Addressed:
    """What a request asks for: the service, the operation's name and, in Query services, the API's version.

    `operation` is empty if the request names none.
    """

    service: str
    operation: str
    version: str | None = None


def service_of(
    signature: Signature | None, headers: Sequence[tuple[bytes, bytes]], params: Iterable[tuple[str, str]]
) -> Addressed:
    """Tell the service by the credential's scope, then the operation by `X-Amz-Target` or `Action`.

    An unsigned request is told by its target or by the version of its action, and is STS's if by neither. `params`
    are those of the query and, in a form, of the body. Raises `Unverified` (BAD_SCOPE) for a service that isn't
    served here; a name that the service doesn't have is for `operation.locate` to refuse.
    """
    named = [(name, value) for name, value in params if name in ("Action", "Version")]
    given = dict(named)
    if len(given) != len(named):
        raise Fault("MalformedInput", "Action or Version is given more than once.")
    target = next((value.decode("latin-1") for name, value in headers if name.lower() == b"x-amz-target"), "")
    name = signature.service if signature else _unsigned_service(target, given.get("Version"))
    if name not in NAMES:
        raise Unverified(Kind.BAD_SCOPE, f"Credential should be scoped to correct service, not '{name}'.")
    if service(name).protocol == "json":
        prefix, _, operation = target.partition(".")
        return Addressed(name, operation if prefix == service(name).target_prefix else "")
    return Addressed(name, given.get("Action", ""), given.get("Version"))


def _unsigned_service(target: str, version: str | None) -> str:
    for name in NAMES:
        model = service(name)
        if model.target_prefix and target.startswith(f"{model.target_prefix}."):
            return name
        if model.protocol == "query" and version == model.api_version:
            return name
    return "sts"
