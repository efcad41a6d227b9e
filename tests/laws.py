"""A law and its cases: how many a random one is tried with, and all of a list in one test."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import pytest
from hypothesis import settings

Case = TypeVar("Case")

settings.register_profile("quick", max_examples=15)  # for those that don't say how many


def examples(number: int) -> int:
    """So many in `make test`; in `make quick` a sixth of it, but ten where there are as many."""
    quick = settings.get_current_profile_name() == "quick"
    return max(number // 6, min(number, 10)) if quick else number


def hold_each(law: Callable[[Case], None], cases: Mapping[str, Case]) -> None:
    """Try the law on every case. Raise a group of what failed, each with the name of its case.

    For hundreds of cases that take no time: a test for each would take pytest ten times as long as the law.
    """
    assert cases
    failed: list[BaseException] = []
    for name, case in cases.items():
        try:
            law(case)
        except (Exception, pytest.fail.Exception) as error:
            error.add_note(f"The case is {name}.")
            failed.append(error)
    if failed:
        names = [error.__notes__[-1].removeprefix("The case is ").removesuffix(".") for error in failed]
        raise BaseExceptionGroup(f"{len(failed)} of {len(cases)} cases: {', '.join(names)}", failed)
