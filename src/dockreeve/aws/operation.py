"""One declaration per AWS operation: the function that does it, and what it needs to be allowed."""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from dockreeve.faults import Fault

from .model import OperationModel, service

EMPTY: Mapping[str, Any] = MappingProxyType({})

ContextValues = Mapping[str, str | Sequence[str]]
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """A resource that a request is about: its ARN (or `*`) and its tags.

    `said_as` is how a refusal names it where AWS doesn't use the ARN, such as `role NAME`; `context` holds condition
    keys that come with the resource, such as `iam:PermissionsBoundary` of a role.
    """

    arn: str
    said_as: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """One right that a request needs: an action on a resource, with the request's own condition keys."""

    action: str
    touched: Touched
    context: ContextValues = field(default_factory=dict)


ANYTHING = Touched("*")

Touches = Callable[[Any, Params], Awaitable[Touched | list[Touched]]]
Also = Callable[[Any, Params], Awaitable[list[Need]]]
Handler = Callable[..., Awaitable[Mapping[str, Any] | None]]
HandlerT = TypeVar("HandlerT", bound=Handler)


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation. Parameters are by Python's names, defaults not filled in."""

    service: str
    name: str
    model: OperationModel
    action: str
    handler: Handler
    touches: Touched | Touches
    also: Also | None = None
    context: Callable[[Params], ContextValues] | None = None

    async def needs(self, call: Any, params: Params) -> list[Need]:
        """The rights that this request needs, the operation's own first, one per resource; never none.

        Condition keys come from the request: `aws:RequestTag/KEY` and `aws:TagKeys` from `tags` and `tag_keys`,
        then those of `context`; they hold for every need, under the keys that a further need brings itself.
        """
        touched = self.touches if isinstance(self.touches, Touched) else await self.touches(call, params)
        resources = [touched] if isinstance(touched, Touched) else touched
        if not resources:
            # No need means no check: an operation that touches nothing in particular says ANYTHING.
            raise TypeError(f"{self.service}:{self.name} touches no resource")
        asked = {**_tag_keys(params), **(self.context(params) if self.context else EMPTY)}
        own = [Need(self.action, resource, {**resource.context, **asked}) for resource in resources]
        further = await self.also(call, params) if self.also else []
        return own + [replace(need, context={**asked, **need.context}) for need in further]

    async def run(self, call: Any, params: Params) -> Mapping[str, Any]:
        """Do it. Only the gate may call this, once every need is allowed."""
        return await self.handler(call, **params) or EMPTY


_DECLARED: dict[str, Operation] = {}


def operation(
    name: str,
    *,
    touches: Touched | Touches,
    also: Also | None = None,
    context: Callable[[Params], ContextValues] | None = None,
    action: str | None = None,
) -> Callable[[HandlerT], HandlerT]:
    """Declare the function below as the AWS operation `name` (`iam:CreatePolicy`); it stays callable as it is.

    TypeError if the model has no such operation, if it was declared before, or if the function doesn't take `call`
    and then, keyword-only, exactly the model's input members in Python's spelling: required ones without a default,
    optional ones with one. `action` is the IAM action where it isn't `name` itself.
    """
    service_name, _, operation_name = name.partition(":")
    try:
        model = service(service_name).operations[operation_name]
    except KeyError:
        raise TypeError(f"{name} is in no service model") from None

    def declare(handler: HandlerT) -> HandlerT:
        if name in _DECLARED:
            raise TypeError(f"{name} is declared twice")
        _compare(name, model, handler)
        _DECLARED[name] = Operation(
            service_name, operation_name, model, action or name, handler, touches, also, context
        )
        return handler

    return declare


def declared() -> Mapping[str, Operation]:
    """Every declared operation by its name (`iam:CreatePolicy`); those of the modules imported so far."""
    return MappingProxyType(_DECLARED)


def find(service_name: str, name: str) -> Operation | None:
    """The declared operation, or None."""
    return _DECLARED.get(f"{service_name}:{name}")


def locate(service_name: str, name: str, version: str | None = None) -> Operation:
    """The declared operation that a request names; `not_implemented` or `unknown_action` otherwise.

    `version` is the API version that the request names, if it does: another one than the model's has no operations.
    """
    model = service(service_name)
    if not name:
        raise Fault("MissingAction", "The request names no action.")
    if name not in model.operations or version not in (None, model.api_version):
        raise unknown_action(service_name, name, version or model.api_version)
    if found := find(service_name, name):
        return found
    raise not_implemented(service_name, name)


def not_implemented(service_name: str, name: str) -> Fault:
    """The answer for an operation that AWS has and this server hasn't."""
    return Fault("NotImplemented", f"The operation {service_name}:{name} is not implemented by this server.")


def unknown_action(service_name: str, name: str, version: str) -> Fault:
    """The answer for an operation that no service model has, in the spelling of the service's protocol."""
    code = "UnknownOperationException" if service(service_name).speaks_json else "InvalidAction"
    return Fault(code, f"Could not find operation {name[:128]} for version {version[:32]}")


def _compare(name: str, model: OperationModel, handler: Handler) -> None:
    call, *others = inspect.signature(handler).parameters.values()
    if call.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
        raise TypeError(f"{name}: the first parameter must be the call")
    for parameter in others:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"{name}: {parameter.name} must be keyword-only")
    defaults = {parameter.name: parameter.default is not inspect.Parameter.empty for parameter in others}
    expected = {python: member not in model.input_shape.required for member, python in model.python_names.items()}
    if missing := expected.keys() - defaults.keys():
        raise TypeError(f"{name}: the model also has {', '.join(sorted(missing))}")
    if extra := defaults.keys() - expected.keys():
        raise TypeError(f"{name}: the model has no {', '.join(sorted(extra))}")
    for parameter_name, optional in expected.items():
        if optional != defaults[parameter_name]:
            word = "optional, give it a default" if optional else "required, take its default away"
            raise TypeError(f"{name}: {parameter_name} is {word}")


def _tag_keys(params: Params) -> dict[str, str | Sequence[str]]:
    tags = {tag["Key"]: tag.get("Value", "") for tag in params.get("tags") or () if "Key" in tag}
    keys = [*tags, *(key for key in params.get("tag_keys") or () if key not in tags)]
    found: dict[str, str | Sequence[str]] = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    if keys:
        found["aws:TagKeys"] = keys
    return found
