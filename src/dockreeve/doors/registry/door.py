"""The door itself: who asks, what for, is it allowed; then the route's handler, and its answer as bytes."""

import errno
import logging
from contextlib import suppress
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
from dockreeve.doors.registry.friendly import LAYER, PUSH, PushDenied, begins_upload, has_no_voice, not_there
from dockreeve.doors.registry.paths import MANIFEST, read_path, read_query
from dockreeve.doors.registry.refusals import challenge, denial, envelope, refusal
from dockreeve.doors.registry.routes import BY_PATTERN, Route
from dockreeve.doors.registry.visit import Answer, Visit
from dockreeve.doors.stored import Kept, Stored, send_stored
from dockreeve.faults import Fault
from dockreeve.gate import Asked, Denied, Gate, Unauthenticated
from dockreeve.services.call import Caller
from dockreeve.storage import BytesMissing, NoRoom

_log = logging.getLogger("dockreeve.registry")
_SMALL_BODY = 256 * 1024  # as Go's HTTP server, to which these clients are used
_TOO_MANY_FILES = (errno.EMFILE, errno.ENFILE)


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
        except (BytesMissing, OSError) as wrong:
            refused = self._refused(request, wrong)
            if started:
                raise
            await self._deliver(request, send, refused)

    async def _answer(self, request: Request) -> Answer:
        """The answer to this request, a refusal's included. Raise `ClientGone`."""
        try:
            if request.raw_path.startswith(b"/layers/"):
                request.action = "/layers/{token}"
                return await download(request, self._calls)
            caller = await self._gate.registry_caller(request.header(b"authorization"), request.now)
            return await self._admitted(request, caller)
        except ClientGone:
            raise
        except Exception as wrong:
            if isinstance(wrong, Denied | PushDenied):
                await _take_small_body(request)
            return self._refused(request, wrong)

    def _refused(self, request: Request, wrong: Exception) -> Answer:
        match wrong:
            case Unauthenticated():
                request.effect = "unproven"
                answer = challenge(public_url(request, self._place))
            case Denied() if self._place.friendly and has_no_voice(request.method, _pattern(request)):
                request.effect, request.decision = "deny", wrong.id
                answer = not_there(wrong)
            case Denied():
                request.effect, request.decision = "deny", wrong.id
                answer = denial(wrong, explain=self._place.explain in ("registry", "all"))
            case PushDenied():
                request.effect, request.decision = "deny", wrong.denied.id
                explain = self._place.explain in ("registry", "all")
                answer = denial(wrong.denied, explain=explain, lacking=wrong.lacking)
            case Unverified():  # the login was good, but its key, user, role or session is no more
                request.effect = "unproven"
                answer = envelope(403, "DENIED", str(wrong))
            case Fault():
                answer = refusal(wrong, _pattern(request), strict=self._place.profile == "strict-ecr")
            case BadBody():
                code = "MANIFEST_INVALID" if _pattern(request) == MANIFEST else "SIZE_INVALID"
                answer = envelope(wrong.status, code, str(wrong))
            case NoRoom():
                _log.error("request %s: %s", request.id, wrong)
                answer = envelope(507, "UNKNOWN", "The registry has no room left; nothing of this request was kept.")
            case OSError() if wrong.errno in _TOO_MANY_FILES:
                _log.error("request %s: %s", request.id, wrong.strerror)
                answer = envelope(503, "UNAVAILABLE", "The registry has too many files open; try again.")
            case BytesMissing():
                _log.error("request %s: stored bytes are missing", request.id, exc_info=wrong)
                answer = envelope(500, "UNKNOWN", f"The stored bytes are missing ({request.id}).")
            case _:
                _log.error("request %s failed", request.id, exc_info=wrong)
                answer = envelope(500, "UNKNOWN", f"The request failed on our side ({request.id}).")
        return answer

    async def _admitted(self, request: Request, caller: Caller) -> Answer:
        request.principal = caller.arn
        target = read_path(request.raw_path)
        request.action = target.pattern
        route = _route(request.method, target.pattern)
        account, region = registry_at(request.host) or (self._place.account, self._place.region)
        query = read_query(request.query_string)
        asked = asked_of(request, self._place, region)

        def need(action: str, repository: str) -> Need:
            return Need(action, Touched(f"arn:aws:ecr:{region}:{account}:repository/{repository}"))

        async def allows(action: str, repository: str) -> bool:
            return await self._gate.allows(caller, need(action, repository), asked)

        actions = route.needed(request, query)
        if self._place.friendly and begins_upload(route.method, route.pattern):
            actions = list(dict.fromkeys((*actions, *LAYER)))
            push = [need(action, target.name) for action in PUSH]
            await self._begin_push(caller, [need(action, target.name) for action in actions], push, asked)
        else:
            await self._gate.admit(caller, [need(action, target.name or "*") for action in actions], asked)
        request.effect = "allow"
        call = self._calls.made(request, caller, region)
        return await route.handler(
            Visit(request, call, self._place, account, target.name, target.argument, query, allows)
        )

    async def _begin_push(self, caller: Caller, needs: list[Need], push: list[Need], asked: Asked) -> None:
        """Admit the first request of a push that has a body to refuse it in. Raise `PushDenied` with all it lacks."""
        try:
            await self._gate.admit(caller, needs, asked)
        except Denied as denied:
            lacking = await self._gate.lacking(caller, push, asked)
            said = denied.decision.ask.action
            raise PushDenied(denied, tuple(action for action in lacking if action != said)) from None

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


async def _take_small_body(request: Request) -> None:
    """Read what is nearly here anyway, so that the connection needn't be closed on the refusal. Raise `ClientGone`.

    containerd (1.6 at least) waits for ever when a PUT is answered and closed before it could send its body.
    """
    length = request.content_length
    if not length or length > _SMALL_BODY or request.header(b"expect"):
        return
    with suppress(BadBody):
        async for _ in request.stream():
            pass


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
