"""Amazon ECR's refusals, with the sentences that clients print and parse."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dockreeve.faults import Fault
from dockreeve.oci import Digest
from dockreeve.storage import NoRoom, Repository, UploadSession


def _in(repository: Repository) -> str:
    return f"the repository with name '{repository.name}' in the registry with id '{repository.account}'"


def invalid_parameter(name: str, constraint: str) -> Fault:
    """`name` is the model's member, in the spelling that AWS uses for it in the sentence."""
    return Fault(
        "InvalidParameterException", f"Invalid parameter at '{name}' failed to satisfy constraint: '{constraint}'"
    )


def invalid_token() -> Fault:
    """A page token that this server never gave out."""
    return invalid_parameter("NextToken", "Invalid next token provided")


def no_repository(name: str, account: str) -> Fault:
    return Fault(
        "RepositoryNotFoundException",
        f"The repository with name '{name}' does not exist in the registry with id '{account}'",
    )


def no_upload(repository: Repository, upload_id: str) -> Fault:
    return Fault("UploadNotFoundException", f"Upload with id '{upload_id}' could not be found for {_in(repository)}")


def invalid_part(repository: Repository, upload: UploadSession) -> Fault:
    """The bytes don't follow those that are there, aren't as many as announced, or another request is appending."""
    last = max(upload.offset - 1, 0)
    return Fault(
        "InvalidLayerPartException",
        f"Invalid layer part upload for upload with id '{upload.id}' in {_in(repository)}",
        members={
            "registryId": repository.account,
            "repositoryName": repository.name,
            "uploadId": upload.id,
            "lastValidByteReceived": last,
        },
        headers={"Range": f"0-{last}"},
    )


def part_too_small() -> Fault:
    return Fault("LayerPartTooSmallException", "All layer parts except the last part should be at least 5MB")


def invalid_layer(upload: UploadSession, actual: Digest, claimed: Digest) -> Fault:
    return Fault(
        "InvalidLayerException",
        f"The layer of the upload with id '{upload.id}' has the digest '{actual}', not '{claimed}'",
    )


def empty_upload(repository: Repository, upload: UploadSession) -> Fault:
    return Fault("EmptyUploadException", f"The upload with id '{upload.id}' for {_in(repository)} has no layer parts")


def layer_exists(repository: Repository, digest: Digest) -> Fault:
    return Fault("LayerAlreadyExistsException", f"Layer with digest '{digest}' already exists in {_in(repository)}")


def no_layer(repository: Repository, digest: Digest) -> Fault:
    return Fault(
        "LayersNotFoundException",
        f"The layer with digest {digest} does not exist within the repository with name '{repository.name}' "
        f"in the registry with id '{repository.account}'",
    )


def layer_inaccessible(repository: Repository, digest: Digest) -> Fault:
    return Fault(
        "LayerInaccessibleException",
        f"The layer with digest {digest} is not referenced by an image of {_in(repository)}",
    )


def missing_parts(repository: Repository, what: str, digests: Sequence[Digest]) -> Fault:
    """`what` is "Layers" or "Images": what a manifest names and the repository lacks."""
    code = "LayersNotFoundException" if what == "Layers" else "ReferencedImagesNotFoundException"
    return Fault(
        code,
        f"{what} with digests '[{', '.join(map(str, digests))}]' required for pushing image into repository with name "
        f"'{repository.name}' in the registry with id '{repository.account}' do not exist",
    )


def no_image(repository: Repository, digest: str | None, tag: str | None) -> Fault:
    return Fault(
        "ImageNotFoundException",
        f"The image with imageId {{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}} does not exist "
        f"within the repository with name '{repository.name}' in the registry with id '{repository.account}'",
    )


def image_exists(repository: Repository, digest: Digest, tag: str | None) -> Fault:
    return Fault(
        "ImageAlreadyExistsException",
        f"Image with digest '{digest}' and tag '{tag or 'null'}' already exists in the repository with name "
        f"'{repository.name}' in registry with id '{repository.account}'",
    )


def tag_fixed(repository: Repository, tag: str | None) -> Fault:
    return Fault(
        "ImageTagAlreadyExistsException",
        f"The image tag '{tag}' already exists in the '{repository.name}' repository and cannot be overwritten "
        "because the tag is immutable.",
    )


def image_in_index() -> Fault:
    """The model has no exception for this, only a failure code: over `/v2/` it is a conflict."""
    return Fault("ImageReferencedByManifestList", "Requested image referenced by manifest list", status=409)


def changed_meanwhile(what: str) -> Fault:
    """Several writers kept overtaking this one; SDKs try again by themselves on a 500."""
    return Fault("ServerException", f"The {what} was changed by other requests meanwhile. Try again.")


@contextmanager
def room_for_layers() -> Iterator[None]:
    """Turn a full disk into the API's own word for a limit; the registry's door has a status of its own for it."""
    try:
        yield
    except NoRoom as full:
        raise Fault("LimitExceededException", "The registry has no room left for layers.") from full
