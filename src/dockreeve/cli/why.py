"""`dockreeve why`: what decided a request, and the smallest change that would have allowed it."""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dockreeve.cli.client import Keys, ask, data_folder, endpoint, own_keys
from dockreeve.cli.explanation import reason_lines, request_lines
from dockreeve.cli.outcome import NOT_FOUND, USAGE, Stopped
from dockreeve.cli.printed import hand_over, say
from dockreeve.policy import Verdict
from dockreeve.policy.explain import Explanation, Unreadable
from dockreeve.policy.explain.pasted import refusal_id, refusal_named

Record = Mapping[str, Any]


@click.command(epilog="Paste the whole docker error: the id, or AWS's sentence in it, is found.")
@click.argument("refusal", nargs=-1)
@click.option("--last", is_flag=True, help="The newest refusal.")
@click.option("--principal", metavar="ARN|NAME", help="With --last: only refusals of this user or role.")
@click.option(
    "--server", metavar="URL", help="Where the server listens.  [default: AWS_ENDPOINT_URL, or the data folder's]"
)
@click.option("--data", type=click.Path(path_type=Path), help="The server's data folder.  [default: ./data]")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(
    refusal: tuple[str, ...], last: bool, principal: str | None, server: str | None, data: Path | None, output: str
) -> None:
    """Explain a refusal: by its id, a pasted error (- reads it from standard input), or the last one."""
    folder = data_folder(data)
    pasted = sys.stdin.read() if refusal == ("-",) else " ".join(refusal)
    if bool(pasted) == last:
        raise Stopped("say which refusal: an id, a pasted error, or --last", "dockreeve why --last", status=USAGE)
    if principal and not last:
        raise Stopped("--principal goes with --last", "dockreeve why --last --principal NAME", status=USAGE)
    url, keys = endpoint(server, folder), own_keys(folder)
    if found := refusal_id(pasted):
        record = ask(url, keys, "GET", f"/api/decisions/{found}")
    else:
        record = _newest(url, keys, _query(pasted, principal))
    if output == "json":
        hand_over(json.dumps(record, indent=2))
    else:
        say(*explained(record))


def _newest(url: str, keys: Keys, wanted: Mapping[str, str]) -> Record:
    """The newest refusal that fits. Raise `Stopped`."""
    refused: list[Record] = []
    # Asked for by verdict: any number of allowed requests may have come since the refusal.
    for verdict in (Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY):
        query = {**wanted, "verdict": verdict.value, "limit": "1"}
        refused += ask(url, keys, "GET", "/api/decisions", query=query)["decisions"]
    if not refused:
        raise Stopped("no refusal is on record that fits", "kept for a day by default", status=NOT_FOUND)
    return max(refused, key=lambda record: datetime.fromisoformat(record["at"]))


def _query(pasted: str, principal: str | None) -> dict[str, str]:
    if not pasted:
        return {"principal": principal} if principal else {}
    if (named := refusal_named(pasted)) is None:
        raise Stopped("there is neither an id nor AWS's sentence in that", "dockreeve why --last", status=USAGE)
    return named


def explained(record: Record) -> Iterator[str]:
    """The decision in lines: the request, the order of checks, every policy looked at, the smallest change."""
    try:
        explanation = Explanation.from_json(record)
    except Unreadable as error:
        raise Stopped(f"the server's record is of another version: {error}", "--output json shows it") from None
    yield from request_lines(explanation)
    yield f"     at: {record['at'][:19].replace('T', ' ')} UTC   id: {record['id'] or '(allowed requests have none)'}"
    yield from reason_lines(explanation)
