"""Endpoints about what was decided: one decision by its id or a pasted error, a list in pages, and what comes next."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypedDict

from dockreeve.aws.operation import ANYTHING, Need, Touched
from dockreeve.doors.api.endpoint import Answer, Behind, Endpoint
from dockreeve.doors.api.shapes import asked, invalid
from dockreeve.faults import Fault
from dockreeve.policy.explain.pasted import refusal_id, refusal_named
from dockreeve.services.call import Call
from dockreeve.storage import DecisionFilter, StoredDecision

_MOST = 1000  # decisions in one answer
_LONGEST = 25  # seconds that somebody may wait for news
_SAME = 100  # decisions of one microsecond that a page's end can tell apart
_NEXT = re.compile(r"([0-9]{1,18})-([0-9]{1,3})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Outcome = Literal["allowed", "denied"]


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """Which decision."""

    id: str = asked("The id that came with the refusal.", low=1, high=64)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What list and follow have in common."""

    principal: str | None = asked("ARN, or name of a user or role.", None)
    repository: str | None = asked("A repository's name, in the region of the signature.", None, high=256)
    action: str | None = asked("Such as ecr:BatchGetImage.", None)
    resource: str | None = asked("The resource's ARN.", None)
    decision: Outcome | None = asked("allowed or denied.", None)
    verdict: str | None = asked("Allowed, ImplicitlyDenied or ExplicitlyDenied.", None)
    limit: int = asked("How many at most.", 20, low=1, high=_MOST)

    def filter(self, call: Call, **further: Any) -> DecisionFilter:
        """As the journal takes it."""
        if self.repository and self.resource:
            raise invalid("give repository or resource")
        own = f"arn:aws:ecr:{call.region}:{call.account}:repository/{self.repository}"
        return DecisionFilter(
            principal=self.principal,
            action=self.action,
            resource=own if self.repository else self.resource,
            verdict=self.verdict,
            **{"limit": self.limit, **further},
        )

    @property
    def allowed(self) -> bool | None:
        """As the journal takes it."""
        return None if self.decision is None else self.decision == "allowed"


@dataclass(frozen=True, slots=True)
class DecisionsRequest(_Wanted):
    """Which decisions."""

    since: str | None = asked("The first moment that counts, such as 2026-01-02T03:04:05Z.", None, high=40)
    until: str | None = asked("The last moment that counts.", None, high=40)
    next: str | None = asked("The `next` of the page before.", None, high=40)


@dataclass(frozen=True, slots=True)
class FollowRequest(_Wanted):
    """What to wait for."""

    cursor: str = asked("The `cursor` of the last answer; without one it begins now.", "", high=4096)
    wait: int = asked("Seconds to wait for something at most.", 10, low=0, high=_LONGEST)


@dataclass(frozen=True, slots=True)
class WhyRequest:
    """An error as docker or aws printed it."""

    text: str = asked("The error, with an id or AWS's sentence in it.", low=1, high=16_384)


class Decision(TypedDict):
    """One decision. `group` is the same for requests that one client makes about one repository.

    `id` is empty for allowed requests, which are remembered for a while only.
    """

    id: str
    account: str
    at: str
    group: str
    principal: str
    action: str
    resource: str
    resourceAccount: str
    verdict: Literal["Allowed", "ImplicitlyDenied", "ExplicitlyDenied"]
    sentence: str
    reason: str
    decidedBy: str | None
    context: dict[str, Any]
    checks: list[dict[str, Any]]
    statements: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    deciding: list[dict[str, Any]]
    nearest: dict[str, Any] | None
    missing: dict[str, Any] | None
    change: dict[str, Any] | None
    narrowing: dict[str, Any] | None


class Decisions(TypedDict):
    """A page of decisions, newest first; `next` begins the page after it, None at the end."""

    decisions: list[Decision]
    next: str | None


class Followed(TypedDict):
    """What was decided since the cursor, newest first. `gap`: there was more than is known still, or was wanted."""

    decisions: list[Decision]
    cursor: str
    gap: bool


def _get_need(call: Call, decision_id: str) -> Need:
    return Need("dockreeve:GetDecision", Touched(f"arn:aws:dockreeve::{call.account}:decision/{decision_id}"))


async def _get_needs(call: Call, asks: DecisionRequest) -> Sequence[Need]:
    return [_get_need(call, asks.id)]


async def _get(behind: Behind, call: Call, asks: DecisionRequest) -> Answer:
    found = await behind.journal.find(call.account, asks.id)
    if found is None:
        raise Fault("NotFound", f"There is no decision {asks.id} (they are kept for a while only).", status=404)
    return _shown(found)


async def _list_needs(call: Call, asks: _Wanted) -> Sequence[Need]:
    return [Need("dockreeve:ListDecisions", ANYTHING)]


async def _list(behind: Behind, call: Call, asks: DecisionsRequest) -> Answer:
    since, until, skip = _moment(asks.since, "since"), _moment(asks.until, "until"), 0
    if asks.next is not None:
        until, skip = _page(asks.next)
    wanted = asks.filter(call, since=since, until=until, limit=asks.limit + skip + 1)
    found = await behind.journal.latest(call.account, wanted, allowed=asks.allowed)
    rest = list(found)[min(skip, sum(one.at == until for one in found)) :]
    page = rest[: asks.limit]
    return {"decisions": [_shown(one) for one in page], "next": _next(page, until, skip, len(rest) > asks.limit)}


def _next(page: Sequence[StoredDecision], until: datetime | None, skip: int, more: bool) -> str | None:
    """Where the next page begins: at the moment of the last one shown, past those of that moment."""
    if not more:
        return None
    last = page[-1].at
    seen = sum(one.at == last for one in page) + (skip if last == until else 0)
    return f"{(last - _EPOCH) // _MICROSECOND}-{min(seen, _SAME)}"


def _page(text: str) -> tuple[datetime, int]:
    found = _NEXT.fullmatch(text)
    try:
        if found and int(found[2]) <= _SAME:
            return _EPOCH + int(found[1]) * _MICROSECOND, int(found[2])
    except OverflowError:
        pass
    raise invalid("next is not what a page before gave")


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid(f"{name} must be a moment such as 2026-01-02T03:04:05Z") from None


async def _follow(behind: Behind, call: Call, asks: FollowRequest) -> Answer:
    news = await behind.journal.follow(call.account, asks.filter(call), asks.cursor, asks.wait, allowed=asks.allowed)
    return {"decisions": [_shown(one) for one in news.decisions], "cursor": news.cursor, "gap": news.gap}


async def _why_needs(call: Call, asks: WhyRequest) -> Sequence[Need]:
    if found := refusal_id(asks.text):
        return [_get_need(call, found)]
    return [Need("dockreeve:ListDecisions", ANYTHING)]


async def _why(behind: Behind, call: Call, asks: WhyRequest) -> Answer:
    if found := refusal_id(asks.text):
        return await _get(behind, call, DecisionRequest(found))
    named: dict[str, Any] | None = refusal_named(asks.text)
    if named is None:
        raise invalid("there is neither an id nor AWS's sentence in that text")
    newest = await behind.journal.latest(call.account, DecisionFilter(**named), allowed=False)
    if not newest:
        raise Fault("NotFound", "No refusal is on record that fits (they are kept for a while only).", status=404)
    return _shown(newest[0])


def _shown(stored: StoredDecision) -> Mapping[str, Any]:
    return {
        "id": stored.id,
        "account": stored.account,
        "at": stored.at.isoformat(),
        "group": _group(stored),
        **stored.record,
    }


def _group(stored: StoredDecision) -> str:
    """The same for what one client asks about one repository: near in time, that is one docker command."""
    context = stored.record.get("context") or {}
    _, _, repository = stored.resource.partition(":repository/")
    client = (stored.principal, context.get("aws:sourceip"), context.get("aws:useragent"), repository)
    return hashlib.sha256(repr(client).encode()).hexdigest()[:16]


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
        "/api/decisions/follow",
        "Wait for the next decisions",
        FollowRequest,
        Followed,
        ("dockreeve:ListDecisions",),
        _list_needs,
        _follow,
    ),
    Endpoint(
        "GET",
        "/api/decisions/{id}",
        "Explain one decision",
        DecisionRequest,
        Decision,
        ("dockreeve:GetDecision",),
        _get_needs,
        _get,
    ),
    Endpoint(
        "POST",
        "/api/why",
        "Explain the refusal that a pasted error is about",
        WhyRequest,
        Decision,
        ("dockreeve:GetDecision", "dockreeve:ListDecisions"),
        _why_needs,
        _why,
        {"text": f"denied: User: arn:aws:iam::123456789012:user/dev is not authorized [why: {25 * 'a'}]"},
    ),
)
