"""Paths, queries and ranges: whatever comes in, the door's own refusals are all that comes out."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dockreeve.doors.registry.paths import (
    BLOB,
    CATALOG,
    MANIFEST,
    REFERRERS,
    TAGS,
    UPLOAD,
    UPLOADS,
    VERSION,
    Target,
    read_path,
    read_query,
)
from dockreeve.doors.registry.ranges import Span, Unsatisfiable, asked_span, chunk_span
from dockreeve.doors.registry.routes import BY_PATTERN
from dockreeve.faults import Fault
from dockreeve.oci import is_repository_name
from laws import examples


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v2", Target(VERSION)),
        ("/v2/", Target(VERSION)),
        ("/v2/_catalog", Target(CATALOG)),
        ("/v2/app/tags/list", Target(TAGS, "app")),
        ("/v2/a1/b2/c3/tags/list", Target(TAGS, "a1/b2/c3")),
        ("/v2/app/manifests/v1", Target(MANIFEST, "app", "v1")),
        ("/v2/app/manifests/sha256%3Aab", Target(MANIFEST, "app", "sha256:ab")),
        ("/v2/app/blobs/sha256:ab", Target(BLOB, "app", "sha256:ab")),
        ("/v2/app/blobs/uploads/", Target(UPLOADS, "app")),
        ("/v2/app/blobs/uploads", Target(UPLOADS, "app")),
        ("/v2/app/blobs/uploads/1234", Target(UPLOAD, "app", "1234")),
        ("/v2/app/referrers/sha256:ab", Target(REFERRERS, "app", "sha256:ab")),
        # names that look like the words of the protocol
        ("/v2/manifests/blobs/manifests/tags", Target(MANIFEST, "manifests/blobs", "tags")),
        ("/v2/tags/list/tags/list", Target(TAGS, "tags/list")),
        ("/v2/blobs/uploads/blobs/uploads/x", Target(UPLOAD, "blobs/uploads", "x")),
        ("/v2/uploads/manifests/uploads", Target(MANIFEST, "uploads", "uploads")),
    ],
)
def test_a_path_is_read_from_the_right(path: str, target: Target) -> None:
    assert read_path(path.encode()) == target


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/App/tags/list", "NAME_INVALID"),
        ("/v2/../tags/list", "NAME_INVALID"),
        ("/v2/a/tags/list", "NAME_INVALID"),  # ECR's names have two characters at least
        ("/v2/app//manifests/v1", "NAME_INVALID"),
        ("/v2/a%2Fb/manifests/v1", "NAME_INVALID"),
        ("/v2/app/manifests/a%2Fb", "NAME_INVALID"),
        ("/v2/app%FF/manifests/v1", "NAME_INVALID"),
        ("/v2/" + "a" * 257 + "/manifests/v1", "NAME_INVALID"),
        ("/v2/" + "a/" * 3000 + "manifests/v1", "NAME_INVALID"),
        ("/v2/manifests/v1", "NAME_INVALID"),
        ("/v2/app/manifests/", "NAME_UNKNOWN"),
        ("/v2/app", "NAME_UNKNOWN"),
        ("/v2//", "NAME_UNKNOWN"),
        ("/v2/_catalog/", "NAME_UNKNOWN"),
        ("/v2/app/else/v1", "NAME_UNKNOWN"),
        ("/v2/app/uploads/v1", "NAME_UNKNOWN"),
    ],
)
def test_a_bad_path_has_a_code(path: str, code: str) -> None:
    with pytest.raises(Fault) as refused:
        read_path(path.encode())
    assert refused.value.code == code


_SEGMENTS = st.one_of(
    st.sampled_from(["", "app", "tags", "list", "blobs", "uploads", "manifests", "referrers", "_catalog", "%2F", "%"]),
    st.text(max_size=8),
)


@given(st.lists(_SEGMENTS, max_size=8).map(lambda parts: ("/v2/" + "/".join(parts)).encode()))
@settings(max_examples=examples(300))
def test_any_path_is_read_or_refused(raw_path: bytes) -> None:
    try:
        target = read_path(raw_path)
    except Fault as refused:
        assert refused.code in ("NAME_INVALID", "NAME_UNKNOWN")
    else:
        assert target.pattern in BY_PATTERN
        assert ("{name}" in target.pattern) == bool(target.name)
        assert not target.name or is_repository_name(target.name)


def test_a_plus_in_a_query_is_a_plus() -> None:
    assert read_query(b"artifactType=application/x+json&n=1&n=2&flag") == {
        "artifactType": "application/x+json",
        "n": "1",
        "flag": "",
    }


@given(st.binary(max_size=80))
def test_any_query_is_read_or_refused(query: bytes) -> None:
    try:
        read_query(query)
    except Fault as refused:
        assert refused.status == 400


@pytest.mark.parametrize("query", [b"%ff=1", b"&".join([b"a=1"] * 40)])
def test_a_query_that_is_not_text_or_too_long_is_refused(query: bytes) -> None:
    with pytest.raises(Fault):
        read_query(query)


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [
        ("bytes=0-3", 10, Span(0, 4)),
        ("bytes=4-", 10, Span(4, 6)),
        ("bytes=-3", 10, Span(7, 3)),
        ("bytes=-99", 10, Span(0, 10)),
        ("bytes=5-99", 10, Span(5, 5)),
        ("Bytes=9-9", 10, Span(9, 1)),
        ("bytes=0-1,3-4", 10, None),
        ("bytes=3-1", 10, None),
        ("bytes=-", 10, None),
        ("bytes=a-b", 10, None),
        ("bits=0-1", 10, None),
        ("bytes=0-" + "9" * 30, 10, None),
    ],
)
def test_a_range_is_one_span_or_ignored(header: str, size: int, span: Span | None) -> None:
    assert asked_span(header, size) == span


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_a_range_without_a_byte_cannot_be_satisfied(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        asked_span(header, size)


@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"bytes=\d{0,5}-\d{0,5}", fullmatch=True)),
    st.integers(min_value=0, max_value=100_000),
)
def test_a_span_lies_within_the_blob(header: str, size: int) -> None:
    try:
        span = asked_span(header, size)
    except Unsatisfiable:
        return
    if span is not None:
        assert 0 <= span.start < size
        assert 0 < span.length <= size - span.start


@given(st.one_of(st.text(max_size=30), st.from_regex(r"(bytes )?\d{1,5}-\d{1,5}(/\d+)?", fullmatch=True)))
def test_a_chunk_has_bytes_or_is_refused(header: str) -> None:
    with suppress(Unsatisfiable):
        assert chunk_span(header).length > 0
