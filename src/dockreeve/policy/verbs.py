"""What people do with a registry, and the actions that each of these needs, on what (data-plane.md, section 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class On(Enum):
    """What an action is asked for on."""

    REPOSITORY = "repository"
    SOURCE = "source"  # the repository that is copied from
    EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Need:
    """One action, and on what."""

    action: str
    on: On = On.REPOSITORY


@dataclass(frozen=True, slots=True)
class Verb:
    """Something people do; every need must be allowed."""

    name: str
    sentence: str
    needs: tuple[Need, ...]


LOGIN = (Need("ecr:GetAuthorizationToken", On.EVERYTHING),)


def _on_repository(*names: str, on: On = On.REPOSITORY) -> tuple[Need, ...]:
    return tuple(Need(f"ecr:{name}", on) for name in names)


_PULL = ("BatchGetImage", "GetDownloadUrlForLayer")
_PUSH = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
)
# containerd, BuildKit, crane and newer skopeos ask for the manifest before they push one.
_CONTAINERD_PUSH = ("BatchGetImage", *_PUSH)

_TABLE = (
    Verb("login", "docker login", LOGIN),
    Verb("pull", "docker pull", LOGIN + _on_repository(*_PULL)),
    Verb("push", "docker push", LOGIN + _on_repository(*_PUSH)),
    Verb("push-containerd", "push by containerd, BuildKit, skopeo or crane", LOGIN + _on_repository(*_CONTAINERD_PUSH)),
    Verb("delete", "delete an image", LOGIN + _on_repository("BatchDeleteImage")),
    Verb("list", "list tags", LOGIN + _on_repository("ListImages")),
    Verb("tag", "give an image another tag", LOGIN + _on_repository("BatchGetImage", "PutImage")),
    Verb(
        "copy",
        "copy an image from another repository",
        LOGIN + _on_repository(*_PULL, on=On.SOURCE) + _on_repository(*_CONTAINERD_PUSH),
    ),
    Verb("create", "create the repository", _on_repository("CreateRepository")),
    Verb(
        "admin",
        "change the repository's policies, settings and tags, and delete it",
        _on_repository(
            "DeleteLifecyclePolicy",
            "DeleteRepository",
            "DeleteRepositoryPolicy",
            "DescribeRepositories",
            "GetLifecyclePolicy",
            "GetRepositoryPolicy",
            "ListTagsForResource",
            "PutImageScanningConfiguration",
            "PutImageTagMutability",
            "PutLifecyclePolicy",
            "SetRepositoryPolicy",
            "TagResource",
            "UntagResource",
        ),
    ),
)
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in _TABLE}
