"""Session tags: those passed, those that came along the chain, and which of them go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dockreeve.faults import Fault
from dockreeve.services.call import Session

_MOST = 50


@dataclass(frozen=True, slots=True)
class SessionTags:
    """The tags of a new session, and the keys of those that its own chained sessions will inherit."""

    values: Mapping[str, str]
    transitive: tuple[str, ...]


def inherited(session: Session | None) -> dict[str, str]:
    """The tags that a session hands on to the sessions made with it."""
    return {key: session.tags[key] for key in session.transitive} if session else {}


def session_tags(
    session: Session | None, tags: Sequence[Mapping[str, str]], transitive_keys: Sequence[str]
) -> SessionTags:
    """The tags of a session made by a caller with `session`. Raise `Fault` InvalidParameterValue or ValidationError.

    IAM User Guide, "Pass session tags in AWS STS": keys are unique regardless of case, a transitive key must be among
    the tags passed, and an inherited tag can be neither changed nor dropped.
    """
    passed = {tag["Key"]: tag["Value"] for tag in tags}
    known = {key.lower(): key for key in passed}
    if len(known) < len(tags):
        raise Fault(
            "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    handed_on = inherited(session)
    if known.keys() & {key.lower() for key in handed_on}:
        raise Fault(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session.",
        )
    if any(key.lower() not in known for key in transitive_keys):
        raise Fault("InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
    if any(key.lower().startswith("aws:") for key in passed):
        raise Fault("ValidationError", "Tag keys that begin with aws: are reserved for AWS.")
    if len(passed) + len(handed_on) > _MOST:
        raise Fault("ValidationError", f"A session can have at most {_MOST} tags, the inherited ones included.")
    further = dict.fromkeys(known[key.lower()] for key in transitive_keys)
    return SessionTags(handed_on | passed, (*handed_on, *further))
