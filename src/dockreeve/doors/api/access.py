"""Endpoints about what policies grant: can, the matrix, who can, the verdict on a draft, and lint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

from dockreeve.aws.operation import ANYTHING, Need
from dockreeve.doors.api.endpoint import Answer, Behind, Endpoint
from dockreeve.doors.api.shapes import asked, invalid
from dockreeve.doors.api.worked import worked
from dockreeve.faults import Fault
from dockreeve.policy import Request, evaluate
from dockreeve.policy.document import Kind
from dockreeve.policy.held import Layer
from dockreeve.policy.lint import lint
from dockreeve.policy.prove.can import Answer as Proof
from dockreeve.policy.prove.can import NoSuchName, Outcome, Place, Subject, can
from dockreeve.policy.prove.described import described, line_of, spelled
from dockreeve.policy.verbs import VERBS, On
from dockreeve.services import access
from dockreeve.services.call import Call
from dockreeve.storage import Principal

DOCUMENT = 20_480  # characters of a document: IAM's largest kind is half of it, white space not counted
_LARGEST = 256 * 1024  # bytes of a body
_CELLS = 200  # answers of one request; each is milliseconds of proof
_PRINCIPALS = 50

VerbName = Literal["login", "pull", "push", "push-containerd", "delete", "list", "tag", "copy", "create", "admin"]
OutcomeWord = Literal["yes", "no", "depends", "some", "undecided"]


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """A document to be tried instead of, or beside, what is stored."""

    document: str = asked("The policy document.", high=DOCUMENT)
    policy_arn: str = asked("The managed policy that it is to replace; none: it is added.", "", high=300)


@dataclass(frozen=True, slots=True)
class CanRequest:
    """Whose rights, and to do what. Give `principal`, or `policies`."""

    principal: str | None = asked("role/NAME, user/NAME, or its ARN.", None, low=1, high=600)
    policies: tuple[str, ...] = asked(
        "Identity policies (documents) to be looked at instead.", (), high=20, each=DOCUMENT
    )
    boundary: str | None = asked("With policies: a permissions boundary (document).", None, high=DOCUMENT)
    repository_policy: str | None = asked("A document instead of the repository's own policy.", None, high=DOCUMENT)
    draft: DraftRequest | None = asked("With principal: a document to be tried, and what it replaces.", None)
    verbs: tuple[VerbName, ...] = asked("What is to be done; all if none is given.", (), high=10)
    repositories: tuple[str, ...] = asked("Names or patterns (team/*).", ("*",), low=1, high=20)
    source: str = asked("For copy: where from; itself if not given.", "", name="from", high=256)
    context: dict[str, str | tuple[str, ...]] | None = asked("What condition keys hold.", None)


@dataclass(frozen=True, slots=True)
class MatrixRequest:
    """A table of principals and repositories."""

    principals: tuple[str, ...] = asked("role/NAME, user/NAME or ARNs; all if none is given.", (), high=_PRINCIPALS)
    repositories: tuple[str, ...] = asked("Names or patterns; all if none is given.", (), high=50)
    verbs: tuple[VerbName, ...] = asked("What is to be done.", ("pull", "push"), low=1, high=10)


@dataclass(frozen=True, slots=True)
class WhoRequest:
    """Who can do something with one repository."""

    verb: VerbName = asked("What is to be done.")
    repository: str = asked("The repository's name.", low=2, high=256)


@dataclass(frozen=True, slots=True)
class VerdictRequest:
    """A draft policy, to be said in container verbs."""

    document: str = asked("The policy document, as it stands in the editor.", high=DOCUMENT)
    repository: str = asked("A name or pattern.", "*", low=1, high=256)
    verbs: tuple[VerbName, ...] = asked("What is to be said.", ("login", "pull", "push"), low=1, high=10)
    principal: str | None = asked("Whose other policies count too: role/NAME, user/NAME or ARN.", None, high=600)
    policy_arn: str = asked("With principal: the managed policy that the draft is to replace.", "", high=300)


@dataclass(frozen=True, slots=True)
class LintRequest:
    """A document to be checked."""

    document: str = asked("The policy document.", high=DOCUMENT)
    kind: Literal["identity", "trust", "repository", "registry", "scp", "rcp", "endpoint"] = asked(
        "What it is for.", "identity"
    )
    description: str = asked("What it promises.", "", high=1000)
    beside: tuple[str, ...] = asked(
        "Other identity policies of the same principal (documents).", (), high=20, each=DOCUMENT
    )


class Case(TypedDict):
    """The answer for one name, which stands for all that the policies don't tell from it."""

    name: str
    answer: OutcomeWord
    dependsOn: list[str]
    when: dict[str, Any]
    reason: str


class DeniedBy(TypedDict):
    """A statement that denies."""

    policy: str
    sid: str | None
    index: int
    line: int


class MissingAction(TypedDict):
    """An action that is refused in every context."""

    action: str
    resource: str
    source: bool
    verdict: str
    sentence: str
    deniedBy: list[DeniedBy]


class Added(TypedDict):
    """A statement to add to the policies of a layer."""

    to: str
    statement: dict[str, Any]


class CanAnswer(TypedDict):
    """Whether somebody can do something, exactly over all names that match."""

    verb: VerbName
    repository: str
    account: str
    region: str
    principal: str
    answer: OutcomeWord
    cases: list[Case]
    missing: list[MissingAction]
    dependsOn: list[str]
    add: list[Added] | None
    thenDependsOn: list[str]


class Answers(TypedDict):
    """One answer for each repository and verb."""

    answers: list[CanAnswer]


class Row(TypedDict):
    """One principal: by repository and verb, whether it can."""

    principal: str
    name: str
    cells: dict[str, dict[str, OutcomeWord]]


class Matrix(TypedDict):
    """Principals down, repositories across. `more`: there are others that were left out."""

    repositories: list[str]
    rows: list[Row]
    more: bool


class Path(TypedDict):
    """The statement that allows an action."""

    action: str
    layer: str
    policy: str
    sid: str | None
    index: int
    line: int


class Able(TypedDict):
    """Somebody who can, at least in some context, and by which statements."""

    principal: str
    name: str
    answer: OutcomeWord
    dependsOn: list[str]
    by: list[Path]


class Who(TypedDict):
    """Everybody who can. `more`: there are principals that were not looked at."""

    principals: list[Able]
    more: bool


class Said(TypedDict):
    """One verb's line of the verdict."""

    verb: VerbName
    sentence: str
    answer: OutcomeWord
    missing: list[str]
    denied: list[str]
    dependsOn: list[str]
    add: list[dict[str, Any]] | None


class Trouble(TypedDict):
    """Why the document can't be read."""

    message: str


class Verdict(TypedDict):
    """What a draft means; no verbs while it can't be read."""

    verbs: list[Said]
    error: Trouble | None


class Findings(TypedDict):
    """What lint found, the worst first, each in the shape of Access Analyzer's ValidatePolicy."""

    findings: list[dict[str, Any]]


async def _can_needs(call: Call, asks: CanRequest) -> Sequence[Need]:
    return [await _about(call, asks.principal)]


async def _can(behind: Behind, call: Call, asks: CanRequest) -> Answer:
    if bool(asks.principal) == bool(asks.policies):
        raise invalid("give principal, or policies")
    verbs: Sequence[str] = asks.verbs or tuple(VERBS)
    _bound(len(verbs) * len(asks.repositories))
    if asks.principal:
        draft = access.Draft(asks.draft.document, asks.draft.policy_arn) if asks.draft else None
        who = await access.subject(call, await access.principal_named(call, asks.principal), draft)
    else:
        who = access.subject_of_policies(call, asks.policies, asks.boundary)
    questions = []
    for name in asks.repositories:
        place = Place(call.account, call.region, name, asks.source)
        there = await access.at(call, who, place, asks.repository_policy)
        questions += [(verb, place, _given(there, asks.context or {})) for verb in verbs]
    proofs = await worked(lambda: [_proof(*one) for one in questions])
    return {"answers": [described(who.principal, one) for one in proofs]}


async def _matrix_needs(call: Call, asks: MatrixRequest) -> Sequence[Need]:
    return [await _about(call, one) for one in asks.principals or (None,)]


async def _matrix(behind: Behind, call: Call, asks: MatrixRequest) -> Answer:
    principals = [await access.principal_named(call, one) for one in asks.principals]
    principals = principals or await access.everyone(call, _PRINCIPALS)
    found = await call.records.registry.repositories(call.account, call.region, limit=51)
    names = list(asks.repositories) or [one.name for one in found][:50]
    more = len(principals) > _PRINCIPALS or (not asks.repositories and len(found) > 50)  # noqa: PLR2004
    principals = principals[:_PRINCIPALS]
    most = _CELLS // max(1, len(names) * len(asks.verbs))
    if len(principals) > most:
        if asks.principals or most == 0:
            _bound(len(principals) * len(names) * len(asks.verbs))
        principals, more = principals[:most], True
    questions = []
    for principal in principals:
        who = await access.subject(call, principal)
        for name in names:
            place = Place(call.account, call.region, name)
            there = await access.at(call, who, place)
            questions += [(principal, name, verb, place, there) for verb in asks.verbs]
    proofs = await worked(lambda: [_proof(verb, place, there).outcome for _, _, verb, place, there in questions])
    cells: dict[str, dict[str, dict[str, str]]] = {}
    for (principal, name, verb, _, _), outcome in zip(questions, proofs, strict=True):
        cells.setdefault(principal.arn, {}).setdefault(name, {})[verb] = outcome.value
    rows = [{"principal": one.arn, "name": _label(one), "cells": cells.get(one.arn, {})} for one in principals]
    return {"repositories": names, "rows": rows, "more": more}


async def _who_needs(call: Call, asks: WhoRequest) -> Sequence[Need]:
    return [await _about(call, None)]


async def _who(behind: Behind, call: Call, asks: WhoRequest) -> Answer:
    if "*" in asks.repository or "?" in asks.repository:
        raise invalid("repository must be one name, not a pattern")
    place = Place(call.account, call.region, asks.repository)
    principals = await access.everyone(call, _CELLS)
    subjects = [(one, await access.at(call, await access.subject(call, one), place)) for one in principals[:_CELLS]]
    able = await worked(lambda: list(_able(asks.verb, place, subjects)))
    return {"principals": able, "more": len(principals) > _CELLS}


def _able(verb: str, place: Place, subjects: Iterable[tuple[Principal, Subject]]) -> Iterable[dict[str, Any]]:
    for principal, who in subjects:
        proof = _proof(verb, place, who)
        if proof.outcome is Outcome.NO:
            continue
        yield {
            "principal": principal.arn,
            "name": _label(principal),
            "answer": proof.outcome.value,
            "dependsOn": [spelled(key) for key in proof.keys],
            "by": list(_paths(verb, place, who, proof)),
        }


def _paths(verb: str, place: Place, who: Subject, proof: Proof) -> Iterable[dict[str, Any]]:
    """The statements that allow each action, in a context in which it can be done."""
    when = next((case.when for case in proof.cases if case.when), {})
    for need in VERBS[verb].needs:
        held = replace(who.held, resource=None) if need.on is On.EVERYTHING else who.held
        ask = Request(who.principal, need.action, place.arn(need.on), {**who.context, **when}, place.account)
        decision = evaluate(ask, held)
        for entry in decision.deciding if decision else ():
            policy, statement = entry
            yield {
                "action": need.action,
                "layer": (decision.layer or Layer.IDENTITY).value,
                "policy": policy.uri,
                "sid": statement.sid,
                "index": statement.index,
                "line": line_of(entry),
            }


async def _verdict_needs(call: Call, asks: VerdictRequest) -> Sequence[Need]:
    if asks.principal:
        return [Need("dockreeve:GetVerdict", ANYTHING), await _about(call, asks.principal)]
    return [Need("dockreeve:GetVerdict", ANYTHING)]


async def _verdict(behind: Behind, call: Call, asks: VerdictRequest) -> Answer:
    place = Place(call.account, call.region, asks.repository)
    try:
        if asks.principal:
            draft = access.Draft(asks.document, asks.policy_arn)
            who = await access.subject(call, await access.principal_named(call, asks.principal), draft)
            who = await access.at(call, who, place)
        else:
            who = access.subject_of_policies(call, (asks.document,))
    except Fault as fault:
        if fault.code != "MalformedPolicyDocument":
            raise
        return {"verbs": [], "error": {"message": fault.message}}
    proofs = await worked(lambda: [_proof(verb, place, who) for verb in asks.verbs])
    return {"verbs": [_said(proof) for proof in proofs], "error": None}


def _said(proof: Proof) -> dict[str, Any]:
    refused = [(one.need.action, one.decision.deciding) for one in proof.missing]
    return {
        "verb": proof.verb.name,
        "sentence": proof.verb.sentence,
        "answer": proof.outcome.value,
        "missing": [action for action, denying in refused if not denying],
        "denied": [action for action, denying in refused if denying],
        "dependsOn": [spelled(key) for key in proof.keys],
        "add": None if proof.additions is None else [one.statement for one in proof.additions],
    }


async def _lint_needs(call: Call, asks: LintRequest) -> Sequence[Need]:
    return [Need("dockreeve:LintPolicy", ANYTHING)]


async def _lint(behind: Behind, call: Call, asks: LintRequest) -> Answer:
    kind = Kind(asks.kind)
    found = await worked(lambda: lint(asks.document, kind, description=asks.description, beside=asks.beside))
    return {"findings": [one.described() for one in found]}


async def _about(call: Call, principal: str | None) -> Need:
    """The right to know what somebody can do; on `*` it is about everybody, and about policies that are given."""
    return Need("dockreeve:GetAccess", await access.touched(call, principal) if principal else ANYTHING)


def _proof(verb: str, place: Place, who: Subject) -> Proof:
    try:
        return can(VERBS[verb], place, who)
    except NoSuchName:
        raise invalid(f"`{place.repository}` can't name a repository: small letters, digits and . _ - /") from None


def _given(who: Subject, context: dict[str, Any]) -> Subject:
    """With what is given put before what is known otherwise."""
    told = {key.lower() for key in context}
    known = {key: value for key, value in who.context.items() if key.lower() not in told} | context
    return replace(who, context=known, absent=tuple(key for key in who.absent if key.lower() not in told))


def _bound(cells: int) -> None:
    if cells > _CELLS:
        raise invalid(f"that are {cells} answers; one request gives at most {_CELLS}")


def _label(principal: Principal) -> str:
    return f"{principal.kind} {principal.name}"


_EXAMPLE = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}}'

ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/can",
        "Say what a principal, or policies, can do with repositories, what is missing, and the statement to add",
        CanRequest,
        Answers,
        ("dockreeve:GetAccess",),
        _can_needs,
        _can,
        {"policies": [_EXAMPLE], "verbs": ["pull"], "repositories": ["app"]},
        _LARGEST,
    ),
    Endpoint(
        "POST",
        "/api/matrix",
        "Say in a table who can do what with which repositories",
        MatrixRequest,
        Matrix,
        ("dockreeve:GetAccess",),
        _matrix_needs,
        _matrix,
        {"verbs": ["pull"]},
    ),
    Endpoint(
        "POST",
        "/api/who",
        "Say who can do something with a repository, and by which statements",
        WhoRequest,
        Who,
        ("dockreeve:GetAccess",),
        _who_needs,
        _who,
        {"verb": "pull", "repository": "app"},
    ),
    Endpoint(
        "POST",
        "/api/verdict",
        "Say a draft policy in container verbs, for the card beside an editor",
        VerdictRequest,
        Verdict,
        ("dockreeve:GetVerdict", "dockreeve:GetAccess"),
        _verdict_needs,
        _verdict,
        {"document": _EXAMPLE},
    ),
    Endpoint(
        "POST",
        "/api/lint",
        "Find errors, risks and broken promises in a policy document",
        LintRequest,
        Findings,
        ("dockreeve:LintPolicy",),
        _lint_needs,
        _lint,
        {"document": _EXAMPLE},
        _LARGEST,
    ),
)
