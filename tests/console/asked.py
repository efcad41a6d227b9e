"""What IAM says of the policies that a page made."""

from __future__ import annotations

from typing import Any

ACCOUNT = "123456789012"


def arn_of(policy: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/{policy}"


def document_of(iam: Any, policy: str) -> Any:
    """The default version's document."""
    version = iam.get_policy(PolicyArn=arn_of(policy))["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn_of(policy), VersionId=version)["PolicyVersion"]["Document"]
