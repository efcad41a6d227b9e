"""Signature Version 4, verified: who signed a request, and whether they signed this very one."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from .canonical import CanonicalRequest, Fields, canonical_request, fields_of, is_signing_header, query_pairs
from .unverified import Kind, Unverified, fault

__all__ = ["Kind", "Signature", "Unverified", "fault", "read_signature", "verify"]

ALGORITHM = b"AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
MAX_PRESIGNED_SECONDS = 604_800
SKEW_SECONDS = 900
UNSIGNED_PAYLOADS = (b"UNSIGNED-PAYLOAD", b"STREAMING-UNSIGNED-PAYLOAD-TRAILER")

Headers = Sequence[tuple[bytes, bytes]]

_TIME = "%Y%m%dT%H%M%SZ"
_TIME_SHAPE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_KEY_ID = re.compile(r"\w{1,128}", re.ASCII)
_SCOPE_WORD = re.compile(r"[A-Za-z0-9-]{1,64}")
_SIGNED_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,128}")
_PRESIGNED = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
_YEARS = range(1970, 9000)  # so that no later sum of times overflows
_REMEMBERED = 1024  # letters of SignedHeaders; longer ones are read each time
_BLANKS = " \t\r\n\v\f"
_PARTS = ("Credential", "Signature", "SignedHeaders")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says about its signature; nothing of it is proven before `verify`."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: datetime
    token: str | None
    presigned: bool
    expires: int | None = None

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def read_signature(method: str, raw_path: bytes, raw_query: bytes, headers: Headers) -> Signature | None:
    """Read the signature of a request, in its headers or in its query; None if it has neither.

    Raises `Unverified` (INCOMPLETE) if it has both, if a part is missing, malformed or given twice.
    """
    fields = fields_of(headers)
    for name, values in fields.items():
        if len(values) > 1 and is_signing_header(name):
            raise _incomplete(f"The header '{name.decode('latin-1')}' is given more than once.")
    query = [(name.decode("latin-1"), value) for name, value in query_pairs(raw_query)]
    presigned = any(name in _PRESIGNED or name == "X-Amz-Signature" for name, _ in query)
    authorization = fields.get(b"authorization")
    if presigned and authorization:
        raise _incomplete("Only one of the Authorization header and the X-Amz-Signature parameter is allowed.")
    if presigned:
        return _from_query(query)
    return _from_header(authorization[0], fields) if authorization else None


def verify(
    signature: Signature,
    secret: str,
    method: str,
    raw_path: bytes,
    raw_query: bytes,
    headers: Headers,
    body_sha256_hex: str,
    now: datetime,
    *,
    skew_seconds: int = SKEW_SECONDS,
    allow_unsigned_payload: bool = False,
) -> None:
    """Prove that the holder of `secret` signed this request, and that it is in time; raises `Unverified` if not.

    `raw_path` and `raw_query` are as on the wire, `now` is aware. The request's own `X-Amz-Content-SHA256`, if it
    has one, must be the body's hash; `UNSIGNED-PAYLOAD` only counts where `allow_unsigned_payload` says so.
    """
    if signature.terminator != TERMINATOR:
        raise Unverified(Kind.BAD_SCOPE, f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.")
    _check_scope_date(signature)
    _check_time(signature, now, timedelta(seconds=skew_seconds))
    fields = fields_of(headers)
    _check_signed_headers(signature, fields)
    payload = _payload(fields, body_sha256_hex, allow_unsigned_payload)
    request = canonical_request(method, raw_path, raw_query, fields, signature.signed_headers, payload)
    text = _string_to_sign(signature, request)
    key = _signing_key(secret, signature.date, signature.region, signature.service)
    # Bytes: compare_digest takes only ASCII texts, and what was sent may be anything.
    if not hmac.compare_digest(_hmac(key, text).hex().encode(), signature.signature.encode()):
        raise Unverified(Kind.MISMATCH, canonical_request=request.text(), string_to_sign=text)


def _from_header(value: bytes, fields: Fields) -> Signature:
    algorithm, _, rest = value.strip().partition(b" ")
    # The value isn't echoed: it may be another scheme's password.
    if algorithm != ALGORITHM:
        raise _incomplete(_required(set(_PARTS)))
    parts: dict[str, str] = {}
    for pair in rest.decode("latin-1").split(","):
        name, equals, text = pair.partition("=")
        name, text = name.strip(_BLANKS), text.strip(_BLANKS)
        if not equals:
            raise _incomplete("Invalid key=value pair (missing equal-sign) in Authorization header.")
        if name not in _PARTS or name in parts:
            raise _incomplete("The Authorization header has an unknown or repeated parameter.")
        parts[name] = text
    if missing := {name for name in _PARTS if not parts.get(name)}:
        raise _incomplete(_required(missing))
    return _signature(
        parts["Credential"],
        parts["SignedHeaders"],
        parts["Signature"],
        timestamp=_header_time(fields),
        token=_text(fields.get(b"x-amz-security-token", ())),
    )


def _from_query(query: list[tuple[str, bytes]]) -> Signature:
    given: dict[str, str] = {}
    for name, value in query:
        if name.lower().startswith("x-amz-"):
            if name in given:
                raise _incomplete(f"The parameter '{name[:128]}' is given more than once.")
            given[name] = value.decode("latin-1")
    for name in (*_PRESIGNED, "X-Amz-Signature"):
        if not given.get(name):
            raise _incomplete(f"AWS query-string parameters must include '{name}'.")
    if given["X-Amz-Algorithm"].encode() != ALGORITHM:
        raise _incomplete(f"X-Amz-Algorithm must be '{ALGORITHM.decode()}'.")
    if not re.fullmatch("[0-9]{1,6}", given["X-Amz-Expires"]):
        raise _incomplete("X-Amz-Expires must be a number of seconds.")
    expires = int(given["X-Amz-Expires"])
    if not 1 <= expires <= MAX_PRESIGNED_SECONDS:
        raise _incomplete(f"X-Amz-Expires must be from 1 to {MAX_PRESIGNED_SECONDS} seconds.")
    return _signature(
        given["X-Amz-Credential"],
        given["X-Amz-SignedHeaders"],
        given["X-Amz-Signature"],
        timestamp=_amz_time(given["X-Amz-Date"]),
        token=given.get("X-Amz-Security-Token"),
        expires=expires,
    )


def _signature(
    credential: str, names: str, signature: str, *, timestamp: datetime, token: str | None, expires: int | None = None
) -> Signature:
    if timestamp.year not in _YEARS:
        raise _incomplete("The date of the request is not valid.")
    key_id, date, region, service, terminator = _elements(credential)
    return Signature(
        access_key_id=key_id,
        date=date,
        region=region,
        service=service,
        terminator=terminator,
        signed_headers=_signed_names(names) if len(names) <= _REMEMBERED else _signed_names.__wrapped__(names),
        signature=signature,
        timestamp=timestamp,
        token=token,
        presigned=expires is not None,
        expires=expires,
    )


@lru_cache(maxsize=1024)
def _elements(credential: str) -> tuple[str, str, str, str, str]:
    elements = credential.split("/")
    if len(elements) != len(("keyid", "date", "region", "service", "term")):
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
        )
    key_id, date, region, service, terminator = elements
    if not _KEY_ID.fullmatch(key_id) or not all(map(_SCOPE_WORD.fullmatch, (date, region, service))):
        raise _incomplete("Credential has an element that is not valid.")
    return key_id, date, region, service, terminator


@lru_cache(maxsize=256)
def _signed_names(names: str) -> tuple[str, ...]:
    signed = tuple(names.split(";"))
    if list(signed) != sorted(set(signed)) or not all(map(_SIGNED_NAME.fullmatch, signed)):
        raise _incomplete("SignedHeaders must be a sorted list of lower-case header names.")
    return signed


def _header_time(fields: Fields) -> datetime:
    if amz_date := _text(fields.get(b"x-amz-date", ())):
        return _amz_time(amz_date)
    date = _text(fields.get(b"date", ()))
    if date is None:
        raise _incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if _TIME_SHAPE.fullmatch(date):
        return _amz_time(date)
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        raise _incomplete("The 'Date' header is not a valid date.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=256)  # many requests are signed in one second
def _amz_time(text: str) -> datetime:
    try:
        if _TIME_SHAPE.fullmatch(text):
            return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        pass  # the right shape, but no such day or hour
    raise _incomplete(f"Date must be in ISO-8601 'basic format'. Got '{text[:32]}'.")


def _check_scope_date(signature: Signature) -> None:
    day = _stamp(signature.timestamp)[:8]
    if signature.date != day:
        raise Unverified(
            Kind.BAD_SCOPE,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signature.date}' != '{day}', from '{signature.timestamp.strftime(_TIME)}'.",
        )


def _check_time(signature: Signature, now: datetime, skew: timedelta) -> None:
    signed = signature.timestamp
    latest = signed + (timedelta(seconds=signature.expires) if signature.expires is not None else skew)
    if signed - skew <= now <= latest:
        return
    server, minutes = now.astimezone(UTC).strftime(_TIME), f"{skew.total_seconds() / 60:g} min."
    if now > latest:
        if signature.presigned:
            told = f"{latest.strftime(_TIME)} is now earlier than {server}"
        else:
            told = f"{signed.strftime(_TIME)} is now earlier than {(now - skew).strftime(_TIME)} ({server} - {minutes})"
        raise Unverified(Kind.EXPIRED_SIGNATURE, f"Signature expired: {told}")
    told = f"{signed.strftime(_TIME)} is still later than {(now + skew).strftime(_TIME)} ({server} + {minutes})"
    raise Unverified(Kind.NOT_YET, f"Signature not yet current: {told}")


def _check_signed_headers(signature: Signature, fields: Fields) -> None:
    if "host" not in signature.signed_headers:
        raise Unverified(
            Kind.UNSIGNED_HEADER, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        )
    signed = {name.encode() for name in signature.signed_headers}
    unsigned = [name.decode("latin-1") for name in sorted(fields.keys() - signed) if name.startswith(b"x-amz-")]
    if unsigned:
        told = f"There were headers present in the request which were not signed: {', '.join(unsigned)[:256]}"
        raise Unverified(Kind.UNSIGNED_HEADER, told)
    if absent := [name.decode() for name in sorted(signed - fields.keys())]:
        told = f"There are signed headers which the request does not have: {', '.join(absent)[:256]}"
        raise Unverified(Kind.UNSIGNED_HEADER, told)


def _payload(fields: Fields, body_sha256_hex: str, allow_unsigned: bool) -> bytes:
    computed = body_sha256_hex.encode()
    claimed = next(iter(fields.get(b"x-amz-content-sha256", ())), computed).strip()
    if claimed in UNSIGNED_PAYLOADS and allow_unsigned:
        return claimed
    if not hmac.compare_digest(claimed, computed):
        raise Unverified(Kind.MISMATCH, "The provided 'x-amz-content-sha256' header does not match what was computed.")
    return computed


def _string_to_sign(signature: Signature, request: CanonicalRequest) -> str:
    stamp = _stamp(signature.timestamp)
    return f"{ALGORITHM.decode()}\n{stamp}\n{signature.scope}\n{hashlib.sha256(request.content).hexdigest()}"


@lru_cache(maxsize=256)
def _stamp(moment: datetime) -> str:
    return moment.strftime(_TIME)


@lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = b"AWS4" + secret.encode()
    for part in (date, region, service, TERMINATOR):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _text(values: Iterable[bytes]) -> str | None:
    return next((value.strip().decode("latin-1") for value in values), None)


def _required(missing: set[str]) -> str:
    return " ".join(f"Authorization header requires '{name}' parameter." for name in _PARTS if name in missing)


def _incomplete(message: str) -> Unverified:
    return Unverified(Kind.INCOMPLETE, message)
