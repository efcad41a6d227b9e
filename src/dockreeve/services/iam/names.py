"""What IAM's things are called: unique ids, access keys, ARNs.

IAM User Guide, "IAM identifiers".
"""

import re
import secrets
import string
from base64 import b64encode
from typing import NamedTuple

ROLE, USER, POLICY, PROFILE = "AROA", "AIDA", "ANPA", "AIPA"

_ALPHABET = string.ascii_uppercase + string.digits
_POLICY_ARN = re.compile(r"arn:aws:iam::(aws|[0-9]{12}):policy(/(?:[!-~]+/)?)([A-Za-z0-9_+=,.@-]{1,128})")


class PolicyName(NamedTuple):
    """The parts of a managed policy's ARN; `account` is `aws` for AWS's own."""

    account: str
    path: str
    name: str


def unique_id(prefix: str) -> str:
    """A new id of 21 characters that is never given out again: the prefix says what it names."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(17))


def access_key_id() -> str:
    """A new long-term access key's id, 20 characters."""
    return "AKIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16))


def secret_access_key() -> str:
    """A new secret: 40 characters of the base64 alphabet, 240 random bits."""
    return b64encode(secrets.token_bytes(30)).decode()


def arn(account: str, word: str, name: str, path: str = "/") -> str:
    """`arn:aws:iam::ACCOUNT:WORD/PATH/NAME`; `word` is `role`, `user`, `policy` or `instance-profile`."""
    return f"arn:aws:iam::{account}:{word}{path}{name}"


def root_arn(account: str) -> str:
    """The ARN of the account's root user."""
    return f"arn:aws:iam::{account}:root"


def policy_name(policy_arn: str) -> PolicyName | None:
    """The parts of a managed policy's ARN; None for anything else."""
    found = _POLICY_ARN.fullmatch(policy_arn)
    return PolicyName(*found.groups()) if found else None
