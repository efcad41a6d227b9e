"""Principals and repositories of a server as `can` takes them, read as any client of IAM and ECR would."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dockreeve.cli.outcome import NOT_AUTHORIZED, NOT_FOUND, USAGE, Stopped
from dockreeve.cli.policy_sets import Keys
from dockreeve.cli.sdk import asked as asked_of
from dockreeve.cli.sdk import client
from dockreeve.policy.document import Kind, Malformed
from dockreeve.policy.held import Held, Policy, PolicySet
from dockreeve.policy.parse import parse
from dockreeve.policy.prove.can import Place, Subject

_NO_POLICY = {"RepositoryPolicyNotFoundException", "RepositoryNotFoundException", "RegistryPolicyNotFoundException"}
_WILDCARDS = frozenset("*?")
_PRINCIPAL_TAG = "aws:PrincipalTag/"


class Server:
    """A server, asked with the keys of whoever runs the command. Every method raises `Stopped`."""

    def __init__(self, url: str | None, data: Path | None, region: str, account: str | None) -> None:
        self._url, self._data = url, data
        self._region, self._account = region, account
        self._tags_of: dict[str, Mapping[str, str] | None] = {}

    @cached_property
    def _iam(self) -> Any:
        return client("iam", self._url, self._data)

    @cached_property
    def _ecr(self) -> Any:
        return client("ecr", self._url, self._data)

    def asked(
        self,
        roles: Iterable[str],
        users: Iterable[str],
        sessions: Iterable[str],
        repositories: Iterable[str],
        source: str,
    ) -> Iterator[tuple[str, Place, Subject]]:
        """Every principal with every repository; all there are, where none is named."""
        principals = [self._role(name) for name in roles]
        principals += [self._user(name) for name in users]
        principals += [self._session(arn) for arn in sessions]
        if not principals:
            principals = [self._role(one["RoleName"]) for one in self._all(self._iam, "list_roles", "Roles")]
            principals += [self._user(one["UserName"]) for one in self._all(self._iam, "list_users", "Users")]
        names = list(repositories) or [
            one["repositoryName"] for one in self._all(self._ecr, "describe_repositories", "repositories")
        ]
        if not principals or not names:
            raise Stopped("the server has no such principals and repositories", status=NOT_FOUND)
        policies = {name: self._policies_of(name) for name in dict.fromkeys((*names, *filter(None, [source])))}
        for label, who in principals:
            account = self._account or who.principal.split(":")[4]
            for name in names:
                place = Place(account, self._region, name, source)
                yield (
                    label,
                    place,
                    replace(
                        who,
                        held=_with(who.held, policies[name]),
                        source=_with(who.held, policies[source]) if source else None,
                        tags=self._tags(place.beginning, name),
                        source_tags=self._tags(place.beginning, source) if source else None,
                    ),
                )

    def _tags(self, beginning: str, repository: str) -> Mapping[str, str] | None:
        """All tags of a repository, none where there is no such one yet; None for a pattern, and where the caller may
        not list them."""
        if _WILDCARDS & set(repository):
            return None
        arn = beginning + repository
        if arn not in self._tags_of:
            self._tags_of[arn] = self._listed_tags(arn)
        return self._tags_of[arn]

    def _listed_tags(self, arn: str) -> Mapping[str, str] | None:
        from botocore.exceptions import ClientError  # noqa: PLC0415 (slow to import)

        def answer() -> Mapping[str, str]:
            try:
                tags = self._ecr.list_tags_for_resource(resourceArn=arn)["tags"]
            except ClientError as error:
                if error.response["Error"]["Code"] == "RepositoryNotFoundException":
                    return {}
                raise
            return {tag["Key"]: tag["Value"] for tag in tags}

        try:
            found: Mapping[str, str] = asked_of(answer)
        except Stopped as stopped:
            if stopped.status == NOT_AUTHORIZED:
                return None
            raise
        return found

    def _role(self, name: str) -> tuple[str, Subject]:
        role = asked_of(lambda: self._iam.get_role(RoleName=name))["Role"]
        context = _context(role, "AssumedRole")
        return f"role {name}", Subject(role["Arn"], self._held("role", name, role), context, ("aws:username",))

    def _user(self, name: str) -> tuple[str, Subject]:
        user = asked_of(lambda: self._iam.get_user(UserName=name))["User"]
        context = _context(user, "User") | {"aws:username": name, "aws:userid": user["UserId"]}
        return f"user {name}", Subject(user["Arn"], self._held("user", name, user), context)

    def _session(self, arn: str) -> tuple[str, Subject]:
        """The role's rights. A session's own policies and tags are known only to whoever made it: of the tags, which
        may replace the role's, nothing is taken for known."""
        kind, _, rest = arn.rpartition(":")[2].partition("/")
        role, _, session = rest.partition("/")
        if kind != "assumed-role" or not session:
            raise Stopped(f"`{arn}` is no session's ARN", "arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME", status=USAGE)
        _, who = self._role(role)
        context = {key: value for key, value in who.context.items() if not key.startswith(_PRINCIPAL_TAG)}
        return f"session {session}", replace(who, principal=arn, context=context)

    def _held(self, kind: str, name: str, entity: Mapping[str, Any]) -> Held:
        named = {f"{kind.capitalize()}Name": name}
        attached = self._all(self._iam, f"list_attached_{kind}_policies", "AttachedPolicies", **named)
        found = [self._managed(one["PolicyArn"]) for one in attached]
        for inline in self._all(self._iam, f"list_{kind}_policies", "PolicyNames", **named):
            call = getattr(self._iam, f"get_{kind}_policy")
            answer = asked_of(partial(call, PolicyName=inline, **named))
            found.append(_policy(answer["PolicyDocument"], inline, inline=True))
        boundary = entity.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return Held(identity=PolicySet(found), boundary=PolicySet([self._managed(boundary)]) if boundary else None)

    def _managed(self, arn: str) -> Policy:
        version = asked_of(lambda: self._iam.get_policy(PolicyArn=arn))["Policy"]["DefaultVersionId"]
        answer = asked_of(lambda: self._iam.get_policy_version(PolicyArn=arn, VersionId=version))
        return _policy(answer["PolicyVersion"]["Document"], arn, inline=False)

    def _policies_of(self, repository: str) -> PolicySet | None:
        """The repository's policy, where it is one repository, and the registry's."""
        found = []
        if not _WILDCARDS & set(repository):
            text = self._text(lambda: self._ecr.get_repository_policy(repositoryName=repository))
            found += [_policy(text, "repository policy", Kind.REPOSITORY)] if text else []
        text = self._text(self._ecr.get_registry_policy)
        found += [_policy(text, "registry policy", Kind.REGISTRY)] if text else []
        return PolicySet(found) if found else None

    @staticmethod
    def _text(call: Callable[[], Any]) -> str:
        from botocore.exceptions import ClientError  # noqa: PLC0415 (slow to import)

        def answer() -> str:
            try:
                return str(call()["policyText"])
            except ClientError as error:
                if error.response["Error"]["Code"] in _NO_POLICY:
                    return ""
                raise

        return str(asked_of(answer))

    @staticmethod
    def _all(service: Any, operation: str, member: str, **params: str) -> list[Any]:
        pages = asked_of(lambda: list(service.get_paginator(operation).paginate(**params)))
        return [one for page in pages for one in page[member]]


def _with(held: Held, resource: PolicySet | None) -> Held:
    return Held(identity=held.identity, boundary=held.boundary, resource=resource)


def _context(entity: Mapping[str, Any], kind: str) -> Keys:
    tags = {f"{_PRINCIPAL_TAG}{tag['Key']}": tag["Value"] for tag in entity.get("Tags", ())}
    return {
        "aws:PrincipalArn": entity["Arn"],
        "aws:PrincipalAccount": entity["Arn"].split(":")[4],
        "aws:PrincipalType": kind,
        "aws:PrincipalIsAWSService": "false",
        "aws:ViaAWSService": "false",
        **tags,
    }


def _policy(text: str, name: str, kind: Kind = Kind.IDENTITY, *, inline: bool = True) -> Policy:
    try:
        return Policy(parse(unquote(text) if text.startswith("%") else text, kind), name, inline)
    except Malformed as error:
        raise Stopped(f"the server's policy {name} can't be read: {error.detail}") from None
