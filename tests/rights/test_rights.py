"""Who may do what is a file under review, and whoever has no policy may do nothing."""

from collections.abc import AsyncIterator

import pytest
from botocore.credentials import Credentials

from dockreeve.policy import Verdict

from .matrix import EXPECTED, Turnstile, difference, matrix, rows, verdict
from .personas import PERSONAS, peopled
from .world import World, world

# What needs no permission. This list may only shrink: a line more is a right that nobody can take away.
NEEDS_NOTHING = frozenset(
    {
        "sts:GetCallerIdentity",  # "No permissions are required": STS API Reference, GetCallerIdentity
        "sts:GetSessionToken",  # the user's own rights, for a while: STS API Reference, GetSessionToken
        "GET /v2/",  # a valid login is enough to learn that it is valid
        "HEAD /v2/",
        "DELETE /v2/{name}/blobs/{digest}",  # answers 405 to everybody
    }
)


@pytest.fixture
async def closed() -> AsyncIterator[tuple[World, dict[str, Credentials]]]:
    """A server whose gate lets nothing through any more, and the personas' keys."""
    async with world(Turnstile) as server:
        keys = await peopled(server)
        await server.lend_login(keys["nobody"])
        server.gate.closed = True  # type: ignore[attr-defined]
        yield server, dict(keys)


async def test_whoever_has_no_policy_may_do_nothing_but_what_needs_no_permission(
    closed: tuple[World, dict[str, Credentials]],
) -> None:
    server, keys = closed
    admitted = {row.name for row in rows() if await verdict(server, row, keys["nobody"]) is Verdict.ALLOWED}
    assert admitted == NEEDS_NOTHING


async def test_rights_have_not_changed() -> None:
    changed = difference(EXPECTED.read_text(), await matrix())
    assert not changed, f"rights changed (if that is meant: python -m tests.rights.matrix --write)\n{changed}"


def test_every_persona_has_a_column_and_every_operation_a_row_of_its_own() -> None:
    names = [row.name for row in rows()]
    assert len(names) == len(set(names)) > 100
    heading = next(line for line in EXPECTED.read_text().splitlines() if line.startswith("#  "[:1] + " " * 5))
    assert heading.split()[1:] == [persona.name for persona in PERSONAS]
