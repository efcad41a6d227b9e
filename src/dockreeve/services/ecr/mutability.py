"""Which tags of a repository may move to another image."""

import re
from collections.abc import Mapping, Sequence

from dockreeve.services.ecr.faults import invalid_parameter
from dockreeve.storage import Repository

_MOST_WILDCARDS = 2  # in one filter


def tag_is_fixed(repository: Repository, tag: str) -> bool:
    """Whether the tag, once it names an image, keeps naming it (Amazon ECR user guide, "Tag mutability").

    The filters of `IMMUTABLE_WITH_EXCLUSION` name what may move all the same, those of `MUTABLE_WITH_EXCLUSION`
    what may not.
    """
    immutable = repository.mutability.startswith("IMMUTABLE")
    excepted = any(_fits(pattern, tag) for pattern in repository.exclusion_filters)
    return immutable != excepted


def _fits(pattern: str, tag: str) -> bool:
    # At most two wildcards and 128 characters of tag: the search is short whatever the pattern.
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), tag) is not None


def read_filters(mutability: str, given: Sequence[Mapping[str, str]] | None) -> tuple[str, ...]:
    """The patterns of the exclusion filters. Raise `Fault` where they don't go with `mutability`."""
    if mutability.endswith("_WITH_EXCLUSION"):
        if not given:
            raise invalid_parameter(
                "imageTagMutabilityExclusionFilters",
                f"ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {mutability}",
            )
    elif given:
        raise invalid_parameter(
            "imageTagMutabilityExclusionFilters",
            f"ImageTagMutabilityExclusionFilters must be null when imageTagMutability is set as {mutability}",
        )
    patterns = tuple(each["filter"] for each in given or ())
    if any(pattern.count("*") > _MOST_WILDCARDS for pattern in patterns):
        raise invalid_parameter(
            "imageTagMutabilityExclusionFilters", f"a filter can have at most {_MOST_WILDCARDS} wildcards"
        )
    return patterns


def described_filters(patterns: Sequence[str]) -> list[dict[str, str]]:
    """The model's shape of `read_filters`' patterns."""
    return [{"filterType": "WILDCARD", "filter": pattern} for pattern in patterns]
