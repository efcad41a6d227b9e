"""ListPolicies and ListEntitiesForPolicy: filters, order, pages."""

from typing import Any

from .asking import ACCOUNT, NOW, Iam, root

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"


def names(answer: dict[str, Any]) -> list[str]:
    return [policy["PolicyName"] for policy in answer["Policies"]]


async def test_scope_tells_the_accounts_own_policies_from_those_of_aws(iam: Iam) -> None:
    await iam.policy("Own")
    assert names(await iam("ListPolicies", scope="Local")) == ["Own"]
    of_aws = await iam("ListPolicies", scope="AWS")
    assert "AdministratorAccess" in names(of_aws)
    assert "Own" not in names(of_aws)
    assert names(await iam("ListPolicies")) == ["Own", *names(of_aws)]


async def test_pages_go_through_own_policies_and_then_those_of_aws(iam: Iam) -> None:
    for name in ("b", "A", "AdministratorAccess"):
        await iam.policy(name)
    whole = (await iam("ListPolicies", max_items=1000))["Policies"]
    assert await iam.pages("ListPolicies", "Policies") == whole
    assert len({policy["Arn"] for policy in whole}) == len(whole)
    assert names({"Policies": whole})[:3] == ["A", "AdministratorAccess", "b"]


async def test_a_page_may_hold_both_kinds(iam: Iam) -> None:
    await iam.policy("Own")
    page = await iam("ListPolicies", max_items=3)
    assert [policy["Arn"].split(":")[4] for policy in page["Policies"]] == [ACCOUNT, "aws", "aws"]
    assert page["IsTruncated"]


async def test_only_attached_keeps_policies_in_use(iam: Iam) -> None:
    attached, bounding = await iam.policy("Attached"), await iam.policy("Bounding")
    await iam.policy("Idle")
    await iam.user()
    await iam("AttachUserPolicy", user_name="U", policy_arn=attached)
    await iam("AttachUserPolicy", user_name="U", policy_arn=ADMIN)
    await iam("PutUserPermissionsBoundary", user_name="U", permissions_boundary=bounding)
    await iam.role(permissions_boundary=POWER)
    assert names(await iam("ListPolicies", only_attached=True)) == [
        "Attached",
        "Bounding",
        "AdministratorAccess",
        "PowerUserAccess",
    ]
    permissions = await iam("ListPolicies", only_attached=True, policy_usage_filter="PermissionsPolicy")
    assert names(permissions) == ["Attached", "AdministratorAccess"]
    assert permissions["Policies"][1]["AttachmentCount"] == 1
    boundaries = await iam("ListPolicies", policy_usage_filter="PermissionsBoundary")
    assert names(boundaries) == ["Bounding", "PowerUserAccess"]
    assert [one["PermissionsBoundaryUsageCount"] for one in boundaries["Policies"]] == [1, 1]


async def test_a_path_prefix_keeps_policies_below_it(iam: Iam) -> None:
    await iam.policy("Here", path="/team/a/")
    await iam.policy("There", path="/other/")
    assert names(await iam("ListPolicies", path_prefix="/team/")) == ["Here"]
    of_aws = await iam("ListPolicies", path_prefix="/job-function/")
    assert names(of_aws) == ["ViewOnlyAccess"]


async def test_a_list_leaves_out_description_and_tags(iam: Iam) -> None:
    await iam.policy(description="d", tags=[{"Key": "k", "Value": "v"}])
    (policy,) = (await iam("ListPolicies", scope="Local"))["Policies"]
    assert not {"Description", "Tags"} & policy.keys()


async def test_a_marker_that_was_not_given_out_is_refused(iam: Iam) -> None:
    assert await iam.fault("ListPolicies", marker="nonsense!") == ("ValidationError", "Invalid Marker.")


async def test_entities_of_a_policy_are_users_and_roles_in_both_uses(iam: Iam) -> None:
    arn = await iam.policy()
    user, role = await iam.user("bob", path="/team/"), await iam.role("carl")
    await iam("AttachUserPolicy", user_name="bob", policy_arn=arn)
    await iam("PutUserPermissionsBoundary", user_name="bob", permissions_boundary=arn)
    await iam("PutRolePermissionsBoundary", role_name="carl", permissions_boundary=arn)
    bob, carl = {"UserName": "bob", "UserId": user["UserId"]}, {"RoleName": "carl", "RoleId": role["RoleId"]}

    async def entities(**filters: Any) -> tuple[list[Any], list[Any]]:
        answer = await iam("ListEntitiesForPolicy", policy_arn=arn, **filters)
        assert answer["PolicyGroups"] == []
        return answer["PolicyUsers"], answer["PolicyRoles"]

    assert await entities() == ([bob], [carl])
    assert await entities(policy_usage_filter="PermissionsPolicy") == ([bob], [])
    assert await entities(policy_usage_filter="PermissionsBoundary") == ([bob], [carl])
    assert await entities(entity_filter="Role") == ([], [carl])
    assert await entities(entity_filter="Group") == ([], [])
    assert await entities(path_prefix="/team/") == ([bob], [])
    first = await iam("ListEntitiesForPolicy", policy_arn=arn, max_items=1)
    second = await iam("ListEntitiesForPolicy", policy_arn=arn, max_items=1, marker=first["Marker"])
    assert (first["PolicyRoles"], second["PolicyUsers"], second["IsTruncated"]) == ([carl], [bob], False)


async def test_entities_of_an_aws_policy_are_those_of_the_callers_account(iam: Iam) -> None:
    await iam.call.records.identity.ensure_account("210987654321", NOW)
    for one in (iam, iam.by(root("210987654321"))):
        await one.user(f"of-{one.call.account}")
        await one("AttachUserPolicy", user_name=f"of-{one.call.account}", policy_arn=ADMIN)
    answer = await iam("ListEntitiesForPolicy", policy_arn=ADMIN)
    assert [user["UserName"] for user in answer["PolicyUsers"]] == [f"of-{ACCOUNT}"]
    assert (await iam("GetPolicy", policy_arn=ADMIN))["Policy"]["AttachmentCount"] == 1
