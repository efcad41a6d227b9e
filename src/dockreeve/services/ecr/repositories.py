"""Repositories: make, find, describe, change, delete."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dockreeve.aws import pages
from dockreeve.aws.operation import Need, Touched, operation
from dockreeve.faults import Fault
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import changed_meanwhile, invalid_parameter, no_repository
from dockreeve.services.ecr.mutability import described_filters, read_filters
from dockreeve.services.ecr.resources import named_or_all_repositories, repository_arn, the_repository
from dockreeve.services.ecr.tags import read_tags
from dockreeve.storage import InUse, Missing, Repository, Stale, Taken

_ATTEMPTS = 5  # of a change that other writers keep overtaking
_AWS_HOST = re.compile(r"[0-9]{12}(\.dkr[.-]ecr(?:-fips)?\.)[a-z0-9][a-z0-9_-]*(?=\.)")
_LOOPBACK = re.compile(r"127(?:\.[0-9]+){3}|\[::1\]")


async def find_repository(call: Call, name: str, registry_id: str | None = None) -> Repository:
    """The repository of the call's region, in the caller's account unless `registry_id` names another.

    Raise `Fault` RepositoryNotFoundException.
    """
    account = registry_id or call.account
    repository = await call.records.registry.find_repository(account, call.region, name)
    if repository is None:
        raise no_repository(name, account)
    return repository


async def change_repository(
    call: Call, name: str, registry_id: str | None, change: Callable[[Repository], Repository]
) -> Repository:
    """Write `change(repository)`, reading it anew when another writer came first; return what was written.

    `change` may raise a `Fault`: nothing is written then. Raise `Fault` RepositoryNotFoundException.
    """
    for _ in range(_ATTEMPTS):
        changed = change(await find_repository(call, name, registry_id))
        try:
            await call.records.registry.save_repository(changed)
        except Stale:
            continue
        except Missing as gone:
            raise no_repository(name, changed.account) from gone
        return changed
    raise changed_meanwhile(f"repository with name '{name}'")


def registry_host(call: Call, account: str, region: str) -> str:
    """The host by which docker reaches an account's registry in a region.

    A bare host means the server's own account and region; the others need an AWS-shaped name in front of it
    (`ACCOUNT.dkr.ecr.REGION.HOST`), for which an address gives way to `localhost`.
    """
    host = call.public_host
    if _AWS_HOST.match(host):
        return _AWS_HOST.sub(rf"{account}\g<1>{region}", host, count=1)
    if (account, region) == (call.home or (account, region)):
        return host
    return f"{account}.dkr.ecr.{region}.{_LOOPBACK.sub('localhost', host)}"


def described(call: Call, repository: Repository) -> dict[str, Any]:
    """The Repository shape of the Amazon ECR API reference."""
    shape: dict[str, Any] = {
        "repositoryArn": repository.arn,
        "registryId": repository.account,
        "repositoryName": repository.name,
        "repositoryUri": f"{registry_host(call, repository.account, repository.region)}/{repository.name}",
        "createdAt": repository.created,
        "imageTagMutability": repository.mutability,
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": dict(repository.encryption),
    }
    if repository.exclusion_filters:
        shape["imageTagMutabilityExclusionFilters"] = described_filters(repository.exclusion_filters)
    return shape


async def _tagging(call: Call, params: Mapping[str, Any]) -> list[Need]:
    if not params.get("tags"):
        return []
    arn = repository_arn(call, params["repository_name"], params.get("registry_id"))
    return [Need("ecr:TagResource", Touched(arn))]


@operation("ecr:CreateRepository", touches=the_repository, also=_tagging)
async def create_repository(
    call: Call,
    *,
    repository_name: str,
    registry_id: str | None = None,
    tags: Sequence[Mapping[str, str]] = (),
    image_tag_mutability: str = "MUTABLE",
    image_tag_mutability_exclusion_filters: Sequence[Mapping[str, str]] | None = None,
    image_scanning_configuration: Mapping[str, bool] | None = None,
    encryption_configuration: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make an empty repository. Scanning and encryption settings are kept and shown as given."""
    made = Repository(
        account=registry_id or call.account,
        region=call.region,
        name=repository_name,
        created=call.now,
        mutability=image_tag_mutability,
        exclusion_filters=read_filters(image_tag_mutability, image_tag_mutability_exclusion_filters),
        scan_on_push=(image_scanning_configuration or {}).get("scanOnPush", False),
        encryption=_encryption(encryption_configuration),
        tags=read_tags(tags),
    )
    try:
        return {"repository": described(call, await call.records.registry.add_repository(made))}
    except Taken as taken:
        raise Fault(
            "RepositoryAlreadyExistsException",
            f"The repository with name '{made.name}' already exists in the registry with id '{made.account}'",
        ) from taken


def _encryption(given: Mapping[str, str] | None) -> Mapping[str, str]:
    encryption = given or {"encryptionType": "AES256"}
    if "kmsKey" in encryption and encryption["encryptionType"] == "AES256":
        raise invalid_parameter("encryptionConfiguration", "kmsKey can only be given with a KMS encryptionType")
    return dict(encryption)


@operation("ecr:DescribeRepositories", touches=named_or_all_repositories)
async def describe_repositories(
    call: Call,
    *,
    registry_id: str | None = None,
    repository_names: Sequence[str] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> dict[str, Any]:
    """The named repositories, in the order asked for; without names all, in order of name and in pages."""
    if repository_names:
        if next_token is not None or max_results is not None:
            raise invalid_parameter("maxResults", "can't be used together with repositoryNames")
        found = [await find_repository(call, name, registry_id) for name in repository_names]
        return {"repositories": [described(call, repository) for repository in found]}
    size = max_results or pages.DEFAULT_SIZE
    listed = await call.records.registry.repositories(
        registry_id or call.account,
        call.region,
        after=pages.decode_token(next_token, "ecr") if next_token else "",
        limit=size + 1,
    )
    page, token = pages.cut(listed, size, lambda repository: repository.name)
    return {"repositories": [described(call, repository) for repository in page], "nextToken": token}


@operation("ecr:DeleteRepository", touches=the_repository)
async def delete_repository(
    call: Call, *, repository_name: str, registry_id: str | None = None, force: bool = False
) -> dict[str, Any]:
    """Delete a repository, with `force` its images too."""
    repository = await find_repository(call, repository_name, registry_id)
    try:
        upload_keys = await call.records.registry.remove_repository(repository.id, force=force)
    except Missing as gone:
        raise no_repository(repository.name, repository.account) from gone
    except InUse as used:
        raise Fault(
            "RepositoryNotEmptyException",
            f"The repository with name '{repository.name}' in registry with id '{repository.account}' cannot be "
            "deleted because it still contains images",
        ) from used
    for key in upload_keys:  # INVARIANT: after the rows, so that a crash leaves bytes without a name at most
        await call.blobs.discard(key)
    return {"repository": described(call, repository)}
