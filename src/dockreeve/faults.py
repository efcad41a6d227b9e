"""An answer the caller is meant to see."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})


class Fault(Exception):
    """A refusal or failure, by its name in the protocol's own vocabulary; the door in front of the caller spells it.

    `code` is the name in the service model (`NoSuchEntity`, `RepositoryNotFoundException`) or in OCI's table
    (`MANIFEST_UNKNOWN`). `status` overrides the HTTP status that the model or the door would choose. `members` are
    further output members of the error's shape; `headers` are for the registry door.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        members: Mapping[str, Any] = NOTHING_MORE,
        headers: Mapping[str, str] = NOTHING_MORE,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members
        self.headers = headers
