"""Tags of IAM's resources: keys are unique regardless of case, fifty at most (IAM User Guide, "Tags for IAM")."""

from collections.abc import Mapping, Sequence

from dockreeve.faults import Fault
from dockreeve.services.iam import quotas, refusals

GivenTags = Sequence[Mapping[str, str]]


def tags_from(given: GivenTags) -> dict[str, str]:
    """Key -> value of `Tags` as a request brings them. Raise InvalidInput on a key named twice or reserved."""
    tags = {tag["Key"]: tag["Value"] for tag in given}
    if len({key.lower() for key in tags}) < len(given):
        raise Fault("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise Fault("InvalidInput", "Tag keys that begin with aws: are reserved for system use.")
    return tags


def joined(held: Mapping[str, str], given: GivenTags, quota: str) -> dict[str, str]:
    """The tags after adding; a key replaces one that differs only by case. Raise InvalidInput, LimitExceeded."""
    new = tags_from(given)
    replaced = {key.lower() for key in new}
    tags = {key: value for key, value in held.items() if key.lower() not in replaced} | new
    if len(tags) > quotas.TAGS:
        raise refusals.quota_exceeded(quota, quotas.TAGS)
    return tags


def without(held: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """The tags after taking these keys away, regardless of case; keys that aren't there are ignored."""
    gone = {key.lower() for key in keys}
    return {key: value for key, value in held.items() if key.lower() not in gone}


def listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """`Tags` as answers bring them, in order of the key."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags, key=str.lower)]
