"""Users and their access keys."""

import pytest

from dockreeve.services.call import Caller, CallerKind

from .asking import ACCOUNT, NOW, Iam, as_session, as_user, document

NAMELESS = ("ValidationError", "Must specify userName when calling with non-User credentials")


async def test_a_user_is_made_and_read_back(iam: Iam) -> None:
    boundary = await iam.policy()
    made = await iam.user("Amina", path="/team/", permissions_boundary=boundary, tags=[{"Key": "k", "Value": "v"}])
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/Amina"
    assert (made["UserId"][:4], len(made["UserId"])) == ("AIDA", 21)
    assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert made["CreateDate"] == NOW
    assert (await iam("GetUser", user_name="AMINA"))["User"] == made


async def test_a_list_of_users_leaves_out_tags_and_boundary(iam: Iam) -> None:
    await iam.user("b", tags=[{"Key": "k", "Value": "v"}], permissions_boundary=await iam.policy())
    await iam.user("A", path="/x/")
    users = (await iam("ListUsers"))["Users"]
    assert [user["UserName"] for user in users] == ["A", "b"]
    assert not {"Tags", "PermissionsBoundary"} & users[1].keys()
    assert await iam.pages("ListUsers", "Users") == users
    assert [user["UserName"] for user in (await iam("ListUsers", path_prefix="/x/"))["Users"]] == ["A"]


async def test_a_user_name_is_taken_regardless_of_case(iam: Iam) -> None:
    await iam.user("Amina")
    await iam.user("Berta")
    refusal = ("EntityAlreadyExists", "User with name amina already exists.")
    assert await iam.fault("CreateUser", user_name="amina") == refusal
    assert await iam.fault("UpdateUser", user_name="Berta", new_user_name="amina") == refusal
    await iam("UpdateUser", user_name="Amina", new_user_name="AMINA")  # one's own name in another case is free


async def test_a_renamed_user_keeps_id_keys_and_policies(iam: Iam) -> None:
    made = await iam.user("Amina")
    key = (await iam("CreateAccessKey", user_name="Amina"))["AccessKey"]
    await iam("PutUserPolicy", user_name="Amina", policy_name="I", policy_document=document("ecr:*"))
    await iam("UpdateUser", user_name="Amina", new_user_name="Berta", new_path="/team/")
    assert (await iam.fault("GetUser", user_name="Amina"))[0] == "NoSuchEntity"
    user = (await iam("GetUser", user_name="Berta"))["User"]
    assert (user["UserId"], user["Arn"]) == (made["UserId"], f"arn:aws:iam::{ACCOUNT}:user/team/Berta")
    keys = (await iam("ListAccessKeys", user_name="Berta"))["AccessKeyMetadata"]
    assert [(one["UserName"], one["AccessKeyId"]) for one in keys] == [("Berta", key["AccessKeyId"])]
    assert (await iam("ListUserPolicies", user_name="Berta"))["PolicyNames"] == ["I"]


async def test_what_is_about_a_missing_user_says_its_name(iam: Iam) -> None:
    gone = ("NoSuchEntity", "The user with name X cannot be found.")
    for name in ("GetUser", "UpdateUser", "DeleteUser", "ListUserTags", "CreateAccessKey", "ListAccessKeys"):
        assert await iam.fault(name, user_name="X") == gone
    assert await iam.fault("PutUserPolicy", user_name="X", policy_name="P", policy_document="{") == gone
    assert await iam.fault("DeleteAccessKey", user_name="X", access_key_id="A" * 20) == gone


async def test_a_user_with_policies_or_keys_cannot_be_deleted(iam: Iam) -> None:
    arn = await iam.policy()
    await iam.user()
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    await iam("PutUserPolicy", user_name="U", policy_name="I", policy_document=document("ecr:*"))
    await iam("AttachUserPolicy", user_name="U", policy_arn=arn)
    sentence = "Cannot delete entity, must {} first."
    assert await iam.fault("DeleteUser", user_name="U") == ("DeleteConflict", sentence.format("detach all policies"))
    await iam("DetachUserPolicy", user_name="U", policy_arn=arn)
    assert await iam.fault("DeleteUser", user_name="U") == ("DeleteConflict", sentence.format("delete policies"))
    await iam("DeleteUserPolicy", user_name="U", policy_name="I")
    assert await iam.fault("DeleteUser", user_name="U") == ("DeleteConflict", sentence.format("delete access keys"))
    await iam("DeleteAccessKey", user_name="U", access_key_id=key)
    await iam("DeleteUser", user_name="U")
    assert (await iam("ListUsers"))["Users"] == []


async def test_get_user_without_a_name_is_about_the_caller(iam: Iam) -> None:
    user, role = await iam.user(), await iam.role()
    assert (await iam.by(as_user(user))("GetUser"))["User"] == user
    assert await iam.fault("GetUser") == NAMELESS
    assert await iam.by(as_session(role)).fault("GetUser") == NAMELESS


async def test_the_account_has_room_for_a_number_of_users(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockreeve.services.iam.quotas.USERS", 1)
    await iam.user()
    refusal = ("LimitExceeded", "Cannot exceed quota for UsersPerAccount: 1")
    assert await iam.fault("CreateUser", user_name="V") == refusal


async def test_a_secret_is_shown_once(iam: Iam) -> None:
    await iam.user()
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]
    assert (key["AccessKeyId"][:4], len(key["AccessKeyId"]), len(key["SecretAccessKey"])) == ("AKIA", 20, 40)
    stored = await iam.call.records.identity.find_key(key["AccessKeyId"])
    assert stored is not None
    assert stored.secret == key.pop("SecretAccessKey")
    assert (await iam("ListAccessKeys", user_name="U"))["AccessKeyMetadata"] == [key]
    assert key["Status"] == "Active"


async def test_a_user_has_two_keys(iam: Iam) -> None:
    await iam.user()
    made = [(await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"] for _ in range(2)]
    refusal = ("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
    assert await iam.fault("CreateAccessKey", user_name="U") == refusal
    listed = await iam.pages("ListAccessKeys", "AccessKeyMetadata", user_name="U")
    assert sorted(key["AccessKeyId"] for key in listed) == sorted(made)


async def test_a_key_is_switched_off_and_on(iam: Iam) -> None:
    await iam.user()
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    for status in ("Inactive", "Active"):
        await iam("UpdateAccessKey", user_name="U", access_key_id=key, status=status)
        assert (await iam("ListAccessKeys", user_name="U"))["AccessKeyMetadata"][0]["Status"] == status
    assert (await iam.fault("UpdateAccessKey", user_name="U", access_key_id=key, status="Expired"))[0] == "InvalidInput"


async def test_a_key_of_another_user_cannot_be_touched(iam: Iam) -> None:
    await iam.user("U")
    await iam.user("V")
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    gone = ("NoSuchEntity", f"The Access Key with id {key} cannot be found")
    assert await iam.fault("DeleteAccessKey", user_name="V", access_key_id=key) == gone
    assert await iam.fault("UpdateAccessKey", user_name="V", access_key_id=key, status="Inactive") == gone
    assert await iam.fault("DeleteAccessKey", access_key_id=key) == gone  # nor is it root's
    assert (await iam("ListAccessKeys", user_name="U"))["AccessKeyMetadata"][0]["Status"] == "Active"


async def test_keys_without_a_user_name_are_the_callers_own(iam: Iam) -> None:
    user, role = await iam.user(), await iam.role()
    own = iam.by(as_user(user))
    key = (await own("CreateAccessKey"))["AccessKey"]
    assert key["UserName"] == "U"
    assert [one["AccessKeyId"] for one in (await own("ListAccessKeys"))["AccessKeyMetadata"]] == [key["AccessKeyId"]]
    roots = (await iam("CreateAccessKey"))["AccessKey"]
    stored = await iam.call.records.identity.find_key(roots["AccessKeyId"])
    assert stored is not None
    assert stored.owner == ACCOUNT
    assert [one["AccessKeyId"] for one in (await iam("ListAccessKeys"))["AccessKeyMetadata"]] == [roots["AccessKeyId"]]
    await iam("DeleteAccessKey", access_key_id=roots["AccessKeyId"])
    for name in ("CreateAccessKey", "ListAccessKeys"):
        assert await iam.by(as_session(role)).fault(name) == NAMELESS


async def test_a_key_shows_when_it_was_last_used(iam: Iam) -> None:
    await iam.user()
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    never = {"UserName": "U", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
    assert await iam("GetAccessKeyLastUsed", access_key_id=key) == never
    await iam.call.records.identity.note_keys_used({key: (NOW, "eu-west-1", "ecr")})
    assert (await iam("GetAccessKeyLastUsed", access_key_id=key))["AccessKeyLastUsed"] == {
        "LastUsedDate": NOW,
        "ServiceName": "ecr",
        "Region": "eu-west-1",
    }


async def test_a_key_of_another_account_is_as_good_as_none(iam: Iam) -> None:
    await iam.user()
    key = (await iam("CreateAccessKey", user_name="U"))["AccessKey"]["AccessKeyId"]
    other = "210987654321"
    arn = f"arn:aws:iam::{other}:root"
    stranger = iam.by(Caller(CallerKind.ROOT, other, arn, arn, other, "", "AKIA"))
    gone = ("NoSuchEntity", f"The Access Key with id {key} cannot be found")
    assert await stranger.fault("GetAccessKeyLastUsed", access_key_id=key) == gone
    assert (await stranger.needs("GetAccessKeyLastUsed", access_key_id=key))[0].touched.arn == "*"
