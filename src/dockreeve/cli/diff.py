"""`dockreeve diff`: what access new policies give that old ones don't, for a check of pull requests."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from dockreeve.cli.diff_answers import Compared, as_json, as_sarif, as_text
from dockreeve.cli.outcome import CHECK_SAID_NO, USAGE, Stopped
from dockreeve.cli.policy_input import Source
from dockreeve.cli.policy_sets import by_owner, identity_sources, known_context, policy_set
from dockreeve.cli.printed import hand_over, say
from dockreeve.policy.held import Held
from dockreeve.policy.prove.diff import Difference, Way, diff

_ACCOUNT_DIGITS = 12
_SUFFIXES = (".json", ".yaml", ".yml")


@click.command(
    epilog="OLD and NEW are policies (AWS's own by ARN), templates, plans, or folders of them. Every request shown has "
    "been decided with both. Exit status: 0 no new access, 3 access is new or may be."
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--old", "more_old", multiple=True, metavar="FILE", help="A further old policy; may be repeated.")
@click.option("--new", "more_new", multiple=True, metavar="FILE", help="A further new policy; may be repeated.")
@click.option("--old-boundary", multiple=True, metavar="FILE", help="The old permissions boundary.")
@click.option("--new-boundary", multiple=True, metavar="FILE", help="The new permissions boundary.")
@click.option("--account", metavar="ID", help="Look only at resources of this account.  [default: any]")
@click.option("--context", "pairs", multiple=True, metavar="KEY=VALUE", help="What a condition key holds.")
@click.option("--output", type=click.Choice(["text", "json", "sarif"]), default="text", help="Form of the answer.")
def command(
    old: str,
    new: str,
    more_old: tuple[str, ...],
    more_new: tuple[str, ...],
    old_boundary: tuple[str, ...],
    new_boundary: tuple[str, ...],
    account: str | None,
    pairs: tuple[str, ...],
    output: str,
) -> None:
    """Show what access is new and what is lost between two sets of policies, each with a request that proves it."""
    if account is not None and not (account.isascii() and account.isdigit() and len(account) == _ACCOUNT_DIGITS):
        raise Stopped(f"`{account}` is no account", "it has 12 digits", status=USAGE)
    context = known_context(pairs)
    boundaries = _Side.read(old_boundary), _Side.read(new_boundary)
    sides = _Side.read([old, *more_old]), _Side.read([new, *more_new])
    everything = tuple(source for side in (*sides, *boundaries) for source in side.sources)
    compared = [
        Compared(
            owner,
            diff(
                *(side.held(owner, limit) for side, limit in zip(sides, boundaries, strict=True)),
                context=context,
                account=account,
            ),
            everything,
        )
        for owner in sorted({*sides[0].owners, *sides[1].owners})
    ]
    if output == "text":
        say(*as_text(compared))
    else:
        hand_over(as_json(compared) if output == "json" else as_sarif(compared))
    if any(_is_new(one.difference) for one in compared):
        raise click.exceptions.Exit(CHECK_SAID_NO)


def _is_new(difference: Difference) -> bool:
    """What can't be decided is no proof that nothing is new."""
    return bool(difference.new) or any(gap.way is Way.NEW for gap in difference.undecided)


class _Side(NamedTuple):
    sources: tuple[Source, ...]
    owners: dict[str, list[Source]]

    @staticmethod
    def read(files: Sequence[str]) -> "_Side":
        """Raise `Stopped`."""
        found = identity_sources(one for file in files for one in _in_folder(file))
        return _Side(found, by_owner(found))

    def held(self, owner: str, boundary: "_Side") -> Held:
        """What applies to an owner. Raise `Stopped` with file, line and column."""
        limit = policy_set(boundary.sources) if boundary.sources else None
        return Held(identity=policy_set(self.owners.get(owner, ())), boundary=limit)


def _in_folder(file: str) -> Iterable[str]:
    """The file, or all JSON and YAML files of the folder. Raise `Stopped` for a folder without any."""
    if not Path(file).is_dir():
        return [file]
    found = sorted(str(one) for one in Path(file).iterdir() if one.suffix in _SUFFIXES)
    if not found:
        raise Stopped(f"there is no *.json and no *.yaml in {file}", status=USAGE)
    return found
