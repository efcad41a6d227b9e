"""The canonical forms of a path and a query."""

import pytest

from dockreeve.aws.canonical import canonical_path, canonical_query


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (b"", b"/"),
        (b"/", b"/"),
        (b"//a///b/", b"/a/b/"),
        (b"/a/./b/../c", b"/a/c"),
        (b"/../..", b"/"),
        (b"/a%20b/~x", b"/a%2520b/~x"),
        (b"/\xc3\xa9", b"/%C3%A9"),
    ],
)
def test_a_path_is_normalised_and_encoded_again(raw: bytes, canonical: bytes) -> None:
    assert canonical_path(raw) == canonical


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        (b"", b""),
        (b"&&", b""),
        (b"b=2&a=2&a=1&a", b"a=&a=1&a=2&b=2"),
        (b"a=%7e-_.&b=%2f+%20", b"a=~-_.&b=%2F%20%20"),
        (b"a=b=c", b"a=b%3Dc"),
        (b"\xff=%zz", b"%FF=%25zz"),
        (b"X-Amz-Signature=1&x=1", b"x=1"),
    ],
)
def test_a_query_is_sorted_and_encoded_in_one_way(raw: bytes, canonical: bytes) -> None:
    assert canonical_query(raw) == canonical
