"""The errors every AWS service may answer and no service model names, in the spelling of each protocol."""

from collections.abc import Mapping
from dataclasses import dataclass

from dockreeve.faults import Fault

from .model import Service


@dataclass(frozen=True, slots=True)
class CommonError:
    """One error in two spellings, with the HTTP status each protocol gives it."""

    query: str
    json: str
    query_status: int = 400
    json_status: int = 400

    @property
    def rest_status(self) -> int:
        """Where the path names the operation, one that isn't there is a page that isn't there."""
        return 404 if self.json == "UnknownOperationException" else self.query_status


COMMON_ERRORS = (
    CommonError("AccessDenied", "AccessDeniedException", 403),
    CommonError("ExpiredToken", "ExpiredTokenException", 403),
    CommonError("IncompleteSignature", "IncompleteSignatureException"),
    CommonError("InternalFailure", "InternalFailure", 500, 500),
    CommonError("InvalidAction", "UnknownOperationException"),
    CommonError("InvalidClientTokenId", "UnrecognizedClientException", 403),
    CommonError("MalformedInput", "SerializationException"),
    CommonError("MissingAction", "UnknownOperationException"),
    CommonError("MissingAuthenticationToken", "MissingAuthenticationTokenException", 403),
    CommonError("NotImplemented", "UnknownOperationException", 501),
    CommonError("RequestEntityTooLarge", "RequestEntityTooLargeException", 413, 413),
    CommonError("ServiceUnavailable", "ServiceUnavailableException", 503, 503),
    CommonError("SignatureDoesNotMatch", "InvalidSignatureException", 403),
    CommonError("Throttling", "ThrottlingException"),
    CommonError("ValidationError", "ValidationException"),
)
_BY_NAME = {error.json: error for error in reversed(COMMON_ERRORS)} | {error.query: error for error in COMMON_ERRORS}


def spell(service: Service, fault: Fault) -> tuple[str, int]:
    """The code and HTTP status of `fault` on this service's wire.

    The service model comes first, then the common errors; a code that neither knows goes out as it is, as a 400.
    """
    if known := service.error(fault.code):
        return known.code, fault.status or known.status
    if common := _BY_NAME.get(fault.code):
        if service.protocol == "json":
            return common.json, fault.status or common.json_status
        if service.protocol == "rest-json":
            return common.json, fault.status or common.rest_status
        return common.query, fault.status or common.query_status
    return fault.code, fault.status or 400


def field_invalid(service: Service, sentence: str, fields: Mapping[str, str]) -> Fault:
    """A REST service's `ValidationException`: the sentence, and where its model has room, which fields and why."""
    said = {
        "reason": "fieldValidationFailed",
        "fieldList": [{"name": name, "message": message} for name, message in fields.items()],
    }
    known = service.error("ValidationException")
    room = known.shape.members if known else {}
    return Fault("ValidationException", sentence, members={name: value for name, value in said.items() if name in room})
