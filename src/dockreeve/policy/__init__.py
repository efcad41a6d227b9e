"""Is this allowed, and why? AWS's policy language: parsing, deciding, explaining; pure, and usable on its own."""

from dockreeve.policy.advice import misses, missing_statement
from dockreeve.policy.decide import evaluate
from dockreeve.policy.decision import Check, CheckEffect, Decision, Failed, Looked, Verdict
from dockreeve.policy.document import Document, Kind, Malformed
from dockreeve.policy.grammar import is_principal
from dockreeve.policy.held import EMPTY, Held, Layer, Level, Policy, PolicySet
from dockreeve.policy.parse import parse
from dockreeve.policy.principals import Caller, CallerKind
from dockreeve.policy.request import Request
from dockreeve.policy.statement import Effect, Statement

__all__ = [
    "EMPTY",
    "Caller",
    "CallerKind",
    "Check",
    "CheckEffect",
    "Decision",
    "Document",
    "Effect",
    "Failed",
    "Held",
    "Kind",
    "Layer",
    "Level",
    "Looked",
    "Malformed",
    "Policy",
    "PolicySet",
    "Request",
    "Statement",
    "Verdict",
    "evaluate",
    "is_principal",
    "misses",
    "missing_statement",
    "parse",
]
