"""The fewest parameters that an operation takes, from its model, and the names of what is in the personas' world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dockreeve.aws.model import OperationModel, Shape
from dockreeve.cli import tutorial

from .personas import BUILD, CUSTOMER_POLICY, REPOSITORY, SUBJECT, SUBJECT_KEY
from .wire import ACCOUNT, REGION
from .world import allow, document, granting, trusting

_DIGEST = "sha256:" + 64 * "0"
_KNOWN: Mapping[str, Any] = {
    "AccessKeyId": SUBJECT_KEY,
    "AssumeRolePolicyDocument": trusting(f"arn:aws:iam::{ACCOUNT}:root"),
    "InstanceProfileName": tutorial.ROLE,
    "PermissionsBoundary": CUSTOMER_POLICY,
    "PolicyArn": CUSTOMER_POLICY,
    "PolicyDocument": document(allow("ecr:*")),
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{BUILD}",
    "RoleName": BUILD,
    "TagKeys": ["team"],
    "Tags": [{"Key": "team", "Value": "docks"}],
    "UserName": SUBJECT,
    "VersionId": "v1",
    "imageIds": [{"imageTag": "v1"}],
    "imageTagMutability": "MUTABLE",
    "layerDigest": _DIGEST,
    "layerDigests": [_DIGEST],
    "registryId": ACCOUNT,
    "repositoryName": REPOSITORY,
    "repositoryNames": [REPOSITORY],
    "resourceArn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}",
    "subjectId": {"imageDigest": _DIGEST},
    "tagKeys": ["team"],
    "tags": [{"Key": "team", "Value": "docks"}],
    "uploadId": "00000000-0000-0000-0000-000000000000",
}
_OF_OPERATION: Mapping[str, Mapping[str, Any]] = {
    "CreateRole": {"RoleName": "new"},
    "CreateUser": {"UserName": "new"},
    "CreateInstanceProfile": {"InstanceProfileName": "new"},
    "CreateRepository": {"repositoryName": "new"},
    "UpdateAssumeRolePolicy": {"PolicyDocument": trusting(f"arn:aws:iam::{ACCOUNT}:root")},
    "SetRepositoryPolicy": {"policyText": document(granting("*", "ecr:BatchGetImage"))},
}
# Given though they are optional, for they say whose the request is about.
_GIVEN = frozenset({"UserName", "registryId", "repositoryNames"})


def minimal(model: OperationModel) -> dict[str, Any]:
    """What must be given, and what says whom or what the request is about."""
    special = _OF_OPERATION.get(model.name, {})
    members = model.input_shape.members
    return {
        name: special.get(name, _KNOWN[name]) if name in _KNOWN else special.get(name, _least(shape))
        for name, shape in members.items()
        if name in model.input_shape.required | _GIVEN and not (name == "tags" and model.name == "CreateRepository")
    }


def _least(shape: Shape) -> Any:
    """The smallest value that the shape takes."""
    if shape.enum:
        return shape.enum[0]
    if shape.kind == "structure":
        return {name: _least(member) for name, member in shape.members.items() if name in shape.required}
    if shape.kind == "list":
        return [_least(shape.item)]
    low = int(shape.low or 0)
    return {"integer": low, "long": low, "blob": b"x", "boolean": False}.get(shape.kind, "x" * max(2, low))
