"""Users and roles as rows: find one, change one, and the part of an answer that both kinds share."""

from collections.abc import Callable
from typing import Any

from dockreeve.faults import Fault
from dockreeve.services.call import Call, CallerKind
from dockreeve.services.iam import refusals
from dockreeve.storage import InUse, Kind, Missing, Principal, QuotaReached, Stale, Taken

_TRIES = 5  # reads of a row that others keep changing


async def find(call: Call, kind: Kind, name: str) -> Principal:
    """The user or role of the caller's account with this name, regardless of case. Raise NoSuchEntity."""
    found = await call.records.identity.find_principal(call.account, kind, name)
    if found is None:
        raise refusals.no_such_principal(kind, name)
    return found


async def find_role(call: Call, name: str) -> Principal:
    """Raise NoSuchEntity."""
    return await find(call, Kind.ROLE, name)


async def find_user(call: Call, name: str) -> Principal:
    """Raise NoSuchEntity."""
    return await find(call, Kind.USER, name)


async def find_self(call: Call) -> Principal:
    """The user who calls. Raise ValidationError for root and for sessions, NoSuchEntity for a user just deleted."""
    caller = call.caller
    if caller.kind is not CallerKind.USER:
        raise refusals.name_needed()
    found = await call.records.identity.principal_by_id(caller.unique_id)
    if found is None:
        raise refusals.no_such_principal(Kind.USER, caller.name)
    return found


async def change(call: Call, kind: Kind, name: str, edit: Callable[[Principal], Principal]) -> Principal:
    """Write `edit` of the row; again from the start when another request wrote in between.

    Raise NoSuchEntity, ConcurrentModification, and whatever `edit` raises; `Taken` when it gave a name in use.
    """
    for _ in range(_TRIES):
        changed = edit(await find(call, kind, name))
        try:
            await call.records.identity.save_principal(changed)
        except Stale:
            continue
        except Missing as missing:
            raise _gone(missing, changed) from None
        return changed
    raise refusals.concurrent()


async def add(call: Call, principal: Principal, *, limit: int) -> None:
    """Raise EntityAlreadyExists, LimitExceeded; NoSuchEntity when the boundary was deleted meanwhile."""
    try:
        await call.records.identity.add_principal(principal, limit=limit)
    except Taken:
        raise refusals.principal_exists(principal.kind, principal.name) from None
    except QuotaReached as full:
        raise refusals.quota_exceeded(f"{principal.kind.capitalize()}sPerAccount", full.limit) from None
    except Missing as missing:
        raise _gone(missing, principal) from None


async def remove(call: Call, kind: Kind, name: str) -> None:
    """Raise NoSuchEntity, DeleteConflict while it holds policies or keys or is in an instance profile."""
    principal = await find(call, kind, name)
    try:
        await call.records.identity.remove_principal(principal.unique_id)
    except Missing:
        raise refusals.no_such_principal(kind, name) from None
    except InUse as reason:
        raise refusals.in_use(reason) from None


def boundary_of(principal: Principal) -> dict[str, Any]:
    """`PermissionsBoundary`, where there is one. The type is the word that AWS answers, not the model's."""
    if principal.boundary is None:
        return {}
    return {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": principal.boundary}}


def _gone(missing: Missing, principal: Principal) -> Fault:
    if missing.kind == "policy" and principal.boundary:
        return refusals.no_such_boundary(principal.boundary)
    return refusals.no_such_principal(principal.kind, principal.name)
