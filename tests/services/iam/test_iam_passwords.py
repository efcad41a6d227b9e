"""Console passwords: login profiles, changing one's own, and the account's password policy."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from dockreeve.services import passwords
from dockreeve.services.iam import password_rules
from dockreeve.storage import Kind, PasswordPolicy, Records

from .asking import ACCOUNT, NOW, Iam, as_session, as_user

GOOD, BETTER = "correct Horse 1", "battery Staple 2"


async def kept(records: Records, name: str = "U") -> str:
    """The hash that is stored for a user."""
    user = await records.identity.find_principal(ACCOUNT, Kind.USER, name)
    assert user is not None
    login = await records.identity.find_login(user.unique_id)
    assert login is not None
    return login.hash


async def test_a_login_profile_is_made_told_and_taken_away(iam: Iam, records: Records) -> None:
    await iam.user("U")
    none = ("NoSuchEntity", "Login Profile for User U cannot be found.")
    for name in ("GetLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"):
        assert await iam.fault(name, user_name="U") == none
    made = await iam("CreateLoginProfile", user_name="u", password=GOOD, password_reset_required=True)
    told = {"UserName": "U", "CreateDate": NOW, "PasswordResetRequired": True}
    assert made == {"LoginProfile": told} == await iam("GetLoginProfile", user_name="U")
    exists = ("EntityAlreadyExists", "Login Profile for user U already exists.")
    assert await iam.fault("CreateLoginProfile", user_name="U", password=GOOD) == exists
    assert await iam.fault("DeleteUser", user_name="U") == (
        "DeleteConflict",
        "Cannot delete entity, must delete login profile first.",
    )
    await iam("DeleteLoginProfile", user_name="U")
    assert await iam.fault("GetLoginProfile", user_name="U") == none
    await iam("DeleteUser", user_name="U")


async def test_of_a_password_only_an_argon2id_hash_is_kept(iam: Iam, records: Records) -> None:
    await iam.user("U")
    await iam("CreateLoginProfile", user_name="U", password=GOOD)
    hashed = await kept(records)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in hashed
    assert await passwords.matches(GOOD, hashed)
    assert not await passwords.matches(BETTER, hashed)
    assert not await passwords.matches("nobody has this password")


async def test_an_update_sets_the_password_the_flag_or_both(iam: Iam, records: Records) -> None:
    await iam.user("U")
    await iam("CreateLoginProfile", user_name="U", password=GOOD)
    await iam("UpdateLoginProfile", user_name="U", password_reset_required=True)
    assert (await iam("GetLoginProfile", user_name="U"))["LoginProfile"]["PasswordResetRequired"] is True
    assert await passwords.matches(GOOD, await kept(records))
    await iam("UpdateLoginProfile", user_name="U", password=BETTER)
    assert (await iam("GetLoginProfile", user_name="U"))["LoginProfile"]["PasswordResetRequired"] is True
    assert await passwords.matches(BETTER, await kept(records))


async def test_a_user_changes_the_own_password_with_the_old_one(iam: Iam, records: Records) -> None:
    user = await iam.user("U")
    own = iam.by(as_user(user))
    missing = await own.fault("ChangePassword", old_password=GOOD, new_password=BETTER)
    assert missing == ("NoSuchEntity", "Login Profile for User U cannot be found.")
    await iam("CreateLoginProfile", user_name="U", password=GOOD, password_reset_required=True)
    wrong = await own.fault("ChangePassword", old_password=BETTER, new_password=BETTER)
    assert wrong == ("AccessDenied", "The old password was incorrect.")
    await own("ChangePassword", old_password=GOOD, new_password=BETTER)
    assert await passwords.matches(BETTER, await kept(records))
    assert (await own("GetLoginProfile"))["LoginProfile"]["PasswordResetRequired"] is False


async def test_root_and_roles_have_no_password_to_change(iam: Iam) -> None:
    role = await iam.role()
    for caller in (iam, iam.by(as_session(role))):
        code, _ = await caller.fault("ChangePassword", old_password=GOOD, new_password=BETTER)
        assert code == "InvalidUserType"
    assert (await iam.fault("CreateLoginProfile", password=GOOD))[0] == "ValidationError"
    await iam.user("U")
    assert await iam.fault("CreateLoginProfile", user_name="U") == ("ValidationError", "Password is required")


@pytest.mark.parametrize(
    ("password", "policy", "sentence"),
    [
        ("Short 1", None, "minimum length of 8"),
        ("only lowercase", None, "three of"),
        ("lower UPPER", PasswordPolicy(numbers=True), "one number"),
        ("lower 1", PasswordPolicy(uppercase=True), "one uppercase letter"),
        ("UPPER 1", PasswordPolicy(lowercase=True), "one lowercase letter"),
        ("lower UPPER", PasswordPolicy(symbols=True), "one symbol"),
        ("lower", PasswordPolicy(), "minimum length of 6"),
    ],
)
async def test_a_password_meets_the_policy(
    iam: Iam, records: Records, password: str, policy: PasswordPolicy | None, sentence: str
) -> None:
    await iam.user("U")
    if policy:
        await records.identity.put_password_policy(ACCOUNT, policy)
    code, message = await iam.fault("CreateLoginProfile", user_name="U", password=password)
    assert code == "PasswordPolicyViolation"
    assert sentence in message
    assert password not in message
    await iam("CreateLoginProfile", user_name="U", password=f"{password} lower UPPER 1_")


@pytest.mark.slow
async def test_the_last_passwords_can_not_come_back(iam: Iam) -> None:
    own = iam.by(as_user(await iam.user("U")))
    await iam("CreateLoginProfile", user_name="U", password=GOOD)
    await iam("UpdateAccountPasswordPolicy", password_reuse_prevention=2)
    await own("ChangePassword", old_password=GOOD, new_password=BETTER)
    for used in (GOOD, BETTER):
        code, _ = await own.fault("ChangePassword", old_password=BETTER, new_password=used)
        assert code == "PasswordPolicyViolation"
    await own("ChangePassword", old_password=BETTER, new_password="a third One 3")
    await own("ChangePassword", old_password="a third One 3", new_password=GOOD)


async def test_the_policy_is_replaced_whole_and_deleted(iam: Iam) -> None:
    none = ("NoSuchEntity", f"The Password Policy with domain name {ACCOUNT} cannot be found.")
    assert await iam.fault("GetAccountPasswordPolicy") == none
    await iam("UpdateAccountPasswordPolicy", minimum_password_length=14, max_password_age=90, require_symbols=True)
    told = (await iam("GetAccountPasswordPolicy"))["PasswordPolicy"]
    assert (told["MinimumPasswordLength"], told["MaxPasswordAge"], told["ExpirePasswords"]) == (14, 90, True)
    await iam("UpdateAccountPasswordPolicy", require_numbers=True)
    assert (await iam("GetAccountPasswordPolicy"))["PasswordPolicy"] == {
        "MinimumPasswordLength": 6,
        "RequireSymbols": False,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": False,
        "HardExpiry": False,
    }
    await iam("DeleteAccountPasswordPolicy")
    assert await iam.fault("GetAccountPasswordPolicy") == none
    gone = ("NoSuchEntity", "The account policy with name PasswordPolicy cannot be found.")
    assert await iam.fault("DeleteAccountPasswordPolicy") == gone


async def test_a_password_is_too_old_once_its_days_are_over(iam: Iam, records: Records) -> None:
    user = await iam.user("U")
    await iam("CreateLoginProfile", user_name="U", password=GOOD)
    login = await records.identity.find_login(user["UserId"])
    assert login is not None
    policy = PasswordPolicy(max_age=90)
    just, over = NOW + timedelta(days=90, seconds=-1), NOW + timedelta(days=90)
    assert [password_rules.expired(login, policy, at) for at in (just, over)] == [False, True]
    assert not password_rules.expired(login, replace(policy, max_age=0), over)
    assert not password_rules.expired(login, None, over)


@pytest.mark.slow
async def test_more_computations_than_may_wait_are_refused_at_once(iam: Iam) -> None:
    answers = await asyncio.gather(*(passwords.matches(GOOD) for _ in range(40)), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Exception)]
    assert 0 < len(refused) < 40
    assert {str(one) for one in refused} == {"Throttling: Rate exceeded"}
    assert not await passwords.matches(GOOD)
