"""One line of the API: where it is, what it takes, what it needs to be allowed, what it gives."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dockreeve.aws.operation import Need
from dockreeve.gate import Journal
from dockreeve.services.call import Call
from dockreeve.services.console_codes import ConsoleCodes

LARGEST = 64 * 1024  # bytes of a body, unless an endpoint says otherwise


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the endpoints beside the stores of a call."""

    journal: Journal
    codes: ConsoleCodes


@dataclass(frozen=True, slots=True)
class Nothing:
    """A request that takes nothing."""


Answer = Mapping[str, Any]
Needs = Callable[[Call, Any], Awaitable[Sequence[Need]]]
Run = Callable[[Behind, Call, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`asks` is a dataclass, `answers` a TypedDict. Once the gate has admitted `needs`, `run` does it."""

    method: str
    path: str  # {id} stands for the last segment
    does: str
    asks: type
    answers: type
    actions: tuple[str, ...]  # what a policy must allow, for the reference page
    needs: Needs
    run: Run
    example: Mapping[str, Any] = field(default_factory=dict)  # of what it takes
    largest: int = LARGEST
