"""What is a digest, a name, a manifest? Pure, standard library only."""

from dockreeve.oci.digest import Digest, DigestError
from dockreeve.oci.manifest import Descriptor, Manifest, ManifestError, parse_manifest
from dockreeve.oci.names import is_repository_name, is_tag

__all__ = [
    "Descriptor",
    "Digest",
    "DigestError",
    "Manifest",
    "ManifestError",
    "is_repository_name",
    "is_tag",
    "parse_manifest",
]
