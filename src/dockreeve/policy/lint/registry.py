"""Checks of our own, which need to know what a registry is: docker's verbs, repositories, promises."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from dockreeve.policy.catalogue import catalogue
from dockreeve.policy.document import Kind
from dockreeve.policy.lint.covers import covers, effort, overlaps
from dockreeve.policy.lint.draft import Draft, Statement
from dockreeve.policy.lint.granted import VERBS, Granted, granted
from dockreeve.policy.lint.resources import arns
from dockreeve.policy.lint.table import ERROR, IDENTITY, SUGGESTION, TRUST, WARNING, Found, at, check
from dockreeve.policy.parse import OLD_VERSION

_ECR_ACTIONS = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html"
)
_ECR_PUSH = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"
_ECR_PULL = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html"
_ECR_LOGIN = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html"
_ECR_POLICIES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html"
_VERSION = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"
_ROLE_SERVICES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html"

_MOST = 300_000  # microseconds, or thereabouts, of comparing with repositories
_WILDCARD = re.compile(r"[*?]")
_LAST = "\U0010ffff"

_PROMISES = {
    "login": re.compile(r"\b(?:log[\s-]?in|authenticat\w*)\b", re.IGNORECASE),
    "pull": re.compile(r"\bpull\w*\b", re.IGNORECASE),
    "push": re.compile(r"\bpush\w*\b", re.IGNORECASE),
    "delete": re.compile(r"\b(?:delet\w*|remov\w*)\b", re.IGNORECASE),
    "list": re.compile(r"\blist\w*\b", re.IGNORECASE),
}
_PROMISES_NOT = re.compile(r"\b(?:no|not|never|without|except|deny|denies|forbids?|can't|cannot)\b", re.IGNORECASE)
_USES = {
    "ECS": (re.compile(r"\bECS\b|\bfargate\b", re.IGNORECASE), ("ecs-tasks.amazonaws.com", "ecs.amazonaws.com")),
    "EC2": (re.compile(r"\bEC2\b", re.IGNORECASE), ("ec2.amazonaws.com",)),
    "Lambda": (re.compile(r"\blambda\b", re.IGNORECASE), ("lambda.amazonaws.com",)),
    "CodeBuild": (re.compile(r"\bcode\s?build\b", re.IGNORECASE), ("codebuild.amazonaws.com",)),
    "EKS": (
        re.compile(r"\bEKS\b", re.IGNORECASE),
        ("eks.amazonaws.com", "pods.eks.amazonaws.com", "ec2.amazonaws.com"),
    ),
}


@check(
    "REGISTRY_OLD_VERSION",
    ERROR,
    "IAM stores identity policies of the version 2012-10-17 only, and this one {counts}. Write `2012-10-17`.",
    kinds=IDENTITY,
    learn_more=_VERSION,
)
def old_version(draft: Draft) -> Iterator[Found]:
    if draft.version is not None and draft.version.value == OLD_VERSION:
        yield at(draft.version.spot, counts=f"is of {OLD_VERSION}")
    elif "Version" not in draft.members and draft.statements:
        yield at(draft.root, counts=f"has none, which counts as {OLD_VERSION}")


@check(
    "REGISTRY_PULL_INCOMPLETE",
    WARNING,
    "docker pull needs one action more: `{missing}`. `{present}` alone can't pull.",
    kinds=IDENTITY,
    learn_more=_ECR_PULL,
)
def nearly_pull(draft: Draft) -> Iterator[Found]:
    return _nearly(draft, "pull", 1)


@check(
    "REGISTRY_PUSH_INCOMPLETE",
    WARNING,
    "docker push needs more: `{missing}`. `{present}` alone can't push.",
    kinds=IDENTITY,
    learn_more=_ECR_PUSH,
)
def nearly_push(draft: Draft) -> Iterator[Found]:
    return _nearly(draft, "push", 2)


def _nearly(draft: Draft, verb: str, most: int) -> Iterator[Found]:
    """Reported in the document that grants the most of the verb's actions itself."""
    together = _together(draft)
    missing = together.missing(verb)
    own = granted([draft])
    here = [own.actions[action] for action in VERBS[verb] if action in own.actions]
    if not here or not 0 < len(missing) <= most:
        return
    others = (granted([other]).missing(verb) for other in draft.purpose.beside)
    if any(len(other) < len(own.missing(verb)) for other in others):
        return
    present = [action for action in VERBS[verb] if action not in missing]
    yield at(*here, missing="`, `".join(missing), present="`, `".join(present))


def _together(draft: Draft) -> Granted:
    return granted([draft, *draft.purpose.beside])


@check(
    "REGISTRY_LOGIN_MISSING",
    SUGGESTION,
    "Nobody pulls or pushes without a login, which needs `ecr:GetAuthorizationToken` on `*` in this or another policy.",
    kinds=IDENTITY,
    learn_more=_ECR_LOGIN,
)
def no_login(draft: Draft) -> Iterator[Found]:
    together, own = _together(draft), granted([draft])
    works = [verb for verb in ("pull", "push") if not together.missing(verb) and not own.missing(verb)]
    if works and together.missing("login"):
        yield at(own.actions[VERBS[works[0]][0]])


@check(
    "REGISTRY_ACTION_NEEDS_STAR",
    WARNING,
    "`{action}` has no resource types: it is only ever authorized on `*`, so it has no effect on the resources here. "
    "Move it to a statement with `Resource` `*`.",
    kinds=frozenset(Kind) - {Kind.TRUST, Kind.REPOSITORY},
    learn_more=_ECR_ACTIONS,
)
def scoped_to_no_avail(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        listed = statement.resources
        is_scoped = listed is not None and not listed.inverted and len(listed.values) > 0
        if listed is None or not is_scoped or any(not one.value.strip("*") for one in listed.values):
            continue
        yield from _without_types(statement)


@check(
    "REGISTRY_ACTION_NOT_ON_REPOSITORY",
    WARNING,
    "`{action}` is not an action on a repository, so a repository policy can't allow or deny it.",
    kinds=frozenset({Kind.REPOSITORY}),
    learn_more=_ECR_ACTIONS,
)
def not_on_a_repository(draft: Draft) -> Iterator[Found]:
    for statement in draft.statements:
        yield from _without_types(statement)


def _without_types(statement: Statement) -> Iterator[Found]:
    listed = statement.actions
    for action in listed.values if listed is not None and not listed.inverted else ():
        known = catalogue().action(action.value)
        if known is not None and not known.resource_types:
            yield at(action.spot, action=known.name)


@check(
    "REGISTRY_DESCRIPTION_PROMISES",
    WARNING,
    'The description promises `{verb}` ("{description}"), and the policy lacks `{missing}`.',
    kinds=IDENTITY,
    learn_more=_ECR_POLICIES,
)
def broken_promise(draft: Draft) -> Iterator[Found]:
    description = draft.purpose.description
    own = granted([draft])
    if not own.actions or _PROMISES_NOT.search(description):
        return  # not about a registry, or it says what it does not grant
    for verb, pattern in _PROMISES.items():
        missing = own.missing(verb)
        if missing and pattern.search(description):
            yield at(draft.root, verb=verb, description=description, missing="`, `".join(missing))


@check(
    "REGISTRY_NO_SUCH_REPOSITORY",
    WARNING,
    "No repository of the account {account} matches `{resource}`.{hint}",
    kinds=IDENTITY | frozenset({Kind.REGISTRY}),
    learn_more=_ECR_POLICIES,
)
def no_such_repository(draft: Draft) -> Iterator[Found]:
    account, repositories = draft.purpose.account, draft.purpose.repositories
    if repositories is None or account is None:
        return
    names = sorted(repositories)
    spelled = {name.lower(): name for name in reversed(names)}
    left = _MOST
    for arn in arns(draft):
        kind, slash, wanted = arn.resource.partition("/")
        if arn.service != "ecr" or kind + slash != "repository/" or not overlaps(arn.account, account):
            continue
        if "${" in arn.text.value or wanted in repositories:
            continue
        head = _WILDCARD.split(wanted, maxsplit=1)[0]
        begin = end = 0
        if head != wanted:
            begin, end = bisect_left(names, head), bisect_left(names, head + _LAST)
        left -= sum(effort(wanted, name) for name in names[begin:end])
        if left < 0:
            return
        if not any(covers(wanted, name) for name in names[begin:end]):
            near = spelled.get(wanted.lower())
            hint = f" Letters are told apart: did you mean `{near}`?" if near else ""
            yield at(arn.text.spot, account=account, resource=arn.text.value, hint=hint)


@check(
    "REGISTRY_TRUST_DOES_NOT_FIT",
    WARNING,
    'The role is said to be for {use} ("{description}"), and trusts `{trusted}`. {use} assumes roles as `{service}`.',
    kinds=TRUST,
    learn_more=_ROLE_SERVICES,
)
def trusts_another_service(draft: Draft) -> Iterator[Found]:
    description = draft.purpose.description
    trusted = {
        text.value: text.spot
        for statement in draft.statements
        for kind, text in (statement.principals.named if statement.principals else ())
        if kind == "Service" and statement.allows
    }
    uses = _uses(description)
    if not trusted or any(service in trusted for services in uses.values() for service in services):
        return
    for use, services in uses.items():
        yield at(*trusted.values(), use=use, description=description, trusted="`, `".join(trusted), service=services[0])


def _uses(description: str) -> Mapping[str, tuple[str, ...]]:
    return {use: services for use, (pattern, services) in _USES.items() if pattern.search(description)}
