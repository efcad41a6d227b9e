"""The product's own API under /api/: signed like AWS's, admitted by actions with the prefix `dockreeve:`, JSON."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from dockreeve.aws.operation import Need, Touched
from dockreeve.aws.sigv4 import Kind, Unverified, fault
from dockreeve.doors import signed
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import BadBody, ClientGone, Request, Send, asked_of, respond
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate, Journal
from dockreeve.services.call import Call
from dockreeve.services.sts.delivery import deliver_role, delivery_needs
from dockreeve.storage import DecisionFilter, StoredDecision

_log = logging.getLogger("dockreeve.api")
_LARGEST = 64 * 1024  # bytes of a body
_MOST = 1000  # decisions in one answer
_MOST_FIELDS = 32  # of a query
_NUMBER = re.compile(r"[0-9]{1,4}")
_SERVICE = "dockreeve"

Asks = Mapping[str, str]  # the path's last part, the query's and the body's members


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the API: what it needs, and what it does once the gate has admitted the call."""

    method: str
    path: str  # {name} stands for the last segment
    needs: Callable[[Call, Asks], Awaitable[Sequence[Need]]]
    run: Callable[["ApiDoor", Call, Asks], Awaitable[Mapping[str, Any]]]


class ApiDoor:
    """Decisions and role delivery, for the commands and the console."""

    def __init__(self, gate: Gate, journal: Journal, calls: Calls) -> None:
        self._gate = gate
        self.journal = journal
        self._calls = calls
        self._place = calls.place

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request; a failure is {"Code", "Message"} with the status that fits."""
        headers = [(b"x-amzn-requestid", request.id.encode()), (b"cache-control", b"no-store")]
        status, said = 200, {}
        try:
            said = dict(await self._answer(request))
        except ClientGone:
            return
        except Denied as denied:
            request.effect, request.decision = "deny", denied.id
            headers.append((b"x-authorization-id", denied.id.encode()))
            status, said = 403, {"Code": "AccessDenied", "Message": f"{denied.sentence} [why: {denied.id}]"}
        except Unverified as unverified:
            request.effect = "unproven"
            spelled = fault(unverified.kind, unverified.message, _SERVICE)
            status, said = spelled.status or 403, {"Code": spelled.code, "Message": spelled.message}
        except Fault as caused:
            status = caused.status or 400
            said = {"Code": caused.code, "Message": caused.message, **caused.members}
        except BadBody as bad:
            status, said = bad.status, {"Code": "BadRequest", "Message": str(bad)}
        except Exception:
            _log.exception("request %s failed", request.id)
            status, said = 500, {"Code": "InternalFailure", "Message": f"An unknown error; request id {request.id}"}
        await respond(send, status, json.dumps(said).encode(), headers=headers, close=status in (408, 413))

    async def _answer(self, request: Request) -> Mapping[str, Any]:
        signature = signed.read(request)
        body = await request.body(_LARGEST)
        proven = await signed.proven(self._gate, request, body, signature)
        if proven.signature.service != _SERVICE:
            raise Unverified(Kind.BAD_SCOPE, f"Credential should be scoped to correct service: '{_SERVICE}'.")
        request.principal = proven.caller.arn
        endpoint, asks = _located(request, body)
        request.action = endpoint.path
        call = self._calls.made(request, proven.caller, proven.signature.region)
        needs = await endpoint.needs(call, asks)
        await self._gate.admit(call.caller, needs, asked_of(request, self._place, call.region))
        request.effect = "allow"
        return await endpoint.run(self, call, asks)


async def _get_decision_needs(call: Call, asks: Asks) -> list[Need]:
    return [Need("dockreeve:GetDecision", Touched(f"arn:aws:dockreeve::{call.account}:decision/{asks['name']}"))]


async def _list_decisions_needs(call: Call, asks: Asks) -> list[Need]:
    return [Need("dockreeve:ListDecisions", Touched("*"))]


async def _session_needs(call: Call, asks: Asks) -> Sequence[Need]:
    return await delivery_needs(call, _required(asks, "InstanceProfileName"))


async def _get_decision(door: ApiDoor, call: Call, asks: Asks) -> Mapping[str, Any]:
    found = await door.journal.find(call.account, asks["name"])
    if found is None:
        raise Fault("NotFound", f"There is no decision {asks['name']} (they are kept for a while only).", status=404)
    return _shown(found)


async def _list_decisions(door: ApiDoor, call: Call, asks: Asks) -> Mapping[str, Any]:
    limit = asks.get("limit", "20")
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= _MOST:
        raise Fault("ValidationError", f"limit must be a number from 1 to {_MOST}", status=400)
    wanted = DecisionFilter(
        principal=asks.get("principal"),
        action=asks.get("action"),
        resource=asks.get("resource"),
        verdict=asks.get("verdict"),
        limit=int(limit),
    )
    return {"decisions": [_shown(found) for found in await door.journal.latest(call.account, wanted)]}


async def _make_session(door: ApiDoor, call: Call, asks: Asks) -> Mapping[str, Any]:
    delivered = await deliver_role(call, _required(asks, "InstanceProfileName"), _required(asks, "InstanceId"))
    return delivered.described()


def _shown(stored: StoredDecision) -> dict[str, Any]:
    return {"id": stored.id, "account": stored.account, "at": stored.at.isoformat(), **stored.record}


def _required(asks: Asks, name: str) -> str:
    if not asks.get(name):
        raise Fault("ValidationError", f"{name} is required", status=400)
    return asks[name]


ENDPOINTS = (
    Endpoint("GET", "/api/decisions", _list_decisions_needs, _list_decisions),
    Endpoint("GET", "/api/decisions/{name}", _get_decision_needs, _get_decision),
    Endpoint("POST", "/api/instance-sessions", _session_needs, _make_session),
)


def _located(request: Request, body: bytes) -> tuple[Endpoint, Asks]:
    path = unquote(request.raw_path.decode("latin-1"))
    parent, _, last = path.rpartition("/")
    for endpoint in ENDPOINTS:
        if endpoint.method == request.method and endpoint.path in (path, f"{parent}/{{name}}"):
            return endpoint, _fields(request.query_string) | _members(body) | {"name": last}
    raise Fault("NotFound", f"There is no {request.method} {path[:200]}.", status=404)


def _fields(query_string: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(query_string.decode("latin-1"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise Fault("ValidationError", f"The query has more than {_MOST_FIELDS} fields.", status=400) from None


def _members(body: bytes) -> dict[str, str]:
    if not body:
        return {}
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not all(_is_text(value) for value in given.values()):
        raise Fault("ValidationError", "The body must be a JSON object of strings.", status=400)
    return given


def _is_text(value: object) -> bool:
    """Whether this is a string that can be stored: JSON can spell half a character, UTF-8 can't."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
