"""The AWS service models in our own types: the only module that knows botocore."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, cast

from botocore import xform_name
from botocore.loaders import Loader

Kind = Literal[
    "structure", "list", "map", "string", "integer", "long", "boolean", "blob", "timestamp", "float", "double"
]
Protocol = Literal["query", "json"]

NAMES = ("iam", "sts", "ecr")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One type of a service model.

    `members` holds the members of a structure, `member` for a list, `key` and `value` for a map.
    `low` and `high` bound a string's or blob's length, a list's or map's size, a number's value.
    """

    name: str
    kind: Kind
    members: Mapping[str, "Shape"]
    required: frozenset[str] = frozenset()
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    low: float | None = None
    high: float | None = None
    sensitive: bool = False

    @property
    def item(self) -> "Shape":
        """The shape of a list's elements."""
        return self.members["member"]

    @property
    def is_scalar(self) -> bool:
        return self.kind not in ("structure", "list", "map")


NO_INPUT = Shape("NoInput", "structure", {})


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """An error a service model names: its code on the wire, its HTTP status, and its shape."""

    code: str
    status: int
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class OperationModel:
    """One operation: `input_shape` is empty where the model has none, `output_shape` is None there."""

    service: str
    name: str
    input_shape: Shape
    output_shape: Shape | None
    errors: tuple[ErrorModel, ...]
    signed: bool
    python_names: Mapping[str, str]

    def arguments(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Rename parsed parameters from the model's member names to Python's; nested members keep the model's."""
        return {self.python_names[name]: value for name, value in params.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One service model. `xmlns` is empty for JSON services, `target_prefix` for Query services."""

    name: str
    protocol: Protocol
    api_version: str
    xmlns: str
    target_prefix: str
    operations: Mapping[str, OperationModel]
    errors: Mapping[str, ErrorModel]
    error_names: Mapping[str, str] = field(repr=False)

    def error(self, code: str) -> ErrorModel | None:
        """Find an error by its code (`NoSuchEntity`) or its shape's name (`NoSuchEntityException`)."""
        return self.errors.get(code) or self.errors.get(self.error_names.get(code, ""))


@lru_cache(maxsize=len(NAMES))
def service(name: str) -> Service:
    """Load the model of `name` on first use and keep it; KeyError if it is none of NAMES."""
    if name not in NAMES:
        raise KeyError(name)
    # A loader of our own: models that the user keeps in ~/.aws/models must not change what the server accepts.
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    return _read_service(name, loader.load_service_model(name, "service-2"))


def _read_service(name: str, raw: Mapping[str, Any]) -> Service:
    meta = raw["metadata"]
    shapes = _Shapes(raw["shapes"])
    found = [(key, _read_error(shapes, key)) for key, shape in raw["shapes"].items() if shape.get("exception")]
    errors = {error.code: error for _, error in found}
    return Service(
        name=name,
        protocol=cast(Protocol, meta["protocol"]),
        api_version=meta["apiVersion"],
        xmlns=meta.get("xmlNamespace", ""),
        target_prefix=meta.get("targetPrefix", ""),
        operations={key: _read_operation(name, shapes, one) for key, one in raw["operations"].items()},
        errors=errors,
        error_names={key: error.code for key, error in found},
    )


def _read_operation(service_name: str, shapes: "_Shapes", raw: Mapping[str, Any]) -> OperationModel:
    inputs = shapes.get(raw["input"]["shape"]) if "input" in raw else NO_INPUT
    return OperationModel(
        service=service_name,
        name=raw["name"],
        input_shape=inputs,
        output_shape=shapes.get(raw["output"]["shape"]) if "output" in raw else None,
        errors=tuple(_read_error(shapes, error["shape"]) for error in raw.get("errors", ())),
        signed=raw.get("authtype") != "none",
        python_names={member: xform_name(member) for member in inputs.members},
    )


def _read_error(shapes: "_Shapes", name: str) -> ErrorModel:
    raw = shapes.raw[name]
    trait = raw.get("error", {})
    default = 500 if raw.get("fault") else 400
    return ErrorModel(trait.get("code", name), trait.get("httpStatusCode", default), shapes.get(name))


class _Shapes:
    """Makes each shape once; a shape is known before its members are, so that models may be recursive."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self._made: dict[str, Shape] = {}

    def get(self, name: str) -> Shape:
        if name in self._made:
            return self._made[name]
        raw = self.raw[name]
        members: dict[str, Shape] = {}
        self._made[name] = shape = Shape(
            name=name,
            kind=raw["type"],
            members=members,
            required=frozenset(raw.get("required", ())),
            enum=tuple(raw.get("enum", ())),
            pattern=raw.get("pattern"),
            low=raw.get("min"),
            high=raw.get("max"),
            sensitive=raw.get("sensitive", False),
        )
        parts = raw.get("members") or {part: raw[part] for part in ("member", "key", "value") if part in raw}
        for member, reference in parts.items():
            members[member] = self.get(reference["shape"])
        return shape
