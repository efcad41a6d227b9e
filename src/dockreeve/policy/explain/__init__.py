"""Explain a decision: the order of checks, every statement looked at, the nearest miss, and the smallest change."""

from dockreeve.policy.explain.explaining import explain
from dockreeve.policy.explain.explanation import (
    Allows,
    Change,
    CheckType,
    Denying,
    Explanation,
    Line,
    Narrowing,
    Nearest,
    Part,
    PolicySeen,
    Reference,
    Splice,
    StatementSeen,
    Step,
    Unmet,
)
from dockreeve.policy.explain.plain import Unreadable

__all__ = [
    "Allows",
    "Change",
    "CheckType",
    "Denying",
    "Explanation",
    "Line",
    "Narrowing",
    "Nearest",
    "Part",
    "PolicySeen",
    "Reference",
    "Splice",
    "StatementSeen",
    "Step",
    "Unmet",
    "Unreadable",
    "explain",
]
