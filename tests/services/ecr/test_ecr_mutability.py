"""Which tags may move."""

import pytest
from ecr_world import ACCOUNT, NOON, REGION

from dockreeve.services.ecr.mutability import tag_is_fixed
from dockreeve.storage import Repository


@pytest.mark.parametrize(
    ("mutability", "filters", "tag", "fixed"),
    [
        ("MUTABLE", (), "v1", False),
        ("IMMUTABLE", (), "v1", True),
        ("IMMUTABLE_WITH_EXCLUSION", ("dev-*", "latest"), "v1", True),
        ("IMMUTABLE_WITH_EXCLUSION", ("dev-*", "latest"), "dev-7", False),
        ("IMMUTABLE_WITH_EXCLUSION", ("dev-*", "latest"), "latest", False),
        ("IMMUTABLE_WITH_EXCLUSION", ("latest",), "latest-2", True),
        ("MUTABLE_WITH_EXCLUSION", ("v*",), "v1", True),
        ("MUTABLE_WITH_EXCLUSION", ("v*",), "nightly", False),
        ("MUTABLE_WITH_EXCLUSION", ("v1.0",), "v1x0", False),
        ("MUTABLE_WITH_EXCLUSION", ("*-rel-*",), "app-rel-3", True),
    ],
)
def test_filters_name_the_exceptions(mutability: str, filters: tuple[str, ...], tag: str, fixed: bool) -> None:
    repository = Repository(ACCOUNT, REGION, "app", NOON, mutability=mutability, exclusion_filters=filters)
    assert tag_is_fixed(repository, tag) is fixed
