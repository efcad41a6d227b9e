"""`dockreeve lint`: what is wrong or risky in policy documents, before anyone deploys them."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dockreeve import __version__
from dockreeve.cli.outcome import CHECK_SAID_NO, USAGE, Stopped
from dockreeve.cli.policy_input import Source, sources
from dockreeve.cli.printed import hand_over, say, visible
from dockreeve.policy.document import Kind
from dockreeve.policy.lint.finding import Finding, FindingType

Linted = tuple[Source, tuple[Finding, ...]]

_COLOURS = {
    FindingType.ERROR: "red",
    FindingType.SECURITY_WARNING: "magenta",
    FindingType.WARNING: "yellow",
    FindingType.SUGGESTION: "cyan",
}
_WORDS = {
    FindingType.ERROR: "error",
    FindingType.SECURITY_WARNING: "security warning",
    FindingType.WARNING: "warning",
    FindingType.SUGGESTION: "suggestion",
}


@click.command(
    epilog="A FILE is a policy or a CloudFormation template, in JSON or YAML, a Terraform plan (terraform show -json), "
    "or the ARN of a policy of AWS's own. Exit status: 0 no errors, 3 errors were found."
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    help="What the documents are for.  [default: what file and document tell]",
)
@click.option(
    "--description",
    "descriptions",
    multiple=True,
    metavar="TEXT",
    help="The policy's description: what it promises is compared with what it grants. Once for each FILE, in order.",
)
@click.option("--together", is_flag=True, help="The identity policies among the FILEs are those of one principal.")
@click.option("--role", metavar="NAME", help="The policies of this role of a server, its trust policy included.")
@click.option("--server", metavar="URL", help="With --role: where the server listens.")
@click.option("--data", type=click.Path(path_type=Path), help="With --role: the server's data folder.")
@click.option("--strict", is_flag=True, help="Exit with 3 on warnings too.")
@click.option("--output", type=click.Choice(["table", "json", "sarif"]), default="table", help="Form of the answer.")
def command(
    files: tuple[str, ...],
    kind: str | None,
    descriptions: tuple[str, ...],
    together: bool,
    role: str | None,
    server: str | None,
    data: Path | None,
    strict: bool,
    output: str,
) -> None:
    """Find errors, risks and broken promises in policy documents (- reads one from standard input)."""
    if bool(files) == bool(role):
        raise Stopped("say which policies: files, or --role NAME", "dockreeve lint policy.json", status=USAGE)
    repositories = None
    if role:
        from dockreeve.cli.role_policies import repositories_of, role_policies  # noqa: PLC0415 (slow to import)

        found: Sequence[Source] = role_policies(role, server, data)
        repositories = repositories_of(server, data)
        together = True
    else:
        found = sources(files)
    linted = list(_linted(found, Kind(kind) if kind else None, descriptions, together, repositories))
    hand_over(_written(linted, output), nl=output != "table")
    _finish(linted, strict, quiet=output != "table")


def _linted(
    found: Sequence[Source],
    kind: Kind | None,
    descriptions: Sequence[str],
    together: bool,
    repositories: tuple[str, frozenset[str]] | None,
) -> Iterator[Linted]:
    from dockreeve.policy.lint import lint  # noqa: PLC0415 (loads the catalogue)

    if len(descriptions) > len(found):
        raise Stopped(f"{len(descriptions)} descriptions for {len(found)} policies", "give one for each", status=USAGE)
    account, names = repositories or (None, None)
    kinds = [source.kind or kind or source.guessed_kind() for source in found]
    for index, source in enumerate(found):
        beside = [
            other.text
            for place, other in enumerate(found)
            if place != index
            and kinds[place] is kinds[index] is Kind.IDENTITY
            and (together or (source.owner and source.owner == other.owner))
        ]
        findings = lint(
            source.whole,
            kinds[index],
            root=source.root,
            description=descriptions[index] if index < len(descriptions) else source.description,
            account=account,
            repositories=names,
            beside=beside,
        )
        yield source, findings


def _written(linted: Sequence[Linted], output: str) -> str:
    if output == "sarif":
        from dockreeve.policy.lint.sarif import sarif  # noqa: PLC0415

        pairs = ((_uri(source.file), finding) for source, findings in linted for finding in findings)
        return json.dumps(sarif(pairs, __version__), indent=2)
    if output == "json":
        return json.dumps([_described(source, findings) for source, findings in linted], indent=2)
    return "".join(f"{line}\n" for source, findings in linted for line in _rows(source, findings))


def _described(source: Source, findings: tuple[Finding, ...]) -> dict[str, object]:
    return {
        "file": source.file,
        "place": source.place,
        "findings": [finding.described() for finding in findings],
    }


def _rows(source: Source, findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        start = finding.locations[0].start
        kind = click.style(finding.type.value, fg=_COLOURS[finding.type])
        place = f"{visible(source.name)}:{start.line}:{start.column + 1}"
        yield f"{place}  {kind} {finding.code}  {visible(finding.details)}"


def _uri(file: str) -> str:
    if file == "-":
        return "stdin"
    return Path(file).as_uri() if Path(file).is_absolute() else Path(file).as_posix()


def _finish(linted: Sequence[Linted], strict: bool, *, quiet: bool) -> None:
    counts = Counter(finding.type for _, findings in linted for finding in findings)
    if not quiet:
        counted = [
            f"{counts[one]} {word}{'' if counts[one] == 1 else 's'}" for one, word in _WORDS.items() if counts[one]
        ]
        said = ", ".join(counted) or "nothing to say"
        documents = f"{len(linted)} {'policy' if len(linted) == 1 else 'policies'}"
        say(f"{documents}: {said}", err=True)
    failing = [FindingType.ERROR] + ([FindingType.SECURITY_WARNING, FindingType.WARNING] if strict else [])
    if any(counts[one] for one in failing):
        raise click.exceptions.Exit(CHECK_SAID_NO)
