"""What a repository and a tag may be called."""

import re

# Amazon ECR's form. No two neighbouring parts of it can match the same letters, so a match takes linear time.
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__|_|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", re.ASCII)

_SHORTEST, _LONGEST = 2, 256


def is_repository_name(text: str) -> bool:
    """Whether this can name a repository (Amazon ECR API reference, CreateRepository: 2 to 256 characters)."""
    return _SHORTEST <= len(text) <= _LONGEST and _REPOSITORY.fullmatch(text) is not None


def is_tag(text: str) -> bool:
    """Whether this can be a tag (OCI distribution specification, "Pulling manifests": 1 to 128 characters)."""
    return _TAG.fullmatch(text) is not None
