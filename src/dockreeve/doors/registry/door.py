"""The door itself: who asks, what for, is it allowed; then the route's handler, and its answer as bytes."""

import logging
from functools import cache
from typing import Any

from dockreeve.aws.operation import Need, Touched
from dockreeve.aws.sigv4 import Unverified
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import (
    BadBody,
    ClientGone,
    Request,
    Send,
    asked_of,
    public_url,
    registry_at,
    respond,
)
from dockreeve.doors.registry.blobs import download
from dockreeve.doors.registry.paths import MANIFEST, read_path, read_query
from dockreeve.doors.registry.refusals import challenge, denial, envelope, refusal
from dockreeve.doors.registry.routes import BY_PATTERN, Route
from dockreeve.doors.registry.visit import Answer, Visit
from dockreeve.doors.stored import Kept, Stored, send_stored
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate, Unauthenticated
from dockreeve.services.call import Caller
from dockreeve.storage import BytesMissing, NoRoom

_log = logging.getLogger("dockreeve.registry")


class RegistryDoor:
    """Answers everything under /v2/ and /layers/."""

    def __init__(self, gate: Gate, calls: Calls) -> None:
        self._gate = gate
        self._calls = calls
        self._place = calls.place
        self._kept = Kept()

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request. What escapes did so after the answer began: the server cuts the connection."""
        try:
            answer = await self._answer(request)
        except ClientGone:
            return
        started = False

        async def tracked(message: dict[str, Any]) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._deliver(request, tracked, answer)
        except BytesMissing:
            _log.exception("request %s: stored bytes are missing", request.id)
            if started:
                raise
            await self._deliver(
                request, send, envelope(500, "UNKNOWN", f"The stored bytes are missing ({request.id}).")
            )

    async def _answer(self, request: Request) -> Answer:
        """The answer to this request, a refusal's included. Raise `ClientGone`."""
        try:
            if request.raw_path.startswith(b"/layers/"):
                return await download(request, self._calls)
            caller = await self._gate.registry_caller(request.header(b"authorization"), request.now)
            return await self._admitted(request, caller)
        except ClientGone:
            raise
        except Exception as wrong:
            return self._refused(request, wrong)

    def _refused(self, request: Request, wrong: Exception) -> Answer:
        match wrong:
            case Unauthenticated():
                answer = challenge(public_url(request, self._place))
            case Denied():
                answer = denial(wrong, explain=self._place.explain in ("registry", "all"))
            case Unverified():  # the login was good, but its key, user, role or session is no more
                answer = envelope(403, "DENIED", str(wrong))
            case Fault():
                answer = refusal(wrong, _pattern(request), strict=self._place.profile == "strict-ecr")
            case BadBody():
                code = "MANIFEST_INVALID" if _pattern(request) == MANIFEST else "SIZE_INVALID"
                answer = envelope(wrong.status, code, str(wrong))
            case NoRoom():
                _log.error("request %s: %s", request.id, wrong)
                answer = envelope(507, "UNKNOWN", "The registry has no room left; nothing of this request was kept.")
            case _:
                _log.error("request %s failed", request.id, exc_info=wrong)
                answer = envelope(500, "UNKNOWN", f"The request failed on our side ({request.id}).")
        return answer

    async def _admitted(self, request: Request, caller: Caller) -> Answer:
        target = read_path(request.raw_path)
        route = _route(request.method, target.pattern)
        account, region = registry_at(request.host) or (self._place.account, self._place.region)
        query = read_query(request.query_string)
        asked = asked_of(request, self._place, region)

        def need(action: str, repository: str) -> Need:
            return Need(action, Touched(f"arn:aws:ecr:{region}:{account}:repository/{repository}"))

        async def allows(action: str, repository: str) -> bool:
            return await self._gate.allows(caller, need(action, repository), asked)

        needs = [need(action, target.name or "*") for action in route.needed(request, query)]
        await self._gate.admit(caller, needs, asked)
        call = self._calls.made(request, caller, region)
        return await route.handler(
            Visit(request, call, self._place, account, target.name, target.argument, query, allows)
        )

    async def _deliver(self, request: Request, send: Send, answer: Answer) -> None:
        headers = [
            (b"docker-distribution-api-version", b"registry/2.0"),
            (b"x-amzn-requestid", request.id.encode()),
            *[(_field_name(name), value.encode("latin-1")) for name, value in answer.headers.items()],
        ]
        content_type = answer.content_type.encode("latin-1")
        if isinstance(answer.body, Stored):
            length = str(answer.body.length).encode()
            headers += [(b"content-type", content_type), (b"content-length", length)]
            await send_stored(request, send, answer.status, headers, answer.body, self._kept)
            return
        await respond(
            send,
            answer.status,
            answer.body,
            content_type=content_type,
            headers=headers,
            reason=answer.reason,
            head=request.method == "HEAD",
        )


@cache  # only the names that handlers use
def _field_name(name: str) -> bytes:
    return name.lower().encode("latin-1")


def _route(method: str, pattern: str) -> Route:
    routes = BY_PATTERN[pattern]
    if method not in routes:
        allowed = ", ".join(sorted(routes))
        raise Fault("UNSUPPORTED", f"{method[:32]} is not offered here.", headers={"Allow": allowed})
    return routes[method]


def _pattern(request: Request) -> str:
    try:
        return read_path(request.raw_path).pattern
    except Fault:
        return ""
