"""Users: create, get, list, update (rename, move), delete."""

from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.aws.pages import cut
from dockreeve.services.call import Call
from dockreeve.services.iam import managed, paging, principals, quotas, refusals, touched
from dockreeve.services.iam.names import USER, unique_id
from dockreeve.services.iam.tags import GivenTags, listed, tags_from
from dockreeve.storage import Kind, Principal, Taken


@operation(
    "iam:CreateUser",
    touches=touched.new_user,
    also=touched.tagging("iam:TagUser", touched.new_user),
    context=touched.boundary_key,
)
async def create_user(
    call: Call, *, user_name: str, path: str = "/", permissions_boundary: str | None = None, tags: GivenTags = ()
) -> dict[str, Any]:
    """Make a user, who can do nothing yet."""
    user = Principal(
        account=call.account,
        kind=Kind.USER,
        name=user_name,
        path=path,
        unique_id=unique_id(USER),
        created=call.now,
        tags=tags_from(tags),
        boundary=await managed.bounding(call, permissions_boundary) if permissions_boundary else None,
    )
    await principals.add(call, user, limit=quotas.USERS)
    return {"User": _described(user, whole=True)}


@operation("iam:GetUser", touches=touched.user_or_self)
async def get_user(call: Call, *, user_name: str | None = None) -> dict[str, Any]:
    """The user, or who calls when no name is given."""
    user = await (principals.find_user(call, user_name) if user_name else principals.find_self(call))
    return {"User": _described(user, whole=True)}


@operation("iam:ListUsers", touches=touched.listing(Kind.USER))
async def list_users(
    call: Call, *, path_prefix: str = "/", marker: str = "", max_items: int = paging.SIZE
) -> dict[str, Any]:
    """The users in order of name, without tags and boundary."""
    found = await call.records.identity.principals(
        call.account, Kind.USER, path_prefix=path_prefix, after=paging.after(marker), limit=max_items + 1
    )
    page, token = cut(found, max_items, lambda user: user.name.lower())
    return {"Users": [_described(user, whole=False) for user in page], **paging.ending(token)}


@operation("iam:UpdateUser", touches=touched.renamed_user)
async def update_user(
    call: Call, *, user_name: str, new_path: str | None = None, new_user_name: str | None = None
) -> None:
    """Rename or move a user, who keeps id, keys and policies; a trust policy that names the user follows."""

    def edit(user: Principal) -> Principal:
        return replace(user, path=new_path or user.path, name=new_user_name or user.name)

    try:
        await principals.change(call, Kind.USER, user_name, edit)
    except Taken:
        raise refusals.principal_exists(Kind.USER, new_user_name or user_name) from None


@operation("iam:DeleteUser", touches=touched.user)
async def delete_user(call: Call, *, user_name: str) -> None:
    """Remove a user without policies and access keys."""
    await principals.remove(call, Kind.USER, user_name)


def _described(user: Principal, *, whole: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.unique_id,
        "Arn": user.arn,
        "CreateDate": user.created,
    }
    if whole:
        answer |= {"Tags": listed(user.tags), **principals.boundary_of(user)}
    return answer
