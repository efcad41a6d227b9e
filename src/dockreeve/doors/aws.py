"""The AWS APIs' door: a signed request becomes one admitted operation, its result or fault AWS's bytes."""

import logging
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dockreeve.aws import constraints, json11, model, query, restjson
from dockreeve.aws.dispatch import ROOT, Addressed, rest_operation, scoped, service_of
from dockreeve.aws.operation import locate
from dockreeve.aws.sigv4 import Unverified, fault
from dockreeve.doors import signed
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import BadBody, ClientGone, Request, Send, asked_of, public_url, respond
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate, Journal
from dockreeve.services import declare_all
from dockreeve.storage import NoRoom

_log = logging.getLogger("dockreeve.aws")

# UploadLayerPart carries up to 20,971,520 bytes in base64; a policy document up to 131,072 characters, which percent
# encoding may treble, and UTF-8 double before that.
_LARGEST = {"json": 29 * 1024 * 1024, "query": 2 * 1024 * 1024, "rest-json": 2 * 1024 * 1024}
_METHODS = ("GET", "POST")  # at `/`; elsewhere the method is part of an operation's name
_XML, _FORM = b"text/xml", b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class _Wire:
    """How one protocol is read and written."""

    module: ModuleType
    content_type: bytes


_WIRES = {
    "query": _Wire(query, _XML),
    "json": _Wire(json11, json11.CONTENT_TYPE.encode()),
    "rest-json": _Wire(restjson, restjson.CONTENT_TYPE.encode()),
}


class AwsDoor:
    """IAM, STS and ECR on one path, told apart by the credential scope; Access Analyzer on paths of its own."""

    def __init__(self, gate: Gate, journal: Journal, calls: Calls) -> None:
        declare_all()
        self._gate = gate
        self._journal = journal
        self._calls = calls
        self._place = calls.place

    @staticmethod
    def serves(raw_path: bytes) -> bool:
        """Whether an AWS API has this path."""
        return raw_path == ROOT or restjson.serves(raw_path)

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request; whatever goes wrong is answered in the protocol of the service it was for."""
        service_name = _targeted(request)  # until the signature says which one
        headers = [(b"x-amzn-requestid", request.id.encode())]
        try:
            at_root = request.raw_path == ROOT
            if at_root and request.method not in _METHODS:
                allowed = ", ".join(_METHODS)
                headers.append((b"allow", allowed.encode()))
                raise Fault("MethodNotAllowed", f"The AWS APIs take {allowed}.", status=405)
            signature = signed.read(request)
            if signature:
                service_name = scoped(signature.service, request.raw_path) or service_name
            body = await request.body(_LARGEST[model.service(service_name).protocol])
            if at_root:
                params = _pairs(request, body)
                addressed = service_of(signature, request.headers, params)
            else:
                params = query.read_form(request.query_string)
                addressed = rest_operation(signature, request.method, request.raw_path)
            service_name = addressed.service
            proven = await signed.proven(self._gate, request, body, signature)
            answer = await self._run(request, proven, addressed, body, params)
        except ClientGone:
            return
        except Denied as denied:
            request.effect, request.decision = "deny", denied.id
            headers.append((b"x-authorization-id", denied.id.encode()))
            await self._refuse(send, service_name, self._spelled(denied, service_name, request), request, headers)
        except Unverified as unverified:
            request.effect = "unproven"
            await self._refuse(
                send, service_name, fault(unverified.kind, unverified.message, service_name), request, headers
            )
        except Fault as caused:
            await self._refuse(send, service_name, caused, request, headers)
        except BadBody as bad:
            code = "RequestEntityTooLarge" if bad.status == 413 else "MalformedInput"  # noqa: PLR2004
            await self._refuse(
                send, service_name, Fault(code, str(bad), status=bad.status), request, headers, close=True
            )
        except NoRoom as full:
            _log.error("request %s: %s", request.id, full)
            await self._refuse(send, service_name, Fault("ServiceUnavailable", "The disk is full."), request, headers)
        except Exception:
            _log.exception("request %s failed", request.id)
            said = Fault("InternalFailure", "The request processing has failed because of an unknown error.")
            await self._refuse(send, service_name, said, request, headers)
        else:
            content_type = _WIRES[model.service(service_name).protocol].content_type
            await respond(send, 200, answer, content_type=content_type, headers=headers)

    async def _run(
        self, request: Request, proven: signed.Signed, addressed: Addressed, body: bytes, params: list[tuple[str, str]]
    ) -> bytes:
        caller, region = proven.caller, proven.signature.region
        request.principal = caller.arn
        if caller.session is None:
            self._journal.key_used(caller.access_key_id, request.now, region, addressed.service)
        if not addressed.operation:
            raise Fault("MissingAction", "The request names no operation.")
        operation = locate(addressed.service, addressed.operation, addressed.version)
        request.action = f"{operation.service}:{operation.name}"
        wire = _WIRES[model.service(addressed.service).protocol]
        given = _read(wire.module, request, body, params, operation.model)
        constraints.check(operation.model, given)
        arguments = operation.model.arguments(given)
        call = self._calls.made(request, caller, region)
        await self._gate.admit(caller, await operation.needs(call, arguments), asked_of(request, self._place, region))
        request.effect = "allow"
        result = await operation.run(call, arguments)
        answer: bytes = wire.module.serialise(operation.model, result, request.id)
        return answer

    def _spelled(self, denied: Denied, service_name: str, request: Request) -> Fault:
        """AWS's sentence; IAM's carries the authorization id, the others' only where the setting says so."""
        sentence = denied.sentence
        if service_name == "iam" and self._place.explain != "none":
            page = f"{public_url(request, self._place)}/console/?region={self._place.region}#/authorization-details"
            sentence += (
                f". Go to {page}/{denied.id} for complete details, or call the GetRequestAuthorizationDetails API "
                f"with the following authorization id: {denied.id}"
            )
        elif self._place.explain == "all":
            sentence += f" [why: {denied.id}]"
        return Fault("AccessDenied", sentence)

    async def _refuse(
        self,
        send: Send,
        service_name: str,
        said: Fault,
        request: Request,
        headers: list[tuple[bytes, bytes]],
        *,
        close: bool = False,
    ) -> None:
        wire = _WIRES[model.service(service_name).protocol]
        if wire.module is restjson:
            status, named, body = restjson.serialise_error(service_name, said, request.id)
            headers = headers + named
        else:
            status, body = wire.module.serialise_error(service_name, said, request.id)
        await respond(
            send,
            status,
            body,
            content_type=wire.content_type,
            headers=headers,
            head=request.method == "HEAD",
            close=close,
        )


def _targeted(request: Request) -> str:
    """Whose errors a request gets without a signature that names a service: plain Query errors are STS's."""
    if request.raw_path != ROOT:
        return restjson.services()[0].name
    target = request.text(b"x-amz-target")
    prefix = model.service("ecr").target_prefix
    return "ecr" if target.startswith(prefix) else "sts"


def _read(
    module: ModuleType, request: Request, body: bytes, params: list[tuple[str, str]], operation: model.OperationModel
) -> dict[str, Any]:
    """The operation's input, by the protocol of its service."""
    if module is restjson:
        return restjson.parse(operation, request.raw_path, params, request.headers, body)
    found: dict[str, Any] = module.parse(params if module is query else body, operation)
    return found


def _pairs(request: Request, body: bytes) -> list[tuple[str, str]]:
    """The parameters of the query and of a form body, undecoded bytes of anything else left alone."""
    pairs = query.read_form(request.query_string)
    if request.text(b"content-type").encode().partition(b";")[0].strip().lower() == _FORM:
        pairs += query.read_form(body)
    return pairs
