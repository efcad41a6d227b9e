"""Answers requests under /api/ by the table of endpoints: proven, read, admitted, done."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

from dockreeve.aws.sigv4 import Kind, Unverified, fault
from dockreeve.doors import signed
from dockreeve.doors.api.endpoint import LARGEST, Behind, Endpoint
from dockreeve.doors.api.endpoints import ENDPOINTS
from dockreeve.doors.api.shapes import from_query, invalid, read
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import BadBody, ClientGone, Request, Send, asked_of, respond
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate

_log = logging.getLogger("dockreeve.api")
_MOST_FIELDS = 32  # of a query
_SERVICE = "dockreeve"


class ApiDoor:
    """The product's own features, for the commands, the console and scripts alike."""

    def __init__(self, gate: Gate, behind: Behind, calls: Calls, endpoints: Sequence[Endpoint] = ENDPOINTS) -> None:
        self._gate = gate
        self._behind = behind
        self._calls = calls
        self._place = calls.place
        self._endpoints = endpoints

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
        found = self._found(request)
        body = await request.body(found[0].largest if found else LARGEST)
        proven = await signed.proven(self._gate, request, body, signature)
        if proven.signature.service != _SERVICE:
            raise Unverified(Kind.BAD_SCOPE, f"Credential should be scoped to correct service: '{_SERVICE}'.")
        request.principal = proven.caller.arn
        # Told only now: whoever doesn't sign learns nothing of what is there.
        if found is None:
            path = unquote(request.raw_path.decode("latin-1"))
            raise Fault("NotFound", f"There is no {request.method} {path[:200]}.", status=404)
        endpoint, named = found
        request.action = endpoint.path
        asks = _asks(endpoint, request, body, named)
        call = self._calls.made(request, proven.caller, proven.signature.region)
        needs = await endpoint.needs(call, asks)
        await self._gate.admit(call.caller, needs, asked_of(request, self._place, call.region))
        request.effect = "allow"
        return await endpoint.run(self._behind, call, asks)

    def _found(self, request: Request) -> tuple[Endpoint, Mapping[str, str]] | None:
        path = unquote(request.raw_path.decode("latin-1"))
        parent, _, last = path.rpartition("/")
        for endpoint in self._endpoints:
            if endpoint.method == request.method and endpoint.path == path:
                return endpoint, {}
            if endpoint.method == request.method and endpoint.path == f"{parent}/{{id}}":
                return endpoint, {"id": last}
        return None


def _asks(endpoint: Endpoint, request: Request, body: bytes, named: Mapping[str, str]) -> Any:
    if endpoint.method == "GET":
        return from_query(endpoint.asks, {**_fields(request.query_string), **named})
    return read(endpoint.asks, _members(body))


def _fields(query_string: bytes) -> dict[str, str]:
    try:
        text = query_string.decode("ascii")
        return dict(parse_qsl(text, max_num_fields=_MOST_FIELDS, keep_blank_values=True))
    except ValueError:
        raise invalid(f"The query has more than {_MOST_FIELDS} fields, or is no text.") from None


def _members(body: bytes) -> Mapping[str, Any]:
    if not body:
        return {}
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise invalid("The body must be a JSON object.")
    return given
