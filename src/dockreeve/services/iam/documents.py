"""Policy documents on their way in: parsed and measured. They go out as stored; `aws.query` encodes them."""

from dockreeve.faults import Fault
from dockreeve.policy import Document, Kind, Malformed, parse
from dockreeve.services.iam import quotas, refusals


def identity_document(text: str) -> Document:
    """The parsed document of a managed or inline policy. Raise MalformedPolicyDocument."""
    return _parsed(text, Kind.IDENTITY)


def managed_document(text: str) -> Document:
    """A document small enough for a managed policy. Raise MalformedPolicyDocument, LimitExceeded."""
    return _measured(identity_document(text), "PolicySize", quotas.POLICY_SIZE)


def trust_document(text: str) -> Document:
    """A document small enough for a role's trust policy. Raise MalformedPolicyDocument, LimitExceeded."""
    return _measured(_parsed(text, Kind.TRUST), "ACLSizePerRole", quotas.TRUST_SIZE)


def _parsed(text: str, kind: Kind) -> Document:
    try:
        return parse(text, kind)
    except Malformed as malformed:
        raise Fault("MalformedPolicyDocument", malformed.sentence) from malformed


def _measured(document: Document, quota: str, limit: int) -> Document:
    if document.size > limit:
        raise refusals.quota_exceeded(quota, limit)
    return document
