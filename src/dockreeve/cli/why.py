"""`dockreeve why`: what decided a request, and the smallest change that would have allowed it."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from dockreeve.cli.client import Keys, ask, data_folder, endpoint, own_keys
from dockreeve.cli.outcome import NOT_FOUND, USAGE, Stopped
from dockreeve.policy import Verdict

Record = Mapping[str, Any]

_ID = re.compile(r"\b[a-z0-9]{25}\b")
_SENTENCE = re.compile(
    r"User: (?P<principal>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+) on resource: (?P<resource>\S+)"
)
_CHECKS = {
    "RESOURCE_CONTROL_POLICY": "resource control policies",
    "SERVICE_CONTROL_POLICY": "service control policies",
    "VPC_ENDPOINT": "VPC endpoint policy",
    "RESOURCE": "resource-based policies",
    "PRINCIPAL": "identity-based policies",
    "PERMISSIONS_BOUNDARY": "permissions boundary",
    "SESSION": "session policy",
    "ROLE_TRUST": "role trust policy",
}
_EFFECTS = {
    "ALLOW": "allow",
    "NO_IMPACT": "say nothing that counts",
    "IMPLICIT_DENY": "do not allow it",
    "EXPLICIT_DENY": "deny it",
}
_WIDTH = 26  # of the names of checks


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
    if found := _ID.search(pasted):
        record = ask(url, keys, "GET", f"/api/decisions/{found[0]}")
    else:
        record = _newest(url, keys, _query(pasted, principal))
    click.echo(json.dumps(record, indent=2) if output == "json" else explained(record))


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
    if (sentence := _SENTENCE.search(pasted)) is None:
        raise Stopped("there is neither an id nor AWS's sentence in that", "dockreeve why --last", status=USAGE)
    return sentence.groupdict()


def explained(record: Record) -> str:
    """The decision as text: the request, the order of checks, every policy looked at, the smallest change."""
    return "\n".join(_lines(record))


def _lines(record: Record) -> Iterator[str]:
    verdict = "allowed" if record["verdict"] == "Allowed" else "refused"
    yield f"{verdict}: {record['action']}"
    yield f"     on: {record['resource']}"
    yield f"     by: {record['principal']}"
    yield f"     at: {record['at'][:19].replace('T', ' ')} UTC   id: {record['id'] or '(allowed requests have none)'}"
    clause = _clause(record)
    if clause:
        yield ""
        yield clause
    yield ""
    yield "Checks, in their order:"
    for check in record["checks"]:
        name = _CHECKS.get(check["type"], check["type"]) + (f" ({check['level']})" if check["level"] else "")
        decided = "   <- decided" if check["type"] == record["decidedBy"] and verdict == "refused" else ""
        yield f"  {name:<{_WIDTH}} {_EFFECTS.get(check['effect'], check['effect'])}{decided}"
    yield ""
    yield from _policies(record)
    yield from _change(record)


def _clause(record: Record) -> str:
    sentence: str = record["sentence"]
    return sentence.partition(f" on resource: {record['resource']} ")[2]


def _policies(record: Record) -> Iterator[str]:
    looked: dict[str, list[Record]] = {}
    for statement in record["statements"]:
        looked.setdefault(statement["policy"], []).append(statement)
    if not looked:
        yield "No policy had anything to say: none is attached."
        return
    yield "Looked at:"
    for uri, statements in looked.items():
        yield f"  {uri}"
        for statement in statements:
            place = f"{_name(statement)} ({statement['effect']}, line {statement['line']})"
            yield f"    {place}: {_finding(statement, record)}"


def _name(statement: Record) -> str:
    return statement["sid"] or f"statement {statement['index'] + 1}"


def _finding(statement: Record, record: Record) -> str:
    lacks = []
    if not statement["principal"]:
        lacks.append("names another principal")
    if not statement["action"]:
        lacks.append(f"its actions lack {record['action']}")
    if not statement["resource"]:
        lacks.append("its resources leave out this one")
    for failed in statement["conditions"]:
        found = "absent" if failed["found"] is None else ", ".join(failed["found"])
        lacks.append(
            f"{failed['operator']} on {failed['key']} wants {' or '.join(failed['values'])}, and it is {found}"
        )
    if not lacks:
        return "matches"
    matched = [
        word for part, word in (("resource", "matches the resource"), ("action", "names the action")) if statement[part]
    ]
    return "; ".join(matched[:1] + lacks) if len(lacks) == 1 else "; ".join(lacks)


def _change(record: Record) -> Iterator[str]:
    if record["verdict"] == "Allowed":
        return
    yield ""
    if record["missing"] is None:
        yield "An explicit deny ends it: no statement that is added can allow this; the deny has to be narrowed."
        return
    nearest = record["nearest"]
    statement = next((one for one in record["statements"] if nearest and _same(one, nearest)), None)
    if statement is not None and not statement["action"]:
        yield "The smallest change: one more action."
        yield f'  + "{record["action"]}"  in the Action of {_name(statement)} of {statement["policy"]}'
        return
    yield f"The smallest statement that allows it ({_CHECKS.get(record['decidedBy'], 'policy')}):"
    yield from ("  " + line for line in json.dumps(record["missing"], indent=2).splitlines())


def _same(statement: Record, named: Record) -> bool:
    return (statement["policy"], statement["index"]) == (named["policy"], named["index"])
