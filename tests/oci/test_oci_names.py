"""Names of repositories and tags."""

import pytest

from dockreeve.oci import is_repository_name, is_tag


@pytest.mark.parametrize("name", ["ab", "a/b", "team/app_1", "a__b", "a---b.c", "0" * 256, "x.y/z_q"])
def test_a_name_of_ecrs_form_is_a_repository_name(name: str) -> None:
    assert is_repository_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "a", "A/b", "a//b", "/a", "a/", "a..b", "a___b", "-a", "a-", "a._b", "ab\n", "ａｂ", "a b", "0" * 257, "a:b"],
)
def test_any_other_is_not(name: str) -> None:
    assert not is_repository_name(name)


def test_a_name_made_to_be_slow_is_refused_at_once() -> None:
    assert not is_repository_name("a-" * 127 + "!")
    assert not is_repository_name("a" * 10_000_000)


@pytest.mark.parametrize("tag", ["latest", "1.0", "_x", "A-b.C_d", "t" * 128])
def test_a_tag_of_ocis_form_is_a_tag(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize("tag", ["", ".a", "-a", "a+b", "a/b", "a:b", "é", "a\n", "t" * 129])
def test_any_other_is_no_tag(tag: str) -> None:
    assert not is_tag(tag)
