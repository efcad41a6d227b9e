"""What stands in for a test of each case tells as much as these would."""

from __future__ import annotations

import pytest

from laws import hold_each


def test_whatever_case_fails_is_named_and_the_others_are_tried_all_the_same() -> None:
    tried = []

    def law(number: int) -> None:
        tried.append(number)
        with pytest.raises(ZeroDivisionError):
            1 / number
        assert number == 0

    with pytest.raises(BaseExceptionGroup, match=r"^2 of 3 cases: one, two") as raised:
        hold_each(law, {"one": 1, "nothing": 0, "two": 2})
    assert tried == [1, 0, 2]
    assert [error.__notes__ for error in raised.value.exceptions] == [["The case is one."], ["The case is two."]]


def test_no_cases_at_all_are_a_mistake() -> None:
    with pytest.raises(AssertionError):
        hold_each(lambda _: None, {})
