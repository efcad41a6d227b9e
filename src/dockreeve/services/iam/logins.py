"""Login profiles: a user's password for the console; create, get, update, delete, and change one's own."""

from dataclasses import replace
from typing import Any

from dockreeve.aws.operation import operation
from dockreeve.faults import Fault
from dockreeve.services import passwords
from dockreeve.services.call import Call, CallerKind
from dockreeve.services.iam import password_rules, principals, refusals, touched
from dockreeve.storage import Kind, LoginProfile, Missing, PasswordPolicy, Principal, Stale, Taken


@operation("iam:CreateLoginProfile", touches=touched.user_or_self)
async def create_login_profile(
    call: Call, *, user_name: str | None = None, password: str | None = None, password_reset_required: bool = False
) -> dict[str, Any]:
    """Give a user a password. Raise EntityAlreadyExists, NoSuchEntity, PasswordPolicyViolation."""
    user = await _user(call, user_name)
    if password is None:
        raise Fault("ValidationError", "Password is required")  # but for AssumeRoot sessions, which are not made here
    if await call.records.identity.find_login(user.unique_id) is not None:
        raise refusals.login_exists(user.name)
    password_rules.check(password, await call.records.identity.password_policy(user.account), user.account)
    made = LoginProfile(
        user_id=user.unique_id,
        account=user.account,
        hash=await passwords.hashed(password),
        created=call.now,
        changed=call.now,
        reset_required=password_reset_required,
    )
    try:
        await call.records.identity.add_login(made)
    except Taken:
        raise refusals.login_exists(user.name) from None
    except Missing:
        raise refusals.no_such_principal(Kind.USER, user.name) from None
    return {"LoginProfile": _described(made, user.name)}


@operation("iam:GetLoginProfile", touches=touched.user_or_self)
async def get_login_profile(call: Call, *, user_name: str | None = None) -> dict[str, Any]:
    """When the user's password was made, and whether it must be changed at the next sign-in."""
    user = await _user(call, user_name)
    return {"LoginProfile": _described(await _login(call, user), user.name)}


@operation("iam:UpdateLoginProfile", touches=touched.user)
async def update_login_profile(
    call: Call, *, user_name: str, password: str | None = None, password_reset_required: bool | None = None
) -> None:
    """Set the password of a user, or whether it must be changed at the next sign-in."""
    user = await _user(call, user_name)
    before = await _login(call, user)
    if password is not None:
        before = await renewed(call, before, password)
    if password_reset_required is not None:
        before = replace(before, reset_required=password_reset_required)
    await save(call, before, user.name)


@operation("iam:DeleteLoginProfile", touches=touched.user_or_self)
async def delete_login_profile(call: Call, *, user_name: str | None = None) -> None:
    """Take the password away; access keys and sessions stay."""
    user = await _user(call, user_name)
    try:
        await call.records.identity.remove_login(user.unique_id)
    except Missing:
        raise refusals.no_login(user.name) from None


@operation("iam:ChangePassword", touches=touched.user_or_self)
async def change_password(call: Call, *, old_password: str, new_password: str) -> None:
    """Change the caller's own password. Raise InvalidUserType for root and roles, AccessDenied for a wrong old one."""
    if call.caller.kind is not CallerKind.USER:
        raise Fault("InvalidUserType", "Only IAM Users can change their own password.")
    user = await principals.find_self(call)
    login = await _login(call, user)
    if not await passwords.matches(old_password, login.hash):
        raise Fault("AccessDenied", "The old password was incorrect.", status=403)
    await save(call, replace(await renewed(call, login, new_password), reset_required=False), user.name)


async def renewed(call: Call, login: LoginProfile, password: str) -> LoginProfile:
    """The login with a new password, not yet saved. Raise PasswordPolicyViolation."""
    policy = await call.records.identity.password_policy(login.account)
    password_rules.check(password, policy, login.account)
    remembered = _remembered(login, policy)
    if remembered and await passwords.matches(password, *remembered):
        raise refusals.password_policy("Password should not be one of the last ones used")
    earlier = (login.hash, *login.earlier)[:_MOST_EARLIER]
    return replace(login, hash=await passwords.hashed(password), earlier=earlier, changed=call.now)


async def save(call: Call, login: LoginProfile, user_name: str) -> None:
    """Raise NoSuchEntity, or EntityTemporarilyUnmodifiable when another request changed it meanwhile."""
    try:
        await call.records.identity.save_login(login)
    except Stale:
        # Not tried again: whoever changed it meanwhile may have been a thief being locked out.
        raise refusals.login_changing(user_name) from None
    except Missing:
        raise refusals.no_login(user_name) from None


_MOST_EARLIER = 24  # the most that a policy can ask for (IAM API Reference, UpdateAccountPasswordPolicy)


def _remembered(login: LoginProfile, policy: PasswordPolicy | None) -> tuple[str, ...]:
    return (login.hash, *login.earlier)[: policy.reuse_prevention or 0] if policy else ()


async def _user(call: Call, user_name: str | None) -> Principal:
    return await (principals.find_user(call, user_name) if user_name else principals.find_self(call))


async def _login(call: Call, user: Principal) -> LoginProfile:
    found = await call.records.identity.find_login(user.unique_id)
    if found is None:
        raise refusals.no_login(user.name)
    return found


def _described(login: LoginProfile, user_name: str) -> dict[str, Any]:
    return {"UserName": user_name, "CreateDate": login.created, "PasswordResetRequired": login.reset_required}
