"""Tokens of lists in pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockreeve.aws.model import service
from dockreeve.aws.pages import cut, decode_token, encode_token
from dockreeve.faults import Fault


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_token_gives_back_its_key(after: str) -> None:
    assert decode_token(encode_token(after), "iam") == after
    assert decode_token(encode_token(after), "ecr") == after


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_token_is_a_word(after: str) -> None:
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in encode_token(after))


@pytest.mark.parametrize("token", ["", "x", "MQ", "MTo=", "MTo\n", "a" * 10_000, "\u00e9", "MTr_", "Mjph", "MTph="])
def test_a_malformed_token_is_refused_by_each_service(token: str) -> None:
    with pytest.raises(Fault) as refused:
        decode_token(token, "ecr")
    assert refused.value.code == "InvalidParameterException"
    assert refused.value.message == (
        "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid next token provided'"
    )
    with pytest.raises(Fault) as refused:
        decode_token(token, "iam")
    assert (refused.value.code, refused.value.message) == ("ValidationError", "Invalid Marker.")


def test_a_token_fits_the_models_marker() -> None:
    marker = service("iam").operations["ListRoles"].input_shape.members["Marker"]
    assert marker.low == 1
    assert encode_token("")


@given(st.lists(st.text("ab", min_size=1), unique=True).map(sorted), st.integers(1, 5))
def test_pages_give_every_item_once(items: list[str], size: int) -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found = [item for item in items if item > after][: size + 1]
        page, token = cut(found, size, str)
        assert len(page) <= size
        seen += page
        after = decode_token(token, "iam") if token else None
    assert seen == items
