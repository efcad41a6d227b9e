"""A decision as the journal keeps it: its explanation, as JSON."""

from typing import Any

from dockreeve.policy import Decision
from dockreeve.policy.explain import explain


def recorded(decision: Decision, sentence: str) -> dict[str, Any]:
    """What `dockreeve why`, the console and the product API show; `Explanation.from_json` reads it back."""
    return explain(decision, sentence).to_json()
