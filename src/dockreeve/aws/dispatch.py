"""Which service and operation a request to the one port is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dockreeve.faults import Fault

from . import restjson
from .model import NAMES, service
from .sigv4 import Signature
from .unverified import Kind, Unverified

ROOT = b"/"  # where the services are that name their operations in the body or a header


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
    """Tell the service at `/` by the credential's scope, then the operation by `X-Amz-Target` or `Action`.

    An unsigned request is told by its target or by the version of its action, and is STS's if by neither. `params`
    are those of the query and, in a form, of the body. Raises `Unverified` (BAD_SCOPE) for a service that isn't
    served here; a name that the service doesn't have is for `operation.locate` to refuse.
    """
    given = [(name, value) for name, value in params if name in ("Action", "Version")]
    said = dict(given)
    if len(said) != len(given):
        raise Fault("MalformedInput", "Action or Version is given more than once.")
    target = next((value.decode("latin-1") for name, value in headers if name.lower() == b"x-amz-target"), "")
    name = _scoped(signature.service, ROOT) if signature else _unsigned_service(target, said.get("Version"))
    if service(name).protocol == "json":
        prefix, _, operation = target.partition(".")
        return Addressed(name, operation if prefix == service(name).target_prefix else "")
    return Addressed(name, said.get("Action", ""), said.get("Version"))


def rest_operation(signature: Signature | None, method: str, raw_path: bytes) -> Addressed:
    """Tell a REST service by the credential's scope, and its operation by method and path.

    `operation` is empty if the service has none there. Raises `Unverified` as `service_of` does.
    """
    name = _scoped(signature.service, raw_path) if signature else restjson.services()[0].name
    return Addressed(name, restjson.named(service(name), method, raw_path))


def scoped(scope: str, raw_path: bytes) -> str | None:
    """The service that the scope of a credential means on this path, if it is served here."""
    at_root = raw_path == ROOT
    return next(
        (name for name in NAMES if service(name).scope == scope and (service(name).protocol != "rest-json") == at_root),
        None,
    )


def _scoped(scope: str, raw_path: bytes) -> str:
    found = scoped(scope, raw_path)
    if found is None:
        raise Unverified(Kind.BAD_SCOPE, f"Credential should be scoped to correct service, not '{scope}'.")
    return found


def _unsigned_service(target: str, version: str | None) -> str:
    for name in NAMES:
        model = service(name)
        if model.target_prefix and target.startswith(f"{model.target_prefix}."):
            return name
        if model.protocol == "query" and version == model.api_version:
            return name
    return "sts"
