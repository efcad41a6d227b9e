"""`dockreeve test`: policy cases, decided and compared with what they expect."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import click

from dockreeve.cli.explanation import reason_lines, request_lines
from dockreeve.cli.outcome import CHECK_SAID_NO, USAGE, Stopped
from dockreeve.cli.printed import hand_over, say, visible
from dockreeve.policy.cases import BadCase, Outcome, is_policy, read_cases, run
from dockreeve.policy.explain import explain

_SUFFIXES = (".jsonl", ".json")
_LARGEST = 64 * 1024 * 1024  # bytes of a file of cases
_LARGEST_POLICY = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ran:
    """A case that was decided, and the file that it stands in."""

    file: Path
    outcome: Outcome

    @property
    def place(self) -> str:
        """`FILE:LINE`."""
        return f"{self.file}:{self.outcome.case.line}"

    @property
    def label(self) -> str:
        """What to call it: id and name, as far as it has them."""
        case = self.outcome.case
        return " ".join(word for word in (case.id, case.name) if word) or self.place

    @property
    def verdicts(self) -> str:
        """What was expected and what came."""
        return f"expected {self.outcome.case.expected.value}, got {self.outcome.decision.verdict.value}"


@click.command(
    epilog="A CASE file holds JSON objects, one a line or in an array. Exit status: 0 all passed, 3 one failed, "
    "2 something is no case."
)
@click.argument("cases", nargs=-1, required=True, metavar="CASES...", type=click.Path(path_type=Path))
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write a JUnit report too.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(cases: tuple[Path, ...], junit: Path | None, output: str) -> None:
    """Decide policy cases, from files and folders (*.jsonl, *.json), and compare with what they expect."""
    ran = [one for path in cases for file, text in _files(path) for one in _run(file, text)]
    if not ran:
        raise Stopped("there is no case in that", "a file of cases, or a folder of them", status=USAGE)
    failed = [one for one in ran if not one.outcome.passed]
    if junit is not None:
        _write(junit, "\n".join(_junit(ran)) + "\n")
    if output == "json":
        hand_over(json.dumps(_record(ran), indent=2))
    else:
        for one in failed:
            say(*_failure(one))
        say(f"{len(ran) - len(failed)} passed, {len(failed)} failed")
    if failed:
        raise click.exceptions.Exit(CHECK_SAID_NO)


def _files(given: Path) -> Iterator[tuple[Path, str]]:
    """The file with its text, or of a folder every file that may hold cases, in order; policies beside are none."""
    if not given.is_dir():
        yield given, _text(given, _LARGEST)
        return
    for file in sorted(one for one in given.rglob("*") if one.suffix in _SUFFIXES and one.is_file()):
        text = _text(file, _LARGEST)
        if not is_policy(text):
            yield file, text


def _run(file: Path, text: str) -> Iterator[Ran]:
    def policy_file(name: str) -> str:
        return _policy_text(file.parent / name, name)

    try:
        for case in read_cases(text, policy_file):
            yield Ran(file, run(case))
    except BadCase as bad:
        raise Stopped(f"{file}:{bad.line}: {bad.detail}", status=USAGE) from None


def _policy_text(path: Path, name: str) -> str:
    try:
        return _text(path, _LARGEST_POLICY)
    except Stopped as stopped:
        raise BadCase(stopped.message.replace(str(path), name), 0) from None


def _text(file: Path, largest: int) -> str:
    """The file's text. Raise `Stopped`."""
    try:
        with file.open("rb") as opened:
            data = opened.read(largest + 1)
        if len(data) > largest:
            raise Stopped(f"{file} is longer than {largest} bytes", status=USAGE)
        return data.decode()
    except FileNotFoundError:
        raise Stopped(f"there is no file {file}", status=USAGE) from None
    except UnicodeDecodeError:
        raise Stopped(f"{file} is not UTF-8", status=USAGE) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in a name
        reason = error.strerror if isinstance(error, OSError) else error
        raise Stopped(f"{file} can't be read: {reason}", status=USAGE) from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stopped(f"{file} can't be written: {error.strerror}") from None


def _failure(ran: Ran) -> Iterator[str]:
    yield f"FAILED {ran.place}: {ran.label}"
    yield f"  {ran.verdicts}" + (f" ({ran.outcome.case.basis})" if ran.outcome.case.basis else "")
    explained = explain(ran.outcome.decision)
    for line in (*request_lines(explained), *reason_lines(explained)):
        yield f"  {line}".rstrip()
    yield ""


def _record(ran: Sequence[Ran]) -> dict[str, Any]:
    failed = sum(not one.outcome.passed for one in ran)
    return {"passed": len(ran) - failed, "failed": failed, "cases": [_case(one) for one in ran]}


def _case(ran: Ran) -> dict[str, Any]:
    case, outcome = ran.outcome.case, ran.outcome
    explanation = {} if outcome.passed else {"explanation": explain(outcome.decision).to_json()}
    return {
        "file": str(ran.file),
        "line": case.line,
        "id": case.id,
        "family": case.family,
        "name": case.name,
        "expected": case.expected.value,
        "decision": outcome.decision.verdict.value,
        "passed": outcome.passed,
        **explanation,
    }


def _junit(ran: Sequence[Ran]) -> Iterator[str]:
    """One suite for each file, one test for each case."""
    by_file: dict[Path, list[Ran]] = {}
    for one in ran:
        by_file.setdefault(one.file, []).append(one)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites{_counts(ran)}>"
    for file, inside in by_file.items():
        yield f"  <testsuite name={_quoted(str(file))}{_counts(inside)}>"
        for one in inside:
            yield from _junit_case(one)
        yield "  </testsuite>"
    yield "</testsuites>"


def _junit_case(ran: Ran) -> Iterator[str]:
    case = ran.outcome.case
    about = f"classname={_quoted(case.family or ran.file.stem)} name={_quoted(ran.label)}"
    place = f"file={_quoted(str(ran.file))} line={_quoted(str(case.line))}"
    if ran.outcome.passed:
        yield f"    <testcase {about} {place}/>"
        return
    yield f"    <testcase {about} {place}>"
    yield f"      <failure message={_quoted(ran.verdicts)}>{chr(10).join(map(_escaped, _failure(ran)))}</failure>"
    yield "    </testcase>"


def _counts(ran: Sequence[Ran]) -> str:
    return f' tests="{len(ran)}" failures="{sum(not one.outcome.passed for one in ran)}"'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """As XML 1.0 may hold it: some characters it may not, however they are written."""
    return escape(visible(text))
