"""The account's password policy: get, update, delete, and whether a password meets it.

IAM User Guide, "Set an account password policy for IAM users".
"""

from datetime import datetime, timedelta
from typing import Any

from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.faults import Fault
from dockreeve.services.call import Call
from dockreeve.services.iam import refusals
from dockreeve.storage import LoginProfile, Missing, PasswordPolicy

_SYMBOLS = frozenset("!@#$%^&*()_+-=[]{}|'")
_DEFAULT_LENGTH = 8
_DEFAULT_KINDS = 3  # of the four kinds of characters


@operation("iam:GetAccountPasswordPolicy", touches=ANYTHING)
async def get_account_password_policy(call: Call) -> dict[str, Any]:
    """The account's own policy; NoSuchEntity while AWS's default holds."""
    policy = await call.records.identity.password_policy(call.account)
    if policy is None:
        raise Fault("NoSuchEntity", f"The Password Policy with domain name {call.account} cannot be found.")
    described: dict[str, Any] = {
        "MinimumPasswordLength": policy.minimum_length,
        "RequireSymbols": policy.symbols,
        "RequireNumbers": policy.numbers,
        "RequireUppercaseCharacters": policy.uppercase,
        "RequireLowercaseCharacters": policy.lowercase,
        "AllowUsersToChangePassword": policy.users_may_change,
        "ExpirePasswords": policy.max_age > 0,
        "HardExpiry": policy.hard_expiry,
    }
    if policy.max_age:
        described["MaxPasswordAge"] = policy.max_age
    if policy.reuse_prevention:
        described["PasswordReusePrevention"] = policy.reuse_prevention
    return {"PasswordPolicy": described}


@operation("iam:UpdateAccountPasswordPolicy", touches=ANYTHING)
async def update_account_password_policy(
    call: Call,
    *,
    minimum_password_length: int = 6,
    require_symbols: bool = False,
    require_numbers: bool = False,
    require_uppercase_characters: bool = False,
    require_lowercase_characters: bool = False,
    allow_users_to_change_password: bool = False,
    max_password_age: int = 0,
    password_reuse_prevention: int | None = None,
    hard_expiry: bool = False,
) -> None:
    """Replace the whole policy: what isn't given goes back to its default (IAM API Reference)."""
    policy = PasswordPolicy(
        minimum_length=minimum_password_length,
        symbols=require_symbols,
        numbers=require_numbers,
        uppercase=require_uppercase_characters,
        lowercase=require_lowercase_characters,
        users_may_change=allow_users_to_change_password,
        max_age=max_password_age,
        reuse_prevention=password_reuse_prevention,
        hard_expiry=hard_expiry,
    )
    await call.records.identity.put_password_policy(call.account, policy)


@operation("iam:DeleteAccountPasswordPolicy", touches=ANYTHING)
async def delete_account_password_policy(call: Call) -> None:
    """Go back to AWS's default."""
    try:
        await call.records.identity.remove_password_policy(call.account)
    except Missing:
        raise Fault("NoSuchEntity", "The account policy with name PasswordPolicy cannot be found.") from None


def check(password: str, policy: PasswordPolicy | None, account: str) -> None:
    """Raise PasswordPolicyViolation. Without a policy AWS's default holds: eight characters of three kinds."""
    kinds = {
        "uppercase letter": any("A" <= letter <= "Z" for letter in password),
        "lowercase letter": any("a" <= letter <= "z" for letter in password),
        "number": any("0" <= letter <= "9" for letter in password),
        "symbol": any(letter in _SYMBOLS for letter in password),
    }
    least = policy.minimum_length if policy else _DEFAULT_LENGTH
    if len(password) < least:
        raise refusals.password_policy(f"Password should have a minimum length of {least}")
    if policy is None:
        if sum(kinds.values()) < _DEFAULT_KINDS:
            raise refusals.password_policy(
                "Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols"
            )
        if password == account:
            raise refusals.password_policy("Password should not be the account's name")
        return
    demanded = (policy.uppercase, policy.lowercase, policy.numbers, policy.symbols)
    for (kind, present), wanted in zip(kinds.items(), demanded, strict=True):
        if wanted and not present:
            raise refusals.password_policy(f"Password should have at least one {kind}")


def expired(profile: LoginProfile, policy: PasswordPolicy | None, now: datetime) -> bool:
    """Whether the password is older than the policy lets it be."""
    return bool(policy and policy.max_age) and profile.changed + timedelta(days=policy.max_age if policy else 0) <= now
