"""IAM Toolbox's two operations (REST-JSON, signed as `iam`): a refusal's details, as a view of our own record of it.

IAM Toolbox API, 2018-05-10: GetRequestAuthorizationDetails, GetRequestAuthorizationPolicy.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from dockreeve.aws.operation import Need, Touched
from dockreeve.aws.sigv4 import Kind, Unverified
from dockreeve.doors import signed
from dockreeve.doors.calls import Calls
from dockreeve.doors.http import BadBody, ClientGone, Request, Send, asked_of, respond
from dockreeve.faults import Fault
from dockreeve.gate import Denied, Gate, Journal

_log = logging.getLogger("dockreeve.toolbox")

PREFIX = b"/authorization-details/"
DETAILS, POLICY = OPERATIONS = ("GetRequestAuthorizationDetails", "GetRequestAuthorizationPolicy")

_PATH = re.compile(rb"/authorization-details/(?P<id>[a-z0-9]{1,256})(?P<policy>/policy)?")
_LARGEST = 4096  # bytes of a body, which means nothing here
_TYPES = {
    "PRINCIPAL": "IDENTITY_BASED_POLICY",
    "RESOURCE": "RESOURCE_BASED_POLICY",
    "ROLE_TRUST": "RESOURCE_BASED_POLICY",
    "PERMISSIONS_BOUNDARY": "PERMISSIONS_BOUNDARY",
    "SESSION": "SESSION_POLICY",
    "SERVICE_CONTROL_POLICY": "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY": "RESOURCE_CONTROL_POLICY",
    "VPC_ENDPOINT": "VPC_ENDPOINT_POLICY",
}
_EFFECTS = {"Allowed": "ALLOW", "ImplicitlyDenied": "IMPLICIT_DENY", "ExplicitlyDenied": "EXPLICIT_DENY"}


class ToolboxDoor:
    """Refusals by their id, for AWS's own clients; only those of the caller's account."""

    def __init__(self, gate: Gate, journal: Journal, calls: Calls) -> None:
        self._gate = gate
        self._journal = journal
        self._calls = calls

    async def __call__(self, request: Request, send: Send) -> None:
        """Answer one request; the name of an error is in the header x-amzn-errortype."""
        headers = [(b"x-amzn-requestid", request.id.encode()), (b"cache-control", b"no-store")]
        status, close = 200, False
        try:
            said = await self._answer(request)
        except ClientGone:
            return
        except Denied as denied:
            request.effect, request.decision = "deny", denied.id
            headers += [(b"x-authorization-id", denied.id.encode()), (b"x-amzn-errortype", b"AccessDeniedException")]
            status, said = 403, {"message": denied.sentence}
        except Unverified as unverified:
            request.effect = "unproven"
            headers.append((b"x-amzn-errortype", b"AccessDeniedException"))
            status, said = 403, {"message": unverified.message}
        except Fault as caused:
            headers.append((b"x-amzn-errortype", caused.code.encode()))
            status, said = caused.status or 400, {"message": caused.message}
        except BadBody as bad:
            headers.append((b"x-amzn-errortype", b"ValidationException"))
            status, close, said = bad.status, True, {"message": str(bad)}
        except Exception:
            _log.exception("request %s failed", request.id)
            headers.append((b"x-amzn-errortype", b"InternalServerException"))
            status, said = 500, {"message": f"An unknown error; request id {request.id}"}
        await respond(send, status, json.dumps(said).encode(), headers=headers, close=close)

    async def _answer(self, request: Request) -> Mapping[str, Any]:
        signature = signed.read(request)
        proven = await signed.proven(self._gate, request, await request.body(_LARGEST), signature)
        if proven.signature.service != "iam":
            raise Unverified(Kind.BAD_SCOPE, "Credential should be scoped to correct service: 'iam'.")
        request.principal = proven.caller.arn
        found = _PATH.fullmatch(request.raw_path)
        if request.method != "GET" or found is None:
            raise Fault("ValidationException", "This is not an authorization id.")
        decision_id = found["id"].decode()
        operation = POLICY if found["policy"] else DETAILS
        request.action = f"iam-toolbox:{operation}"
        call = self._calls.made(request, proven.caller, proven.signature.region)
        # `*`: the ids have no ARN in AWS's model, hence no policy can name one.
        need = Need(f"iam:{operation}", Touched("*"))
        await self._gate.admit(call.caller, [need], asked_of(request, self._calls.place, call.region))
        request.effect = "allow"
        stored = await self._journal.find(call.account, decision_id)
        if stored is None:
            raise Fault("ResourceNotFoundException", f"No details for {decision_id} were found.", status=404)
        return _policy(stored.record, _policy_uri(request)) if found["policy"] else _details(stored.record)


def _policy_uri(request: Request) -> str:
    try:
        given = dict(parse_qsl(request.query_string.decode("ascii"), max_num_fields=8))
    except ValueError:
        given = {}
    if not given.get("policyUri"):
        raise Fault("ValidationException", "policyUri is required.")
    return given["policyUri"]


def _policy(record: Mapping[str, Any], uri: str) -> Mapping[str, Any]:
    for policy in record["policies"]:
        if policy["uri"] == uri:
            return {"policyDocument": json.loads(policy["document"])}
    raise Fault("ResourceNotFoundException", "There is no such policy in these details.", status=404)


def _details(record: Mapping[str, Any]) -> Mapping[str, Any]:
    evaluation = {
        "action": record["action"],
        "resource": record["resource"],
        "context": {},
        "evaluatedEffect": _EFFECTS[record["verdict"]],
        "checks": [_check(record, check) for check in record["checks"]],
    }
    return {
        "requestContext": record["context"],
        "evaluations": [evaluation],
        "policies": [
            {
                "type": _TYPES[policy["type"]],
                "inline": policy["inline"],
                "uri": policy["uri"],
                "attachedTo": [{"arn": policy["attachedTo"]}] if policy["attachedTo"] else [],
            }
            for policy in record["policies"]
        ],
    }


def _check(record: Mapping[str, Any], check: Mapping[str, Any]) -> Mapping[str, Any]:
    of_resource = check["type"] in ("RESOURCE", "ROLE_TRUST")
    return {
        # AWS's model has no name of its own for a role's trust policy, which is the role's resource policy.
        "checkType": "RESOURCE" if of_resource else check["type"],
        "evaluatedEffect": check["effect"],
        "targetArn": record["resource"] if of_resource else record["principal"],
        "relevantPolicyTypes": [_TYPES[check["type"]]],
        "matchedPolicies": list(_matched(record, check["matched"])),
    }


def _matched(record: Mapping[str, Any], matched: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    effects = {(one["policy"], one["index"]): one["effect"].upper() for one in record["statements"]}
    by_policy: dict[str, list[Mapping[str, Any]]] = {}
    for one in matched:
        sid = one["sid"] or f"Statement{one['index'] + 1}"  # AWS makes one up as well
        effect = effects.get((one["policy"], one["index"]), "ALLOW")
        by_policy.setdefault(one["policy"], []).append({"sid": sid, "evaluatedEffect": effect})
    return [{"uri": uri, "matchedStatements": statements} for uri, statements in by_policy.items()]
