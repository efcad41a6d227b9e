"""The rules of resource tags."""

from collections.abc import Mapping, Sequence

from dockreeve.faults import Fault

MOST = 50  # tags of one repository (Amazon ECR user guide, "Tagging a private repository")
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


def read_tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The model's list of `Key` and `Value` as a mapping. Raise `Fault` InvalidTagParameterException, TooManyTags."""
    tags: dict[str, str] = {}
    for tag in given:
        key, value = tag["Key"], tag["Value"]
        if not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            raise _invalid(f"A tag has a key of 1 to {_LONGEST_KEY} and a value of up to {_LONGEST_VALUE} characters.")
        if key.lower().startswith("aws:"):
            raise _invalid("Tag keys that begin with 'aws:' are reserved.")
        if key in tags:
            raise _invalid(f"The tag key '{key}' is given twice.")
        tags[key] = value
    return within_limit(tags)


def within_limit(tags: dict[str, str]) -> dict[str, str]:
    """The tags. Raise `Fault` TooManyTagsException if they are too many for one repository."""
    if len(tags) > MOST:
        raise Fault("TooManyTagsException", f"A repository can have at most {MOST} tags, not {len(tags)}.")
    return tags


def described_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The model's shape, in order of key."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


def _invalid(sentence: str) -> Fault:
    return Fault("InvalidTagParameterException", sentence)
