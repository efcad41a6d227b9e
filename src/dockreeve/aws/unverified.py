"""Why a request's signature doesn't count, and how each protocol says so."""

from dataclasses import dataclass
from enum import Enum

from dockreeve.faults import Fault

from .model import NAMES, service


class Kind(Enum):
    """What is wrong with a request's credentials."""

    MISSING = "no signature"
    INCOMPLETE = "the signature lacks a part or has a malformed one"
    UNKNOWN_KEY = "no such key, or not active, or its session token is missing or altered"
    MISMATCH = "the signature is not the one that the key makes"
    UNSIGNED_HEADER = "a header that must be signed isn't"
    EXPIRED_SIGNATURE = "signed too long ago"
    NOT_YET = "signed in the future"
    EXPIRED_TOKEN = "the session is over"  # noqa: S105
    BAD_SCOPE = "signed for another date, region, service or use"


class Unverified(Exception):
    """The request's signature doesn't count. `message` is AWS's sentence for the kind where none is given.

    `canonical_request` and `string_to_sign` are what the server computed: for its log only, never for the answer.
    """

    def __init__(
        self, kind: Kind, message: str | None = None, *, canonical_request: str = "", string_to_sign: str = ""
    ) -> None:
        super().__init__(message or kind.value)
        self.kind = kind
        self.message = message
        self.canonical_request = canonical_request
        self.string_to_sign = string_to_sign


@dataclass(frozen=True, slots=True)
class _Spelling:
    query: str
    json: str
    sentence: str
    json_sentence: str = ""


_MISMATCH = _Spelling(
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.",
)
_SPELLINGS = {
    Kind.MISSING: _Spelling(
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "Request is missing Authentication Token",
        "Missing Authentication Token",
    ),
    Kind.INCOMPLETE: _Spelling(
        "IncompleteSignature",
        "IncompleteSignatureException",
        "The request signature does not conform to AWS standards.",
    ),
    Kind.UNKNOWN_KEY: _Spelling(
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    Kind.EXPIRED_TOKEN: _Spelling(
        "ExpiredToken", "ExpiredTokenException", "The security token included in the request is expired"
    ),
}
_STATUS = {Kind.INCOMPLETE: 400}
_QUERY_STATUS = 403
_JSON_STATUS = 400


def fault(kind: Kind, message: str | None, service_name: str) -> Fault:
    """The fault for a request to the named service whose signature doesn't count.

    A service without a model (an unknown one in the credential's scope) is answered as Query services are.
    """
    spelling = _SPELLINGS.get(kind, _MISMATCH)
    if service_name in NAMES and service(service_name).speaks_json:
        text = message or spelling.json_sentence or spelling.sentence
        rest = service(service_name).protocol == "rest-json"
        return Fault(spelling.json, text, status=_STATUS.get(kind, _QUERY_STATUS) if rest else _JSON_STATUS)
    return Fault(spelling.query, message or spelling.sentence, status=_STATUS.get(kind, _QUERY_STATUS))
