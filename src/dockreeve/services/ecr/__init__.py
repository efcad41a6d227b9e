"""Amazon ECR: repositories, layers, images, logins. Importing this package declares the operations."""

from dockreeve.services.ecr import (
    authorization,
    image_batches,
    image_listings,
    layers,
    parts,
    registry,
    registry_policy,
    repositories,
    repository_policy,
    tag_mutability,
    tagging,
)

__all__ = [
    "authorization",
    "image_batches",
    "image_listings",
    "layers",
    "parts",
    "registry",
    "registry_policy",
    "repositories",
    "repository_policy",
    "tag_mutability",
    "tagging",
]
