"""GetAuthorizationToken: the login for docker, podman and their kin, sealed rather than stored."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.services.call import Call, Caller
from dockreeve.services.ecr.repositories import registry_host
from dockreeve.services.sts.sessions import caller_claims, caller_from
from dockreeve.storage import Vault
from dockreeve.storage.vault import BrokenSeal

LIFETIME = timedelta(hours=12)
_PURPOSE = "registry-token"
_USER = "AWS"


@dataclass(frozen=True, slots=True)
class RegistryClaims:
    """What a registry token says. That its key, user, role or session still lives is the gate's to check."""

    caller: Caller
    issued: datetime
    expires: datetime
    region: str


def registry_token(vault: Vault, caller: Caller, now: datetime, region: str) -> str:
    """The password of a registry login, good for 12 hours.

    URL-safe letters only: the AWS CLI splits `AWS:PASSWORD` at every `:`. It is about as long as the caller's session
    token, so below 4 KiB.
    """
    claims = {"c": caller_claims(caller), "i": int(now.timestamp()), "r": region}
    return vault.seal(claims, _PURPOSE)


def open_registry_token(vault: Vault, password: str) -> RegistryClaims:
    """What `registry_token` sealed, expired or not. Raise `BrokenSeal` for any other text."""
    claims = vault.open(password, _PURPOSE)
    try:
        issued = datetime.fromtimestamp(claims["i"], UTC)
        return RegistryClaims(caller_from(claims["c"]), issued, issued + LIFETIME, claims["r"])
    except (KeyError, TypeError, ValueError, AttributeError) as unreadable:  # sealed by another version
        raise BrokenSeal(_PURPOSE) from unreadable


@operation("ecr:GetAuthorizationToken", touches=ANYTHING)
async def get_authorization_token(call: Call, *, registry_ids: Sequence[str] | None = None) -> dict[str, Any]:
    """A login with the caller's own rights. Each reaches every registry that its principal may reach."""
    password = registry_token(call.vault, call.caller, call.now, call.region)
    token = b64encode(f"{_USER}:{password}".encode()).decode()
    expires = call.now.replace(microsecond=0) + LIFETIME  # the token keeps whole seconds
    scheme = call.public_url.partition("://")[0]
    return {
        "authorizationData": [
            {
                "authorizationToken": token,
                "expiresAt": expires,
                "proxyEndpoint": f"{scheme}://{registry_host(call, account, call.region)}",
            }
            for account in registry_ids or [call.account]
        ]
    }
