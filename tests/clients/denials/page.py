"""docs/denials.md, from what a run saw; and what the page says, read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .matrix import Matrix
from .seen import ABSENT, GOES_ON, READABLE, REFUSED, Cell
from .steps import AVAILABLE, STEPS

PAGE = Path(__file__).parents[3] / "docs" / "denials.md"
ENOUGH = 0.9  # of the refusals readable, on a server that is friendly
_INTRO = """\
<!-- Written by `make denials`. -->
# What each client shows of a refusal

Each client, run for real, is refused at each step of login, pull, push and the rest by a policy that allows all of ECR
but the one action; nothing of this page is written by hand. `make test` runs it all again and fails when a verdict is
another. What to do with a sentence or an id, and where there is neither, is told in [Refusals](refusals.md).

- **sentence**: AWS's sentence can be read (who may not do what, on what, and why); on the registry the id follows
- **id**: only the action and the id that `dockreeve why` takes
- **nothing**: neither; `dockreeve why --last --principal NAME` finds the refusal
- goes on: the client does without, and nothing is refused
- \\-: this client never makes this request, or is refused before it by the same policy
"""
_SHARED = """\
`HEAD` and `GET` of a manifest need one action, so a client that begins with `HEAD` is refused there; docker then asks
by `GET` all the same, and shows that answer. containerd sends a layer by `PUT` alone, which then needs
`ecr:UploadLayerPart` too. Refused a `PUT` of more than 256 KiB, version 1.6 waits for ever; with `--friendly-refusals`
it doesn't come to that, for the `POST` is refused. No policy can refuse `GET /v2/`: the key of that login is deleted
instead, no decision is made, and the row counts in no share. `ctr` has no login: it pulls with the password it got.
"""


Verdicts = Mapping[tuple[str, str], str]  # by step and client


def shares(verdicts: Verdicts) -> tuple[tuple[int, int], tuple[int, int]]:
    """How many refusals by policy are readable, and of how many: as ECR answers, and with `--friendly-refusals`."""
    answers = {step.title for step in STEPS if step.action and not step.friendly}
    friendly = {step.title for step in STEPS if step.action and (step.friendly or step.action != AVAILABLE)}
    return _share(verdicts, answers), _share(verdicts, friendly)


def _share(verdicts: Verdicts, titles: set[str]) -> tuple[int, int]:
    refused = [word for (title, _), word in verdicts.items() if title in titles and word in REFUSED]
    return sum(word in READABLE for word in refused), len(refused)


def verdicts_of(seen: Matrix) -> Verdicts:
    """The first table of what was seen."""
    return {key: cell.verdict for key, cell in seen.cells.items()}


def written(seen: Matrix) -> str:
    """The page."""
    names = [f"{name} {version}" for name, version in seen.versions.items()]
    lines = [_INTRO, *_share_table(seen), ""]
    lines += [f"| step | denied | {' | '.join(names)} |", f"| --- | --- |{' --- |' * len(names)}"]
    for step in STEPS:
        action = f"`{step.action}`" if step.action else "(the key)"
        lines.append(f"| {step.title} | {action} | {' | '.join(_word(cell) for cell in seen.of(step))} |")
    lines += ["", _SHARED, "## What the person sees", ""]
    lines += ["The best line of what was printed; what differs from run to run is left out.", ""]
    lines += ["| step | client | exit | line |", "| --- | --- | --- | --- |"]
    for step in STEPS:
        for name, cell in zip(seen.versions, seen.of(step), strict=True):
            if cell.verdict not in (ABSENT, GOES_ON):
                lines.append(f"| {step.title} | {name} | {cell.code} | {_code(cell.line)} |")
    return "\n".join(lines) + "\n"


def _share_table(seen: Matrix) -> list[str]:
    hows = ("as ECR answers (the default)", "with `--friendly-refusals`")
    rows = zip(hows, shares(verdicts_of(seen)), strict=True)
    told = (f"| {how} | {readable} of {refused} | {100 * readable // refused} % |" for how, (readable, refused) in rows)
    return ["| the server answers | readable refusals | |", "| --- | --- | --- |", *told]


def _word(cell: Cell) -> str:
    return {"nothing": "**nothing**", "-": "\\-"}.get(cell.verdict, cell.verdict)


def _code(line: str) -> str:
    fence = "``" if "`" in line else "`"
    return fence + line.replace("|", "\\|") + fence


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says: the version of each client, and the verdicts."""

    versions: dict[str, str]
    verdicts: dict[tuple[str, str], str]


def told(page: str) -> Told:
    """Read the first table of a page."""
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]
    versions: dict[str, str] = {}
    verdicts = {}
    for row in rows:
        if row[:2] == ["step", "denied"]:
            versions = dict(client.split(" ", 1) for client in row[2:])
        elif versions and len(row) == len(versions) + 2 and row[0] != "---":
            words = (word.strip("*\\") for word in row[2:])
            verdicts |= {(row[0], name): word for name, word in zip(versions, words, strict=True)}
    return Told(versions, verdicts)
