"""AWS's own managed policies: package data, read on first use; the default version of each, the only one known.

`aws_managed.json` is made by `scripts/build_aws_managed.py`, which names its source inside the file.
"""

import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

ACCOUNT = "aws"
SERVICE_ROLE_PATH = "/aws-service-role/"
_UNIQUE_ID = "ANPA"  # how IAM's ids of policies begin


@dataclass(frozen=True, slots=True)
class AwsPolicy:
    """One of AWS's policies, in its default version, the only one we know."""

    name: str
    path: str
    version: int
    created: datetime
    updated: datetime
    text: str

    @property
    def arn(self) -> str:
        """`arn:aws:iam::aws:policy/PATH/NAME`."""
        return f"arn:aws:iam::{ACCOUNT}:policy{self.path}{self.name}"

    @property
    def unique_id(self) -> str:
        """An id that stays the same; AWS's own ids are not in the catalogue, so it is made from the ARN."""
        return _UNIQUE_ID + b32encode(sha256(self.arn.encode()).digest()).decode()[:17]


@cache
def policies() -> Mapping[str, AwsPolicy]:
    """Every policy that is shipped, by ARN, in order of the lower-cased name."""
    content = json.loads(files(__package__).joinpath("aws_managed.json").read_text("utf-8"))
    shipped = [
        AwsPolicy(
            name=one["name"],
            path=one["path"],
            version=one["version"],
            created=datetime.fromisoformat(one["created"]),
            updated=datetime.fromisoformat(one["updated"]),
            text=json.dumps(one["document"], indent=4),
        )
        for one in content["policies"]
    ]
    return {policy.arn: policy for policy in sorted(shipped, key=lambda policy: policy.name.lower())}


def text(arn: str) -> str | None:
    """The document of the policy's default version; None if no such policy is shipped."""
    if not arn.startswith(f"arn:aws:iam::{ACCOUNT}:"):
        return None  # most ARNs are not AWS's: answer without reading the file
    found = policies().get(arn)
    return found.text if found else None
