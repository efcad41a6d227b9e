"""access-analyzer:ValidatePolicy, by the same checks as `dockreeve lint`."""

import asyncio
from hashlib import sha256
from typing import Any

from dockreeve.aws.common_errors import field_invalid
from dockreeve.aws.model import service
from dockreeve.aws.operation import ANYTHING, operation
from dockreeve.aws.pages import decode_token, encode_token
from dockreeve.faults import Fault
from dockreeve.policy.lint import validate_policy as findings_of
from dockreeve.services.call import Call

SIZE = 100  # findings of a page, at most and if the request doesn't say
LONGEST = 32_768  # characters without white space: no AWS service stores a longer policy (KMS key policies)


@operation("access-analyzer:ValidatePolicy", touches=ANYTHING)
async def validate_policy(
    call: Call,
    *,
    policy_document: str,
    policy_type: str,
    validate_policy_resource_type: str | None = None,
    locale: str = "EN",
    max_results: int = SIZE,
    next_token: str | None = None,
) -> dict[str, Any]:
    """The findings of a document, the worst first, in English whatever the locale (Access Analyzer API reference,
    ValidatePolicy). Raise ValidationException.
    """
    if sum(map(len, policy_document.split())) > LONGEST:
        raise _invalid("policyDocument", f"Member must have length less than or equal to {LONGEST}")
    if max_results < 1:
        raise _invalid("maxResults", "Member must have value greater than or equal to 1")
    if validate_policy_resource_type is not None and policy_type != "RESOURCE_POLICY":
        reason = "A resource type is for a RESOURCE_POLICY only"
        raise field_invalid(service("access-analyzer"), "InvalidInput", {"validatePolicyResourceType": reason})
    asked = sha256("\0".join((policy_type, validate_policy_resource_type or "", policy_document)).encode()).hexdigest()
    begin = _begin(next_token, asked) if next_token is not None else 0
    # Ordinary documents of this size take the checks some 20 ms, the worst about a second: others are served meanwhile.
    found = await asyncio.to_thread(findings_of, policy_document, policy_type, validate_policy_resource_type)
    end = begin + min(max_results, SIZE)
    following = encode_token(f"{end}:{asked[:32]}") if end < len(found) else None
    return {"findings": found[begin:end], "nextToken": following}


def _begin(token: str, asked: str) -> int:
    """Where the page begins. A token is good for the document that it was given out for only."""
    at, _, of = decode_token(token, "access-analyzer").partition(":")
    if of != asked[:32] or not at.isdecimal() or len(at) > len("1000"):
        raise field_invalid(service("access-analyzer"), "Invalid nextToken.", {"nextToken": "Invalid nextToken."})
    return int(at)


def _invalid(field: str, rule: str) -> Fault:
    sentence = f"1 validation error detected: Value at '{field}' failed to satisfy constraint: {rule}"
    return field_invalid(service("access-analyzer"), sentence, {field: rule})
