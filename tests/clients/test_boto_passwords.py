"""boto3 and the aws command about console passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .home import Home
from .server import Sdk
from .tools import Done

OLD, NEW = "correct Horse 1", "battery Staple 2"


@pytest.fixture
def iam(root: Sdk) -> Any:
    """boto3's IAM as root."""
    return root.client("iam")


def test_a_password_is_given_changed_by_its_user_and_taken_away(iam: Any, home: Home) -> None:
    made = iam.create_login_profile(UserName="dev", Password=OLD, PasswordResetRequired=True)["LoginProfile"]
    assert made == iam.get_login_profile(UserName="dev")["LoginProfile"]
    assert (made["UserName"], made["PasswordResetRequired"]) == ("dev", True)
    own = home.sdk.client("iam")
    with pytest.raises(own.exceptions.PasswordPolicyViolationException):
        own.change_password(OldPassword=OLD, NewPassword="short")
    own.change_password(OldPassword=OLD, NewPassword=NEW)
    assert iam.get_login_profile(UserName="dev")["LoginProfile"]["PasswordResetRequired"] is False
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_login_profile(UserName="dev", Password=OLD)
    with pytest.raises(iam.exceptions.InvalidUserTypeException):
        iam.change_password(OldPassword=OLD, NewPassword=NEW)
    iam.delete_login_profile(UserName="dev")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_login_profile(UserName="dev")


def test_a_user_with_a_password_stays(iam: Any) -> None:
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=OLD)
    with pytest.raises(iam.exceptions.DeleteConflictException, match="must delete login profile first"):
        iam.delete_user(UserName="ann")


def test_the_aws_command_sets_and_shows_the_password_policy(iam: Any, aws: Callable[..., Done]) -> None:
    aws("iam", "update-account-password-policy", "--minimum-password-length", "12", "--require-numbers")
    told = aws("iam", "get-account-password-policy").json()["PasswordPolicy"]
    assert (told["MinimumPasswordLength"], told["RequireNumbers"], told["ExpirePasswords"]) == (12, True, False)
    aws("iam", "delete-account-password-policy")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_account_password_policy()
