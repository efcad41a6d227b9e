"""`dockreeve can`: what a principal may do with repositories, in docker's words, from files or from a server."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from dockreeve.cli.outcome import CHECK_SAID_NO, USAGE, Stopped
from dockreeve.cli.policy_sets import Keys, by_owner, identity_sources, known_context, policy_set
from dockreeve.cli.printed import hand_over, say
from dockreeve.policy.document import Kind
from dockreeve.policy.held import Held
from dockreeve.policy.prove.can import Answer, NoSuchName, Place, Subject, can
from dockreeve.policy.verbs import VERBS, Verb

ALL = "all"
ACCOUNT, REGION = "123456789012", "us-east-1"
_PRINCIPAL = re.compile(r"arn:[a-z-]+:(?:iam|sts)::(\d{12}):.+", re.ASCII)

_SESSION = re.compile(r"(arn:[a-z-]+):sts::(\d{12}):assumed-role/([^/]+)/.+", re.ASCII)


class Asked(NamedTuple):
    """A principal by the name that a table shows, a repository, and every policy that applies."""

    name: str
    place: Place
    who: Subject


@click.command(
    epilog=f"VERB is {', '.join(VERBS)} or all. REPOSITORY may be a pattern (team/*): the answer is exact over all "
    "names that match. Exit status: 0 yes, 3 no, not for all names, or it depends on condition keys."
)
@click.argument("verb", type=click.Choice([*VERBS, ALL]), metavar="VERB")
@click.argument("repositories", nargs=-1, metavar="REPOSITORY...")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="FILE",
    help="An identity policy: a file, or AWS's by ARN; may be repeated.",
)
@click.option("--boundary", "boundaries", multiple=True, metavar="FILE", help="With --policy: a permissions boundary.")
@click.option("--repository-policy", metavar="FILE", help="With --policy: the repository's own policy.")
@click.option("--principal", metavar="ARN", help="With --policy: whose policies they are.")
@click.option("--role", "roles", multiple=True, metavar="NAME", help="A role of a server.")
@click.option("--user", "users", multiple=True, metavar="NAME", help="A user of a server.")
@click.option("--session", "sessions", multiple=True, metavar="ARN", help="A session of a role of a server.")
@click.option("--from", "source", default="", metavar="REPOSITORY", help="For copy: where from.  [default: itself]")
@click.option("--account", metavar="ID", help=f"The registry's account.  [default: the principal's, or {ACCOUNT}]")
@click.option("--region", default=REGION, show_default=True, metavar="REGION", help="The registry's region.")
@click.option("--context", "pairs", multiple=True, metavar="KEY=VALUE", help="What a condition key holds.")
@click.option("--matrix", is_flag=True, help="A table of principals and repositories; all of a server unless named.")
@click.option("--server", metavar="URL", help="Where the server listens.")
@click.option("--data", type=click.Path(path_type=Path), help="The server's data folder.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="Form of the answer.")
def command(
    verb: str,
    repositories: tuple[str, ...],
    policies: tuple[str, ...],
    boundaries: tuple[str, ...],
    repository_policy: str | None,
    principal: str | None,
    roles: tuple[str, ...],
    users: tuple[str, ...],
    sessions: tuple[str, ...],
    source: str,
    account: str | None,
    region: str,
    pairs: tuple[str, ...],
    matrix: bool,
    server: str | None,
    data: Path | None,
    output: str,
) -> None:
    """Say what policies let a principal do with a repository, what is missing, and the statement to add."""
    if account is not None and not re.fullmatch(r"\d{12}", account, re.ASCII):
        raise Stopped(f"`{account}` is no account", "it has 12 digits", status=USAGE)
    names = repositories or (("*",) if verb == "login" else ())
    if not matrix and len(names) != 1:
        raise Stopped("give one repository, or --matrix", f"dockreeve can {verb} 'team/*' ...", status=USAGE)
    given = known_context(pairs)
    named = bool(roles or users or sessions)
    if named == bool(policies) and (named or not matrix):
        raise Stopped(
            "say whose policies: --policy, or --role, --user, --session", "dockreeve can --help", status=USAGE
        )
    if policies:
        if matrix and not names:
            raise Stopped("a matrix of files needs repositories", f"dockreeve can {verb} app 'team/*'", status=USAGE)
        files = _Files(policies, boundaries, repository_policy, principal, account or "", region)
        asked = [one for name in names for one in files.asked(name, source, matrix)]
    elif boundaries or repository_policy or principal:
        raise Stopped("--boundary, --repository-policy and --principal go with --policy", status=USAGE)
    else:
        from dockreeve.cli.can_server import Server  # noqa: PLC0415 (slow to import)

        found = Server(server, data, region, account).asked(roles, users, sessions, names, source)
        asked = [Asked(*one) for one in found]
    if sessions:
        # What IAM keeps to itself: no API shows the policies and tags of a session.
        say("a session is decided by its role's policies; a session policy may allow less", err=True)
    verbs = list(VERBS.values()) if verb == ALL else [VERBS[verb]]
    answers = [(one, _answer(each, one, given)) for one in asked for each in verbs]
    _print(answers, output, matrix)
    if not all(answer for _, answer in answers):
        raise click.exceptions.Exit(CHECK_SAID_NO)


class _Files(NamedTuple):
    """What the options say about files."""

    policies: tuple[str, ...]
    boundaries: tuple[str, ...]
    repository_policy: str | None
    principal: str | None
    account: str
    region: str

    def asked(self, repository: str, source: str, matrix: bool) -> Iterator[Asked]:
        """One question for each owner of policies; several owners only for a matrix. Raise `Stopped`."""
        arn = self.principal or f"arn:aws:iam::{self.account or ACCOUNT}:role/these-policies"
        if (principal := _PRINCIPAL.fullmatch(arn)) is None:
            raise Stopped(f"`{arn}` is no principal's ARN", "arn:aws:iam::ACCOUNT:role/NAME", status=USAGE)
        owners = by_owner(identity_sources(self.policies))
        if len(owners) > 1 and not matrix:
            raise Stopped(f"there are policies of {', '.join(map(repr, owners))}", "ask for a --matrix", status=USAGE)
        boundary = policy_set(identity_sources(self.boundaries)) if self.boundaries else None
        own = None
        if self.repository_policy:
            from dockreeve.cli.policy_input import sources  # noqa: PLC0415

            own = policy_set(sources([self.repository_policy]), Kind.REPOSITORY)
        place = Place(self.account or principal[1], self.region, repository, source)
        for owner, found in owners.items():
            identity = policy_set(found)
            held = Held(identity=identity, boundary=boundary, resource=own)
            elsewhere = Held(identity=identity, boundary=boundary) if source else None
            context: Keys = {"aws:PrincipalArn": _role_of(arn)} if self.principal else {}
            yield Asked(owner or "these policies", place, Subject(arn, held, context, (), elsewhere))


def _role_of(arn: str) -> str:
    """What aws:PrincipalArn holds: a session's role, else the principal itself [GLOBAL]."""
    session = _SESSION.fullmatch(arn)
    return arn if session is None else f"{session[1]}:iam::{session[2]}:role/{session[3]}"


def _answer(verb: Verb, asked: Asked, given: Keys) -> Answer:
    """With what is given on the command line put before what is known otherwise. Raise `Stopped`."""
    place, who = asked.place, asked.who
    known = {"aws:RequestedRegion": place.region, "aws:ResourceAccount": place.account, **who.context}
    told = {key.lower() for key in given}
    context = {key: value for key, value in known.items() if key.lower() not in told} | given
    absent = tuple(key for key in who.absent if key.lower() not in told)
    try:
        return can(verb, place, replace(who, context=context, absent=absent))
    except NoSuchName:
        raise Stopped(
            f"`{place.repository}` can't name a repository", "small letters, digits and . _ - /", status=USAGE
        ) from None


def _print(answers: Sequence[tuple[Asked, Answer]], output: str, matrix: bool) -> None:
    from dockreeve.cli.can_answers import as_json, as_table, as_text  # noqa: PLC0415

    named = [(asked.name, asked.who.principal, answer) for asked, answer in answers]
    if output == "json":
        hand_over(as_json(named))
    else:
        say(*(as_table(named) if matrix else as_text([answer for _, answer in answers])))
