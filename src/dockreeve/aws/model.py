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
Protocol = Literal["query", "json", "rest-json"]
Where = Literal["uri", "querystring", "header"]

# By the names that policies and signatures use.
NAMES = ("iam", "sts", "ecr", "access-analyzer")
_FOLDERS = {"access-analyzer": "accessanalyzer"}  # where botocore calls them otherwise


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One type of a service model.

    `members` holds the members of a structure, `member` for a list, `key` and `value` for a map.
    `low` and `high` bound a string's or blob's length, a list's or map's size, a number's value. `places` tells which
    members of a REST operation's structure don't stand in its body.
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
    union: bool = False  # a structure of which exactly one member is there
    iso8601: bool = False  # how a timestamp is written where the protocol would count seconds
    places: Mapping[str, "Place"] = field(default_factory=dict)

    @property
    def item(self) -> "Shape":
        """The shape of a list's elements."""
        return self.members["member"]

    @property
    def is_scalar(self) -> bool:
        return self.kind not in ("structure", "list", "map")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands outside of the body, and its name there."""

    where: Where
    name: str


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
    method: str = "POST"
    path: str = "/"  # of a REST operation: a template, `/tags/{resourceArn}`
    status: int = 200

    def arguments(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Rename parsed parameters from the model's member names to Python's; nested members keep the model's."""
        return {self.python_names[name]: value for name, value in params.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One service model. `xmlns` is empty for JSON services, `target_prefix` for Query and REST services.

    `scope` is how signatures name it: another than `name` where two models share one, as IAM's do.
    """

    name: str
    scope: str
    protocol: Protocol
    api_version: str
    xmlns: str
    target_prefix: str
    operations: Mapping[str, OperationModel]
    errors: Mapping[str, ErrorModel]
    error_names: Mapping[str, str] = field(repr=False)

    @property
    def speaks_json(self) -> bool:
        """Whether its errors have JSON's names, with `Exception` at the end."""
        return self.protocol != "query"

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
    return _read_service(name, loader.load_service_model(_FOLDERS.get(name, name), "service-2"))


def _read_service(name: str, raw: Mapping[str, Any]) -> Service:
    meta = raw["metadata"]
    shapes = _Shapes(raw["shapes"])
    found = [(key, _read_error(shapes, key)) for key, shape in raw["shapes"].items() if shape.get("exception")]
    errors = {error.code: error for _, error in found}
    return Service(
        name=name,
        scope=meta.get("signingName", meta["endpointPrefix"]),
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
        method=raw["http"]["method"],
        path=raw["http"]["requestUri"],
        status=raw["http"].get("responseCode", 200),
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
            union=raw.get("union", False),
            iso8601=raw.get("timestampFormat") == "iso8601",
            places={
                member: Place(cast(Where, one["location"]), one["locationName"])
                for member, one in raw.get("members", {}).items()
                if "location" in one
            },
        )
        parts = raw.get("members") or {part: raw[part] for part in ("member", "key", "value") if part in raw}
        for member, reference in parts.items():
            members[member] = self.get(reference["shape"])
        return shape
