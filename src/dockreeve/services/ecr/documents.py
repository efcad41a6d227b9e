"""Policy documents of repositories and registries: read strictly, stored as given, with the principals they name."""

from collections.abc import Mapping

from dockreeve.faults import Fault
from dockreeve.policy import Document, Kind, Malformed, parse
from dockreeve.services.call import Call
from dockreeve.services.ecr.faults import invalid_parameter
from dockreeve.services.iam.trust import UnknownPrincipal, resolve_principals

_WORD = {Kind.REPOSITORY: "repository", Kind.REGISTRY: "registry"}


async def read_document(call: Call, text: str, kind: Kind) -> tuple[Document, Mapping[str, str]]:
    """The document, and the unique ids of the users and roles that it names. Raise `Fault`."""
    # Terraform waits and tries again on this sentence, for AWS says it also while a new principal isn't visible yet.
    refusal = invalid_parameter("PolicyText", f"Invalid {_WORD[kind]} policy provided")
    try:
        document = parse(text, kind)
        return document, await resolve_principals(call.records, document)
    except UnknownPrincipal as unknown:
        raise refusal from unknown
    except Malformed as malformed:
        raise Fault(refusal.code, f"{refusal.message} ({malformed.detail})") from malformed
