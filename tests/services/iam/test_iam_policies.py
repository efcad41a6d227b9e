"""Managed policies and their versions."""

import json

import pytest

from .asking import ACCOUNT, ALLOW_ECR, NOW, Iam, decoded, document, root

AWS_PULL = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"


async def test_a_policy_is_made_with_version_one_and_read_back(iam: Iam) -> None:
    made = (
        await iam(
            "CreatePolicy",
            policy_name="ReadECR",
            path="/team/",
            policy_document=ALLOW_ECR,
            description="Allow pull images",
            tags=[{"Key": "b", "Value": "2"}, {"Key": "A", "Value": ""}],
        )
    )["Policy"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:policy/team/ReadECR"
    assert made["PolicyId"].startswith("ANPA")
    assert len(made["PolicyId"]) == 21
    assert made["DefaultVersionId"] == "v1"
    assert made["CreateDate"] == made["UpdateDate"] == NOW
    assert made["Tags"] == [{"Key": "A", "Value": ""}, {"Key": "b", "Value": "2"}]
    assert (await iam("GetPolicy", policy_arn=made["Arn"]))["Policy"] == made


async def test_a_stored_document_comes_back_unchanged_and_url_encoded(iam: Iam) -> None:
    text = document("ecr:*", Condition={"StringEquals": {"aws:username": "a+b é/~ü"}}).replace("{", "{\n\t ")
    arn = await iam.policy(text=text)
    version = (await iam("GetPolicyVersion", policy_arn=arn, version_id="v1"))["PolicyVersion"]
    assert decoded(version["Document"]) == text
    assert not set(version["Document"]) & set('+ {\n/"')
    assert version["IsDefaultVersion"] is True


async def test_a_name_is_taken_regardless_of_case_and_path(iam: Iam) -> None:
    await iam.policy("Name", path="/a/")
    assert await iam.fault("CreatePolicy", policy_name="nAME", policy_document=ALLOW_ECR) == (
        "EntityAlreadyExists",
        "A policy called nAME already exists. Duplicate names are not allowed.",
    )


@pytest.mark.rule(75)
async def test_a_document_over_the_quota_is_refused_and_white_space_does_not_count(iam: Iam) -> None:
    room = 6144 - len("".join(document("ecr:").split()))
    fits = document("ecr:" + "A" * room).replace(" ", "  \n\t")
    await iam.policy("Fits", fits)
    too_large = fits.replace("ecr:A", "ecr:AA")
    refusal = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    assert await iam.fault("CreatePolicy", policy_name="Big", policy_document=too_large) == refusal
    arn = await iam.policy("Other")
    assert await iam.fault("CreatePolicyVersion", policy_arn=arn, policy_document=too_large) == refusal


async def test_a_policy_that_is_not_there_is_said_with_its_arn(iam: Iam) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/none"
    gone = ("NoSuchEntity", f"Policy {arn} was not found.")
    for name in ("GetPolicy", "ListPolicyVersions", "DeletePolicy", "ListEntitiesForPolicy", "ListPolicyTags"):
        assert await iam.fault(name, policy_arn=arn) == gone
    for name in ("GetPolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"):
        assert await iam.fault(name, policy_arn=arn, version_id="v1") == gone
    assert await iam.fault("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR) == gone
    assert await iam.fault("TagPolicy", policy_arn=arn, tags=[{"Key": "a", "Value": ""}]) == gone
    assert await iam.fault("UntagPolicy", policy_arn=arn, tag_keys=["a"]) == gone


@pytest.mark.parametrize("arn", ["arn:aws:iam::123456789012:role/x", "arn:aws:s3:::bucket-of-mine", "x" * 20])
async def test_what_is_no_policy_arn_is_invalid(iam: Iam, arn: str) -> None:
    assert await iam.fault("GetPolicy", policy_arn=arn) == ("InvalidInput", f"ARN {arn} is not valid.")


async def test_another_accounts_policy_cannot_be_read_or_attached_or_changed(iam: Iam) -> None:
    await iam.call.records.identity.ensure_account("210987654321", NOW)
    arn = await iam.by(root("210987654321")).policy()
    assert (await iam.fault("GetPolicy", policy_arn=arn))[0] == "NoSuchEntity"
    assert (await iam.fault("DeletePolicy", policy_arn=arn))[0] == "NoSuchEntity"
    await iam.role()
    assert await iam.fault("AttachRolePolicy", role_name="R", policy_arn=arn) == (
        "NoSuchEntity",
        f"Policy {arn} does not exist or is not attachable.",
    )


async def test_a_new_version_counts_only_when_it_is_made_the_default(iam: Iam) -> None:
    arn = await iam.policy()
    second = await iam("CreatePolicyVersion", policy_arn=arn, policy_document=document("ecr:GetDownloadUrlForLayer"))
    assert second["PolicyVersion"]["VersionId"] == "v2"
    assert second["PolicyVersion"]["IsDefaultVersion"] is False
    assert (await iam("GetPolicy", policy_arn=arn))["Policy"]["DefaultVersionId"] == "v1"
    await iam("SetDefaultPolicyVersion", policy_arn=arn, version_id="v2")
    assert (await iam("GetPolicy", policy_arn=arn))["Policy"]["DefaultVersionId"] == "v2"
    third = await iam("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR, set_as_default=True)
    assert third["PolicyVersion"]["IsDefaultVersion"] is True
    versions = (await iam("ListPolicyVersions", policy_arn=arn))["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in versions] == [
        ("v3", True),
        ("v2", False),
        ("v1", False),
    ]
    assert await iam.pages("ListPolicyVersions", "Versions", policy_arn=arn) == versions


async def test_a_policy_has_five_versions_and_never_uses_a_number_again(iam: Iam) -> None:
    arn = await iam.policy()
    for _ in range(4):
        await iam("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR)
    assert await iam.fault("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR) == (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        "version.",
    )
    await iam("DeletePolicyVersion", policy_arn=arn, version_id="v5")
    made = await iam("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR)
    assert made["PolicyVersion"]["VersionId"] == "v6"


@pytest.mark.parametrize("version", ["v7", "v1.x", "v" + "9" * 40])
async def test_a_version_that_is_not_there_is_said_with_its_number(iam: Iam, version: str) -> None:
    arn = await iam.policy()
    gone = ("NoSuchEntity", f"Policy {arn} version {version} does not exist or is not attachable.")
    for name in ("GetPolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"):
        assert await iam.fault(name, policy_arn=arn, version_id=version) == gone


async def test_the_default_version_cannot_be_deleted(iam: Iam) -> None:
    arn = await iam.policy()
    assert await iam.fault("DeletePolicyVersion", policy_arn=arn, version_id="v1") == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )


async def test_a_policy_in_use_or_with_more_versions_cannot_be_deleted(iam: Iam) -> None:
    arn = await iam.policy()
    await iam.role()
    await iam("CreatePolicyVersion", policy_arn=arn, policy_document=ALLOW_ECR)
    await iam("AttachRolePolicy", role_name="R", policy_arn=arn)
    attached = ("DeleteConflict", "Cannot delete a policy attached to entities.")
    assert await iam.fault("DeletePolicy", policy_arn=arn) == attached
    await iam("DetachRolePolicy", role_name="R", policy_arn=arn)
    await iam("PutRolePermissionsBoundary", role_name="R", permissions_boundary=arn)
    assert await iam.fault("DeletePolicy", policy_arn=arn) == attached
    await iam("DeleteRolePermissionsBoundary", role_name="R")
    assert await iam.fault("DeletePolicy", policy_arn=arn) == (
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy.",
    )
    await iam("DeletePolicyVersion", policy_arn=arn, version_id="v2")
    await iam("DeletePolicy", policy_arn=arn)
    assert (await iam.fault("GetPolicy", policy_arn=arn))[0] == "NoSuchEntity"


async def test_aws_policies_can_be_read_but_not_changed(iam: Iam) -> None:
    policy = (await iam("GetPolicy", policy_arn=AWS_PULL))["Policy"]
    assert policy["PolicyName"] == "AmazonEC2ContainerRegistryPullOnly"
    version = await iam("GetPolicyVersion", policy_arn=AWS_PULL, version_id=policy["DefaultVersionId"])
    assert json.loads(decoded(version["PolicyVersion"]["Document"]))["Statement"][0]["Action"] == [
        "ecr:GetAuthorizationToken",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchImportUpstreamImage",
    ]
    assert len((await iam("ListPolicyVersions", policy_arn=AWS_PULL))["Versions"]) == 1
    refused = ("InvalidInput", f"Policy {AWS_PULL} is managed by AWS and cannot be changed.")
    assert await iam.fault("DeletePolicy", policy_arn=AWS_PULL) == refused
    assert await iam.fault("CreatePolicyVersion", policy_arn=AWS_PULL, policy_document=ALLOW_ECR) == refused
    assert await iam.fault("SetDefaultPolicyVersion", policy_arn=AWS_PULL, version_id="v1") == refused
    assert await iam.fault("TagPolicy", policy_arn=AWS_PULL, tags=[{"Key": "a", "Value": ""}]) == refused


async def test_the_account_has_room_for_a_number_of_policies(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dockreeve.services.iam.quotas.POLICIES", 1)
    await iam.policy()
    assert await iam.fault("CreatePolicy", policy_name="Q", policy_document=ALLOW_ECR) == (
        "LimitExceeded",
        "Cannot exceed quota for PoliciesPerAccount: 1",
    )
