"""How often a law is tried: as often as it says in `make test`, seldomer in `make quick`."""

from hypothesis import settings

settings.register_profile("quick", max_examples=15)  # for those that don't say how often


def examples(number: int) -> int:
    """So many; in the inner loop a sixth of it, but ten where there are as many."""
    quick = settings.get_current_profile_name() == "quick"
    return max(number // 6, min(number, 10)) if quick else number
