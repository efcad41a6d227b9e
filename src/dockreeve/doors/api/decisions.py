"""Endpoints about what was decided: one decision by its id, a list, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from dockreeve.aws.operation import ANYTHING, Need, Touched
from dockreeve.doors.api.endpoint import Answer, Behind, Endpoint
from dockreeve.doors.api.shapes import asked
from dockreeve.faults import Fault
from dockreeve.services.call import Call
from dockreeve.storage import DecisionFilter, StoredDecision

_MOST = 1000  # decisions in one answer


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """Which decision."""

    id: str = asked("The id that came with the refusal.", low=1, high=64)


@dataclass(frozen=True, slots=True)
class DecisionsRequest:
    """Which decisions."""

    principal: str | None = asked("ARN, or name of a user or role.", None)
    action: str | None = asked("Such as ecr:BatchGetImage.", None)
    resource: str | None = asked("The resource's ARN.", None)
    verdict: str | None = asked("Allowed, ImplicitlyDenied or ExplicitlyDenied.", None)
    limit: int = asked("How many at most.", 20, low=1, high=_MOST)


class Decisions(TypedDict):
    """Decisions, newest first."""

    decisions: list[dict[str, Any]]


async def _get_needs(call: Call, asks: DecisionRequest) -> Sequence[Need]:
    return [Need("dockreeve:GetDecision", Touched(f"arn:aws:dockreeve::{call.account}:decision/{asks.id}"))]


async def _get(behind: Behind, call: Call, asks: DecisionRequest) -> Answer:
    found = await behind.journal.find(call.account, asks.id)
    if found is None:
        raise Fault("NotFound", f"There is no decision {asks.id} (they are kept for a while only).", status=404)
    return _shown(found)


async def _list_needs(call: Call, asks: DecisionsRequest) -> Sequence[Need]:
    return [Need("dockreeve:ListDecisions", ANYTHING)]


async def _list(behind: Behind, call: Call, asks: DecisionsRequest) -> Answer:
    wanted = DecisionFilter(
        principal=asks.principal, action=asks.action, resource=asks.resource, verdict=asks.verdict, limit=asks.limit
    )
    return {"decisions": [_shown(found) for found in await behind.journal.latest(call.account, wanted)]}


def _shown(stored: StoredDecision) -> Mapping[str, Any]:
    return {"id": stored.id, "account": stored.account, "at": stored.at.isoformat(), **stored.record}


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/decisions",
        "List recent decisions, newest first",
        DecisionsRequest,
        Decisions,
        ("dockreeve:ListDecisions",),
        _list_needs,
        _list,
    ),
    Endpoint(
        "GET",
        "/api/decisions/{id}",
        "Explain one decision",
        DecisionRequest,
        dict,
        ("dockreeve:GetDecision",),
        _get_needs,
        _get,
    ),
)
