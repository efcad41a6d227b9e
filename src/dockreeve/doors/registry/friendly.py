"""Friendly refusals: a push is refused where its client shows why, and told all that it lacks (decision 0012).

Few clients can show why a HEAD was refused, for HEAD has no body. So `--friendly-refusals` lets the refused question
for a layer look like "not there", and asks for all that a layer's push needs where its upload begins: the first answer
that has a body, and the last before the client sends what would be thrown away.
"""

from dockreeve.doors.registry.paths import BLOB, UPLOADS
from dockreeve.doors.registry.visit import Answer
from dockreeve.gate import Denied

# What the push of a layer, and of an image, needs on the repository, in the order in which it is asked for.
LAYER = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
)
PUSH = (*LAYER, "ecr:PutImage")


class PushDenied(Exception):
    """A push was refused at its beginning; `lacking`: the further push actions that no policy allows."""

    def __init__(self, denied: Denied, lacking: tuple[str, ...]) -> None:
        super().__init__(str(denied))
        self.denied = denied
        self.lacking = lacking


def has_no_voice(method: str, pattern: str) -> bool:
    """Whether this is the question for a layer, whose refusal docker, podman, skopeo and crane can't show."""
    return (method, pattern) == ("HEAD", BLOB)


def begins_upload(method: str, pattern: str) -> bool:
    """Whether this is the request that begins a layer's upload, or mounts it."""
    return (method, pattern) == ("POST", UPLOADS)


def not_there(denied: Denied) -> Answer:
    """404 in place of the refusal, whatever the repository holds: existence is never looked at. The id goes along."""
    return Answer(404, {"X-Authorization-Id": denied.id})
