"""sts:AssumeRole: a session of a role, for whom its trust policy names."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dockreeve.aws.operation import Need, Touched, not_implemented, operation
from dockreeve.faults import Fault
from dockreeve.services.call import Call, Caller, CallerKind
from dockreeve.services.sts.mfa import refuse_mfa
from dockreeve.services.sts.session_policies import packed_percent, session_policies
from dockreeve.services.sts.session_tags import inherited, session_tags
from dockreeve.services.sts.sessions import caller_of_role, issue, session_lasting, token_size
from dockreeve.storage import Kind, Principal

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:[!-.0-~]+/)*([\w+=,.@-]{1,64})", re.ASCII)
_CHAINED = 3600  # seconds: role chaining


async def role_to_assume(call: Call, params: Mapping[str, Any]) -> Touched:
    """The role's ARN, whether the role exists or not: a stranger learns the same of both."""
    if call.caller.kind is CallerKind.ROOT:
        # Root is allowed everything, so no policy would ever say this.
        raise Fault("AccessDenied", "Roles may not be assumed by root accounts.")
    if not _ROLE_ARN.fullmatch(params["role_arn"]):
        raise Fault("ValidationError", "Request ARN is invalid")
    return Touched(params["role_arn"])


async def rights_to_pass(call: Call, params: Mapping[str, Any]) -> list[Need]:
    """Tags and a source identity need a right each, also those that only come along from the caller's session."""
    session = call.caller.session
    role = Touched(params["role_arn"])
    needs = []
    handed_on = inherited(session)
    if handed_on or params.get("tags"):
        keys = [*handed_on, *params.get("transitive_tag_keys", ())]
        needs.append(Need("sts:TagSession", role, {"sts:TransitiveTagKeys": keys} if keys else {}))
    source_identity = params.get("source_identity") or (session.source_identity if session else "")
    if source_identity:
        needs.append(Need("sts:SetSourceIdentity", role, {"sts:SourceIdentity": source_identity}))
    return needs


def condition_keys(params: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """STS's own condition keys (Service Authorization Reference, AWS STS); one that wasn't given is absent."""
    given = {
        "sts:RoleSessionName": params["role_session_name"],
        "sts:ExternalId": params.get("external_id"),
        "sts:SourceIdentity": params.get("source_identity"),
        "sts:TransitiveTagKeys": params.get("transitive_tag_keys"),
    }
    return {key: value for key, value in given.items() if value}


@operation("sts:AssumeRole", touches=role_to_assume, also=rights_to_pass, context=condition_keys)
async def assume_role(
    call: Call,
    *,
    role_arn: str,
    role_session_name: str,
    policy_arns: Sequence[Mapping[str, str]] = (),
    policy: str = "",
    duration_seconds: int = 3600,
    tags: Sequence[Mapping[str, str]] = (),
    transitive_tag_keys: Sequence[str] = (),
    external_id: str = "",  # only data: the trust policy's conditions read it
    serial_number: str = "",
    token_code: str = "",
    source_identity: str = "",
    provided_contexts: Sequence[Mapping[str, str]] = (),
    minimum_session_token_size: int = 0,
) -> dict[str, Any]:
    """Credentials of a new session of the role (STS API reference, AssumeRole)."""
    if provided_contexts:
        raise not_implemented("sts", "AssumeRole with ProvidedContexts")
    refuse_mfa(serial_number, token_code)
    role = await _role(call, role_arn)
    _check_duration(call.caller, role, duration_seconds)
    own = call.caller.session
    identity = _source_identity(own.source_identity if own else "", source_identity)
    marked = session_tags(own, tags, transitive_tag_keys)
    narrowed = await session_policies(call.records, role.account, policy, policy_arns)
    packed = packed_percent(narrowed, marked.values)
    session = session_lasting(
        call.now,
        timedelta(seconds=duration_seconds),
        name=role_session_name,
        policies=narrowed.documents,
        policy_arns=narrowed.arns,
        tags=marked.values,
        transitive=marked.transitive,
        source_identity=identity,
        chained=call.caller.kind is CallerKind.ROLE,
    )
    assumed = caller_of_role(role, session)
    credentials = issue(call.vault, assumed, at_least=minimum_session_token_size)
    await call.records.identity.note_role_used(role.unique_id, call.now, call.region)
    result = {
        "Credentials": credentials.described(),
        "AssumedRoleUser": {"AssumedRoleId": assumed.user_id, "Arn": assumed.arn},
        **token_size(credentials.session_token),
    }
    if packed is not None:
        result["PackedPolicySize"] = packed
    if identity:
        result["SourceIdentity"] = identity
    return result


async def _role(call: Call, arn: str) -> Principal:
    found = _ROLE_ARN.fullmatch(arn)
    role = await call.records.identity.find_principal(found[1], Kind.ROLE, found[2]) if found else None
    if role is None or role.arn != arn:
        # The gate refused already, for a role that isn't there trusts nobody; unless it went away since.
        raise Fault(
            "AccessDenied", f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )
    return role


def _check_duration(caller: Caller, role: Principal, seconds: int) -> None:
    if caller.kind is CallerKind.ROLE and seconds > _CHAINED:
        raise Fault(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        )
    if seconds > role.max_session:
        raise Fault(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )


def _source_identity(own: str, requested: str) -> str:
    if own and requested and requested != own:
        raise Fault("AccessDenied", "The source identity of this session is set and can't be changed.")
    return own or requested
