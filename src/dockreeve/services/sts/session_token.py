"""sts:GetSessionToken: temporary credentials of the user who asks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dockreeve.aws.operation import ANYTHING, Touched, operation
from dockreeve.faults import Fault
from dockreeve.services.call import Call, CallerKind
from dockreeve.services.sts.mfa import refuse_mfa
from dockreeve.services.sts.sessions import issue, session_lasting, token_size

_ROOT = 3600  # seconds at most


async def long_term_keys_only(call: Call, params: Mapping[str, Any]) -> Touched:
    """Nothing in particular; raise `Fault` AccessDenied when the caller's own credentials are temporary."""
    if call.caller.session is not None:
        # Whoever could renew a session with itself would keep it for ever.
        raise Fault("AccessDenied", "Cannot call GetSessionToken with session credentials")
    return ANYTHING


@operation("sts:GetSessionToken", touches=long_term_keys_only)
async def get_session_token(
    call: Call,
    *,
    duration_seconds: int = 43_200,
    serial_number: str = "",
    token_code: str = "",
    minimum_session_token_size: int = 0,
) -> dict[str, Any]:
    """Credentials with the rights of the caller, root's for an hour at most (STS API reference, GetSessionToken)."""
    refuse_mfa(serial_number, token_code)
    if call.caller.kind is CallerKind.ROOT:
        duration_seconds = min(duration_seconds, _ROOT)
    session = session_lasting(call.now, timedelta(seconds=duration_seconds))
    credentials = issue(call.vault, replace(call.caller, session=session), at_least=minimum_session_token_size)
    return {"Credentials": credentials.described(), **token_size(credentials.session_token)}
