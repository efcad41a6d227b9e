"""What a request is about: the resource's account, its tags, and the policies that it carries itself."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from dockreeve.aws.operation import Touched
from dockreeve.gate.context import Keys, resource_keys
from dockreeve.policy import Kind, Policy, PolicySet, parse
from dockreeve.services.call import Caller
from dockreeve.services.iam import trust
from dockreeve.storage import Kind as PrincipalKind
from dockreeve.storage import Records, RegistryPolicy, Repository

_CACHED = 4096  # compiled resource policies remembered at a time
_ASSUMING = frozenset({"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity", "sts:AssumeRoleWithWebIdentity"})
# ECR user guide, "Private registry permissions": what scope V1 enforces
_SCOPE_V1 = frozenset({"ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"})


@dataclass(frozen=True, slots=True)
class Side:
    """The resource's side of a request."""

    account: str
    keys: Keys
    resource: PolicySet | None = None
    trust: PolicySet | None = None


class Resources:
    """Finds the resource's side; keeps compiled documents by their text."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._compiled: OrderedDict[tuple[object, ...], PolicySet] = OrderedDict()

    async def side(self, caller: Caller, action: str, touched: Touched) -> Side:
        """The account, keys and policies of what `touched` names. `*` belongs to the caller's account."""
        service, region, account, rest = _segments(touched.arn)
        service = service or action.partition(":")[0]
        # AWS managed policies belong to every account.
        account = caller.account if account in ("", "aws") else account
        if service == "ecr" and rest.startswith("repository/"):
            return await self._repository(action, region, account, rest.removeprefix("repository/"))
        if service == "iam" and rest.startswith("role/") and action in _ASSUMING:
            return await self._role(account, rest, touched.tags)
        return Side(account, resource_keys(service, account, touched.tags))

    async def _repository(self, action: str, region: str, account: str, name: str) -> Side:
        registry = self._records.registry
        repository = None if "*" in name else await registry.find_repository(account, region, name)
        policy = await registry.registry_policy(account, region)
        if policy is not None and action not in _SCOPE_V1:
            scope = (await registry.settings(account, region)).get("REGISTRY_POLICY_SCOPE", "V2")
            policy = policy if scope == "V2" else None
        keys = resource_keys("ecr", account, repository.tags if repository else {})
        return Side(
            account, keys, resource=self._policies(repository, policy, f"arn:aws:ecr:{region}:{account}:registry")
        )

    async def _role(self, account: str, rest: str, tags: Mapping[str, str]) -> Side:
        role = await self._records.identity.find_principal(account, PrincipalKind.ROLE, rest.rpartition("/")[2])
        keys = resource_keys("iam", account, role.tags if role else tags)
        if role is None or role.arn != f"arn:aws:iam::{account}:{rest}":
            return Side(account, keys, trust=PolicySet(()))
        trusted = self._set(role.trust, role.trusted_ids, Kind.TRUST, "role trust policy", role.arn)
        return Side(account, keys, trust=trusted)

    def _policies(
        self, repository: Repository | None, registry: RegistryPolicy | None, registry_arn: str
    ) -> PolicySet | None:
        sets = []
        if repository is not None and repository.policy is not None:
            sets.append(
                self._set(
                    repository.policy, repository.policy_ids, Kind.REPOSITORY, "repository policy", repository.arn
                )
            )
        if registry is not None:
            sets.append(self._set(registry.text, registry.ids, Kind.REGISTRY, "registry policy", registry_arn))
        if len(sets) > 1:
            return PolicySet(policy for one in sets for policy in one.policies)
        return sets[0] if sets else None

    def _set(self, text: str, ids: Mapping[str, str], kind: Kind, uri: str, attached_to: str) -> PolicySet:
        key = (text, kind, attached_to, tuple(ids.items()))
        if (found := self._compiled.get(key)) is not None:
            self._compiled.move_to_end(key)
            return found
        # A stored principal is a unique id, so that a re-created name does not regain access (IAM User Guide,
        # "AWS JSON policy elements: Principal").
        document = parse(trust.resolved(text, ids), kind)
        made = PolicySet([Policy(document, uri, inline=True, attached_to=attached_to)])
        self._compiled[key] = made
        if len(self._compiled) > _CACHED:
            self._compiled.popitem(last=False)
        return made


def _segments(arn: str) -> tuple[str, str, str, str]:
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 (an ARN has six segments)
        return "", "", "", ""
    return parts[2], parts[3], parts[4], parts[5]
