"""What a person could read of a refusal, judged by rule, and the one line to show of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..tools import Done
from .steps import Step
from .tap import Heard

SENTENCE, ID, NOTHING, GOES_ON, ABSENT = "sentence", "id", "nothing", "goes on", "-"
READABLE = (SENTENCE, ID)
REFUSED = (*READABLE, NOTHING)
# Without an action there is no decision: what AWS says of a login whose key is gone.
_GONE = "The security token included in the request is invalid"
_LONGEST = 160
# What differs from run to run, in this order.
_STEADY = (
    (r"\x1b\[[0-9;]*[A-Za-z]", ""),
    (r'^time="[^"]*" level=(\w+) msg="(.*)"$', r"\1: \2"),
    (r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", ""),
    (r'\\(["\\])', r"\1"),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"\bcell-\d+", "app"),
    (r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "UPLOAD"),
    (r"(?:\b(?:layer|config)-)?sha256:[0-9a-f]{64}", "sha256:…"),
    (r"\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b", "…"),
    (r"_state=[^\s\"&]+", "_state=…"),
    (r"/(?:tmp|var|root|home|work)/[^\s\":]+", "PATH"),
    (r"User: \S+ (is not authorized to perform: \S+) on resource: \S+ ", r"User: … \1 … "),
    (r"\[why: [a-z0-9]{25}\]", "[why: ID]"),
    (r"\s+", " "),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One client refused at one step. `line` is the best line of what it printed, without what differs by the run."""

    verdict: str
    line: str = ""
    code: int = 0


def judged(step: Step, done: Done | None, heard: Sequence[Heard]) -> Cell:
    """The cell: what was printed (`done`; None without such a verb), and what went over the wire meanwhile."""
    refused = [one for one in heard if step.is_refused_by(one)]
    if done is None or not refused:
        return Cell(ABSENT)
    lines = [line.strip() for line in (done.stdout + "\n" + done.stderr).splitlines() if line.strip()]
    if done.code == 0 or step.falls_back:
        return Cell(GOES_ON)
    sentence = f"is not authorized to perform: {step.action} on resource: " if step.action else _GONE
    ids = [one.decision for one in heard if one.decision]
    for verdict, signs in ((SENTENCE, [sentence]), (ID, ids)):
        for line in reversed(lines):
            if any(sign in line for sign in signs):
                return Cell(verdict, steady(line), done.code)
    return Cell(NOTHING, steady(lines[-1]) if lines else "", done.code)


def steady(line: str) -> str:
    """The line without what differs from run to run, and not too long."""
    for pattern, instead in _STEADY:
        line = re.sub(pattern, instead, line)
    line = line.strip()
    if len(line) <= _LONGEST:
        return line
    start = _LONGEST // 3
    return f"{line[:start].rstrip()} … {line[start - _LONGEST :].lstrip()}"
