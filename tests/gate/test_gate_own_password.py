"""Who may change the own password without a policy that says so."""

from rights.wire import ACCOUNT
from rights.world import World, deny

OLD, NEW = "correct Horse 1", "battery Staple 2"


async def change(server: World, name: str, *statements: dict[str, object]) -> tuple[int, str]:
    """The user asks to change its password; status and error code."""
    keys = await server.user(name, *statements)
    await server.do("iam:CreateLoginProfile", UserName=name, Password=OLD)
    reply = await server.ask("iam:ChangePassword", keys, OldPassword=OLD, NewPassword=NEW)
    return (200, "") if reply.status == 200 else reply.error[:2]


async def test_a_user_may_not_unless_the_account_lets_all_users(server: World) -> None:
    assert await change(server, "before") == (403, "AccessDenied")
    await server.do("iam:UpdateAccountPasswordPolicy", AllowUsersToChangePassword=True)
    assert await change(server, "after") == (200, "")
    assert await change(server, "denied", deny("iam:ChangePassword")) == (403, "AccessDenied")
    await server.do("iam:DeleteAccountPasswordPolicy")
    assert await change(server, "again") == (403, "AccessDenied")


async def test_who_must_change_it_may_and_only_until_it_is_changed(server: World) -> None:
    keys = await server.user("dev")
    await server.do("iam:CreateLoginProfile", UserName="dev", Password=OLD, PasswordResetRequired=True)
    await server.refusal("iam:GetLoginProfile", keys, UserName="dev")
    await server.do("iam:ChangePassword", keys, OldPassword=OLD, NewPassword=NEW)
    said = await server.refusal("iam:ChangePassword", keys, OldPassword=NEW, NewPassword=OLD)
    assert "iam:ChangePassword on resource: user dev because no identity-based policy" in said
    assert ACCOUNT in said
