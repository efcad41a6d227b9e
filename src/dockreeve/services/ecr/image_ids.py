"""The API's `imageId` (a digest, a tag, or both): the image it names, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dockreeve.faults import Fault
from dockreeve.oci import Digest, DigestError, is_tag
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter, no_image
from dockreeve.services.ecr.images import find_image
from dockreeve.storage import Image, Repository

ImageId = Mapping[str, str]

NOT_FOUND = ("ImageNotFound", "Requested image not found")
_NO_SUCH = frozenset({"ImageNotFound", "ImageTagDoesNotMatchDigest"})


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an `imageId` of a batch was passed over: an element of its `failures`."""

    code: str  # an ImageFailureCode of the model
    reason: str

    def described(self, image_id: ImageId) -> dict[str, Any]:
        """The model's ImageFailure."""
        return {"imageId": dict(image_id), "failureCode": self.code, "failureReason": self.reason}

    def fault(self, repository: Repository, image_id: ImageId) -> Fault:
        """The same for an operation that fails as a whole."""
        if self.code in _NO_SUCH:
            return no_image(repository, image_id.get("imageDigest"), image_id.get("imageTag"))
        return invalid_parameter("imageIds", self.reason)


async def find_by_id(call: Call, repository: Repository, image_id: ImageId, *, pulled: bool = False) -> Image | Failed:
    """The image that has this digest and this tag, whichever are given."""
    reference = read_image_id(image_id)
    if isinstance(reference, Failed):
        return reference
    try:
        image = await find_image(call, repository, reference, pulled=pulled)
    except Fault:  # ImageNotFoundException: it raises no other
        return Failed(*NOT_FOUND)
    tag = image_id.get("imageTag")
    if tag is not None and tag not in image.tags:
        return Failed("ImageTagDoesNotMatchDigest", f"The tag '{tag}' does not name the image with this digest")
    return image


def read_image_id(image_id: ImageId) -> Digest | str | Failed:
    """The digest, else the tag, once both are well formed."""
    digest, tag = image_id.get("imageDigest"), image_id.get("imageTag")
    if digest is None and tag is None:
        return Failed("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null")
    if tag is not None and not is_tag(tag):
        return Failed("InvalidImageTag", "Invalid request parameters: image tag should be 1 to 128 of [a-zA-Z0-9._-]")
    if digest is None:
        assert tag is not None
        return tag
    try:
        return Digest.parse(digest)
    except DigestError as bad:
        return Failed("InvalidImageDigest", f"Invalid request parameters: {bad}")
