"""Signing in to the console: a password or a one-time code for temporary credentials. Unsigned, without a cookie.

`POST /api/sign-in` and `POST /api/change-password`; errors are {"code", "message"}. From then on the browser signs its
requests like any other AWS client.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, TypedDict
from urllib.parse import urlsplit

from dockreeve.aws.operation import ANYTHING, Need, Touched
from dockreeve.aws.sigv4 import Unverified
from dockreeve.doors.api.shapes import asked, invalid, read
from dockreeve.doors.attempts import Attempts, SharedAttempts
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import BadBody, ClientGone, Request, Send, asked_of, public_url, respond
from dockreeve.doors.siblings import Siblings
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate
from dockreeve.services import passwords
from dockreeve.services.call import Call, Caller, CallerKind
from dockreeve.services.console_codes import ConsoleCodes
from dockreeve.services.iam import logins, password_rules
from dockreeve.services.sts.sessions import issue, session_lasting
from dockreeve.storage import Kind, LoginProfile, Principal, Stale

_log = logging.getLogger("dockreeve.sign_in")

LASTS = timedelta(hours=12)  # GetSessionToken's default
ROOT_LASTS = timedelta(hours=1)  # and what it gives root at most

_LARGEST = 4096  # bytes of a body
_FAILED = "The account, the user name or the password is wrong."
_BAD_CODE = "This code is not valid: it was used before, or its minute is over."


@dataclass(frozen=True, slots=True)
class PasswordSignIn:
    """Who signs in, by password."""

    account: str = asked("The account's number.", low=1, high=64)
    user: str = asked("The user's name.", low=1, high=64)
    password: str = asked("The password.", low=1, high=passwords.LONGEST)


@dataclass(frozen=True, slots=True)
class CodeSignIn:
    """Who signs in, by the code of `POST /api/console-code`."""

    code: str = asked("The code, good for one use.", low=1, high=128)


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """Who changes the own password before signing in."""

    account: str = asked("The account's number.", low=1, high=64)
    user: str = asked("The user's name.", low=1, high=64)
    password: str = asked("The password so far.", low=1, high=passwords.LONGEST)
    new_password: str = asked("The new one.", low=1, high=passwords.LONGEST)


class SignedIn(TypedDict):
    """Temporary credentials, to sign further requests with."""

    accessKeyId: str
    secretAccessKey: str
    sessionToken: str
    expiration: str
    arn: str


@dataclass(frozen=True, slots=True)
class OpenEndpoint:
    """An endpoint that isn't signed, for the description of the API."""

    name: str
    does: str
    asks: tuple[type, ...]  # one of them
    answers: type = SignedIn


PATHS = {
    "/api/sign-in": OpenEndpoint(
        "sign_in", "Get temporary credentials for a password or a code", (PasswordSignIn, CodeSignIn)
    ),
    "/api/change-password": OpenEndpoint(
        "change_password", "Change the own password, then get temporary credentials", (PasswordChange,)
    ),
}


class SignInDoor:
    """Passwords and codes to credentials, with bounds on how often one may try."""

    def __init__(self, gate: Gate, codes: ConsoleCodes, calls: Calls, siblings: Siblings | None = None) -> None:
        self._gate = gate
        self._codes = codes
        self._calls = calls
        self._by_user = SharedAttempts("tries of a user", Attempts(burst=10, seconds=30), siblings)
        self._by_address = SharedAttempts("tries from an address", Attempts(burst=50, seconds=3), siblings)

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request."""
        headers = [(b"x-amzn-requestid", request.id.encode()), (b"cache-control", b"no-store")]
        status, close, said = 200, False, {}
        try:
            said = dict(await self._answer(request))
        except ClientGone:
            return
        except Denied as denied:
            request.effect, request.decision = "deny", denied.id
            headers.append((b"x-authorization-id", denied.id.encode()))
            status, said = 403, {"code": "AccessDenied", "message": f"{denied.sentence} [why: {denied.id}]"}
        except Unverified:
            request.effect = "unproven"
            # The user, or the session behind the code, is gone or was revoked.
            status, said = 401, {"code": "SignInFailed", "message": _FAILED}
        except Fault as caused:
            status = caused.status or 400
            said = {"code": caused.code, "message": caused.message, **caused.members}
            headers += [(name.encode(), value.encode()) for name, value in caused.headers.items()]
        except BadBody as bad:
            status, close, said = bad.status, True, {"code": "BadRequest", "message": str(bad)}
        except Exception:
            _log.exception("request %s failed", request.id)
            status, said = 500, {"code": "InternalFailure", "message": f"An unknown error; request id {request.id}"}
        await respond(send, status, json.dumps(said).encode(), headers=headers, close=close)

    async def _answer(self, request: Request) -> Mapping[str, Any]:
        if request.method != "POST":
            raise Fault("MethodNotAllowed", "Only POST is taken here.", status=405, headers={"allow": "POST"})
        _require_own_page(request, public_url(request, self._calls.place))
        request.action = request.raw_path.decode()
        given = _object(await request.body(_LARGEST))
        address = _neighbourhood(request.source_ip(self._calls.place.trusted_proxies))
        await self._spend(self._by_address, (address,), request)
        if request.raw_path == b"/api/change-password":
            return await self._change(request, read(PasswordChange, given))
        if "code" in given:
            return await self._by_code(request, read(CodeSignIn, given))
        return await self._by_password(request, read(PasswordSignIn, given))

    async def _by_password(self, request: Request, given: PasswordSignIn) -> Mapping[str, Any]:
        call, user, login = await self._proven(request, given.account, given.user, given.password)
        if login.reset_required:
            raise Fault("PasswordChangeRequired", "You must change your password before you can sign in.", status=403)
        return await self._session(request, call, user.arn)

    async def _change(self, request: Request, given: PasswordChange) -> Mapping[str, Any]:
        call, user, login = await self._proven(request, given.account, given.user, given.password)
        if given.new_password == given.password:
            raise Fault("PasswordPolicyViolation", "The new password must differ from the old one.")
        need = Need("iam:ChangePassword", Touched(user.arn, f"user {user.name}", user.tags))
        await self._gate.admit(call.caller, [need], asked_of(request, self._calls.place, call.region))
        renewed = await logins.renewed(call, login, given.new_password)
        await logins.save(call, replace(renewed, reset_required=False), user.name)
        return await self._session(request, call, user.arn)

    async def _by_code(self, request: Request, given: CodeSignIn) -> Mapping[str, Any]:
        caller = await self._codes.redeem(given.code, request.now)
        if caller is None:
            raise Fault("SignInFailed", _BAD_CODE, status=401)
        # The caller's key or session must still be good: what was switched off meanwhile opens nothing.
        place = self._calls.place
        await self._gate.admit(caller, [_SIGN_IN], asked_of(request, place, place.region))
        if caller.session is None:
            lasts = ROOT_LASTS if caller.kind is CallerKind.ROOT else LASTS
            caller = replace(caller, session=session_lasting(request.now, lasts))
        # A session's code gives that very session under another key: with its end, its policies and its beginning,
        # by which it is revoked. So it never outlives or exceeds it.
        request.principal, request.effect = caller.arn, "allow"
        return _described(self._calls.made(request, caller, place.region), caller)

    async def _session(self, request: Request, call: Call, arn: str) -> Mapping[str, Any]:
        await self._gate.admit(call.caller, [_SIGN_IN], asked_of(request, self._calls.place, call.region))
        request.principal, request.effect = arn, "allow"
        _log.info("request %s: %s signed in by password", request.id, arn)
        return _described(call, call.caller)

    async def _proven(
        self, request: Request, account: str, name: str, password: str
    ) -> tuple[Call, Principal, LoginProfile]:
        """The user whose password this is, with a call of a session that is not issued yet. Raise `Fault`.

        Whether there is no such user, no password or another one, the answer is the same, and takes the same time.
        """
        tried = (account, name.lower())
        await self._spend(self._by_user, tried, request)
        identity = self._calls.records.identity
        user = await identity.find_principal(account, Kind.USER, name)
        login = await identity.find_login(user.unique_id) if user else None
        try:
            good = await passwords.matches(password, *([login.hash] if login else []))
        except Fault as busy:
            raise _too_many("Too many people are signing in.", 1) from busy
        if user is None or login is None or not good:
            raise self._failed(request, user)
        policy = await identity.password_policy(account)
        if password_rules.expired(login, policy, request.now):
            if policy is not None and policy.hard_expiry:
                raise self._failed(request, user)
            login = await self._outdated(login)
        await self._by_user.give_back(tried, request.now.timestamp())
        session = session_lasting(request.now, LASTS)
        caller = Caller(CallerKind.USER, account, user.arn, user.arn, user.unique_id, user.name, "", session)
        return self._calls.made(request, caller, self._calls.place.region), user, login

    async def _outdated(self, login: LoginProfile) -> LoginProfile:
        """A password past its days must be changed, which is written down so that the gate lets its user do it."""
        outdated = replace(login, reset_required=True)
        if login.reset_required:
            return login
        try:
            await self._calls.records.identity.save_login(outdated)
        except Stale:
            raise Fault("SignInFailed", _FAILED, status=401) from None
        return replace(outdated, revision=login.revision + 1)

    def _failed(self, request: Request, user: Principal | None) -> Fault:
        # The name as typed is not logged: many a password was typed into the field above.
        who = user.arn if user else "nobody we know"
        address = request.source_ip(self._calls.place.trusted_proxies)
        _log.warning("request %s: a sign-in as %s from %s failed", request.id, who, address)
        return Fault("SignInFailed", _FAILED, status=401)

    async def _spend(self, attempts: SharedAttempts, name: tuple[str, ...], request: Request) -> None:
        if wait := await attempts.take(name, request.now.timestamp()):
            raise _too_many("There were too many attempts to sign in.", wait)


# What a signed-in user gets is what GetSessionToken gives; the gate writes it down as that.
_SIGN_IN = Need("sts:GetSessionToken", ANYTHING)


def _too_many(sentence: str, seconds: int) -> Fault:
    return Fault(
        "TooManyAttempts",
        f"{sentence} Try again in {seconds} seconds.",
        status=429,
        members={"retryAfter": seconds},
        headers={"retry-after": str(seconds)},
    )


def _require_own_page(request: Request, ours: str) -> None:
    """Refuse what another site's page may have sent. Raise `Fault`.

    There is no cookie to abuse, but a foreign page could sign a visitor in as somebody else, or make its visitors guess
    passwords from their own addresses, past the limit on ours. JSON can't be posted across origins without asking us
    first (we never agree), and browsers say in Origin whose page it was. Clients that are no browsers send none.
    """
    if request.text(b"content-type").partition(";")[0].strip().lower() != "application/json":
        raise Fault("UnsupportedMediaType", "The content type must be application/json.", status=415)
    if (origin := request.text(b"origin")) and urlsplit(origin).netloc.lower() not in (
        request.host,
        urlsplit(ours).netloc.lower(),
    ):
        raise Fault("ForeignOrigin", "Only the console's own page may sign in.", status=403)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise invalid("The body must be a JSON object.")
    return given


def _neighbourhood(address: str) -> str:
    """The address; of IPv6 the network, for a customer has a whole one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return str(found)


def _described(call: Call, caller: Caller) -> Mapping[str, Any]:
    made = issue(call.vault, caller)
    return SignedIn(
        accessKeyId=made.access_key_id,
        secretAccessKey=made.secret_access_key,
        sessionToken=made.session_token,
        expiration=_instant(made.expiration),
        arn=caller.arn,
    )


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
