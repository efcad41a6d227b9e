"""Temporary credentials: a session is whole in its sealed token, so nothing is stored and every worker can read it."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dockreeve.services.call import Caller, CallerKind, Session
from dockreeve.storage import Principal, Vault
from dockreeve.storage.vault import BrokenSeal

_TOKEN_SIZE = 4096  # bytes at most: the packed space bounds what varies, and this leaves room for the rest
_PURPOSE = "session-token"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEY_ID = string.ascii_uppercase + "234567"
_SECRET = string.ascii_letters + string.digits + "+/"


@dataclass(frozen=True, slots=True)
class Credentials:
    """STS's Credentials: what a client signs with until `expiration` (UTC, whole seconds)."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expiration: datetime

    def described(self) -> dict[str, Any]:
        """The members of the model's Credentials structure."""
        return {
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "SessionToken": self.session_token,
            "Expiration": self.expiration,
        }


def session_lasting(now: datetime, duration: timedelta, **further: Any) -> Session:
    """A session from `now` on. It ends on a whole second: that is all the wire can say of its end."""
    return Session(issued=now, expires=(now + duration).replace(microsecond=0), **further)


def caller_of_role(role: Principal, session: Session) -> Caller:
    """Who signs with this session of the role; the access key id comes with `issue`."""
    return Caller(
        kind=CallerKind.ROLE,
        account=role.account,
        arn=f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session.name}",  # the role's path is dropped
        principal_arn=role.arn,
        unique_id=role.unique_id,
        name=role.name,
        access_key_id="",
        session=session,
    )


def issue(vault: Vault, caller_after: Caller, *, at_least: int = 0) -> Credentials:
    """New credentials of `caller_after`, who must have a session; its access key id is replaced by a new ASIA key.

    The token has at least `at_least` bytes (AssumeRole's MinimumSessionTokenSize).
    """
    session = caller_after.session
    if session is None:
        raise ValueError("temporary credentials need a session")
    key_id = "ASIA" + _random(_KEY_ID, 16)
    secret = _random(_SECRET, 40)
    claims = {"c": caller_claims(replace(caller_after, access_key_id=key_id)), "s": secret}
    token = vault.seal(claims, _PURPOSE)
    filler = 0
    while len(token) < at_least:  # the claims are compressed: how much a filler adds shows only afterwards
        filler += at_least - len(token)
        token = vault.seal(claims | {"_": _random(_SECRET, filler)}, _PURPOSE)
    return Credentials(key_id, secret, token, session.expires)


def token_size(token: str) -> dict[str, int]:
    """The result members that tell how large a session token is, and how near to the limit."""
    return {"SessionTokenSize": len(token), "SessionTokenUtilization": -(-100 * len(token) // _TOKEN_SIZE)}


def open_token(vault: Vault, token: str) -> tuple[Caller, str]:
    """Whom a session token belongs to, and the secret that signs for it. Raise `BrokenSeal`.

    INVARIANT: the caller must still compare the request's access key id with `Caller.access_key_id`, and
    `Session.expires` with the clock; the token only proves what was issued.
    """
    try:
        claims = vault.open(token, _PURPOSE)
        caller, secret = caller_from(claims["c"]), claims["s"]
    except (KeyError, TypeError, ValueError, AttributeError) as unreadable:
        raise BrokenSeal(_PURPOSE) from unreadable
    return caller, secret


def caller_claims(caller: Caller) -> dict[str, Any]:
    """The caller as JSON values with short keys; `caller_from` reads them. The only place that knows the form."""
    claims: dict[str, Any] = {
        "k": caller.kind.value,
        "a": caller.account,
        "r": caller.arn,
        "p": caller.principal_arn,
        "u": caller.unique_id,
        "n": caller.name,
        "i": caller.access_key_id,
    }
    if caller.session is not None:
        claims["s"] = session_claims(caller.session)
    return claims


def caller_from(claims: Mapping[str, Any]) -> Caller:
    """The caller of `caller_claims`. Raise `KeyError`, `TypeError` or `ValueError` for anything else."""
    return Caller(
        kind=CallerKind(claims["k"]),
        account=claims["a"],
        arn=claims["r"],
        principal_arn=claims["p"],
        unique_id=claims["u"],
        name=claims["n"],
        access_key_id=claims["i"],
        session=session_from(claims["s"]) if "s" in claims else None,
    )


def session_claims(session: Session) -> dict[str, Any]:
    """The session as JSON values with short keys; what is empty is left out."""
    further: dict[str, Any] = {
        "n": session.name,
        "p": list(session.policies),
        "m": list(session.policy_arns),
        "t": dict(session.tags),
        "v": list(session.transitive),
        "o": session.source_identity,
        "f": _microseconds(session.mfa_at) if session.mfa_at else None,
        "c": session.chained,
        "x": dict(session.context),
    }
    claims = {"i": _microseconds(session.issued), "e": _microseconds(session.expires)}
    return claims | {key: value for key, value in further.items() if value}


def session_from(claims: Mapping[str, Any]) -> Session:
    """The session of `session_claims`. Raise `KeyError`, `TypeError` or `ValueError` for anything else."""
    return Session(
        issued=_moment(claims["i"]),
        expires=_moment(claims["e"]),
        name=claims.get("n", ""),
        policies=tuple(claims.get("p", ())),
        policy_arns=tuple(claims.get("m", ())),
        tags=claims.get("t", {}),
        transitive=tuple(claims.get("v", ())),
        source_identity=claims.get("o", ""),
        mfa_at=_moment(claims["f"]) if "f" in claims else None,
        chained=claims.get("c", False),
        context=claims.get("x", {}),
    )


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _microseconds(moment: datetime) -> int:
    # Whole numbers: a session revoked at an instant must compare exactly with the instant it was issued.
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
