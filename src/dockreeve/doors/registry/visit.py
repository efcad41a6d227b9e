"""What a route's handler is given, and what it answers with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from dockreeve.doors.http import Place, Request
from dockreeve.doors.stored import Stored
from dockreeve.faults import Fault
from dockreeve.oci import Digest, DigestError
from dockreeve.services.call import Call
from dockreeve.services.ecr.repositories import find_repository
from dockreeve.storage import Repository

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. A `Stored` body is sent from where it lies. Of HEAD, the body's length is told."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Stored = b""
    content_type: str = JSON
    reason: str = ""  # HTTP/1.1 reason phrase; "" for the usual one


@dataclass(frozen=True, slots=True)
class Visit:
    """One admitted request to a registry, which is the account's that the host names, not always the caller's."""

    request: Request
    call: Call
    place: Place
    account: str
    name: str  # repository
    argument: str  # reference, digest or upload id
    query: Mapping[str, str]
    allows: Callable[[str, str], Awaitable[bool]]  # an action on a repository, for what falls back when refused

    async def repository(self, name: str = "") -> Repository:
        """This request's repository, or another of the same registry. Raise `Fault` RepositoryNotFoundException."""
        return await find_repository(self.call, name or self.name, self.account)

    @property
    def strict(self) -> bool:
        """Whether ECR is followed where it departs from OCI."""
        return self.place.profile == "strict-ecr"

    def location(self, path: str) -> str:
        """A URL for the client: absolute as ECR's where we know our name, else a path, which any proxy leaves right."""
        base = self.call.public_url if self.place.public_url or self.strict else ""
        return f"{base}/v2/{self.name}/{path}"

    def next_link(self, path: str, **query: str | int) -> dict[str, str]:
        """The `Link` header of a list that goes on."""
        fields = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        return {"Link": f'<{path}?{fields}>; rel="next"'}


def read_digest(text: str) -> Digest:
    """Raise `Fault` DIGEST_INVALID."""
    try:
        return Digest.parse(text)
    except DigestError as bad:
        raise Fault("DIGEST_INVALID", str(bad)) from bad
