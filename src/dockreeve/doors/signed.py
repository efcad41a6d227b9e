"""A signed request: read whole, verified, and known to come from a living caller."""

import hashlib
import logging
import re
from dataclasses import dataclass

from dockreeve.aws.sigv4 import Kind, Signature, Unverified, read_signature, verify
from dockreeve.doors.http import Request
from dockreeve.gate import Gate
from dockreeve.services.call import Caller

_log = logging.getLogger("dockreeve.signature")
# A session token holds, sealed, the secret it belongs to: it has no place in a log.
_TOKEN = re.compile(r"(?i)(x-amz-security-token[:=])[^&\n]+")


@dataclass(frozen=True, slots=True)
class Signed:
    """A request whose signature was proven."""

    caller: Caller
    signature: Signature


async def proven(gate: Gate, request: Request, body: bytes, signature: Signature | None) -> Signed:
    """Prove that the caller named in the signature made it. Raise `Unverified`.

    The key is looked up first, the signature compared after; neither answer says which keys exist beyond what AWS's
    own answers say.
    """
    if signature is None:
        raise Unverified(Kind.MISSING)
    caller, secret = await gate.signed_caller(signature, request.now)
    try:
        verify(
            signature,
            secret,
            request.method,
            request.raw_path,
            request.query_string,
            request.headers,
            hashlib.sha256(body).hexdigest(),
            request.now,
        )
    except Unverified as unverified:
        if unverified.string_to_sign:
            _log.info(
                "request %s: key %s signed something else; canonical request %r, string to sign %r",
                request.id,
                signature.access_key_id,
                _TOKEN.sub(r"\1...", unverified.canonical_request),
                unverified.string_to_sign,
            )
        raise
    return Signed(caller, signature)


def read(request: Request) -> Signature | None:
    """What the request says about its signature. Raise `Unverified` when that is malformed."""
    return read_signature(request.method, request.raw_path, request.query_string, request.headers)
