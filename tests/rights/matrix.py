"""The matrix of rights: every declared operation, route and endpoint, asked by every persona through the real doors.

`python -m tests.rights.matrix --write` writes tests/expected/rights.txt anew.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from botocore.credentials import Credentials

from dockreeve.aws.operation import Need, declared
from dockreeve.doors.api import ENDPOINTS, Endpoint
from dockreeve.doors.registry import ROUTES
from dockreeve.faults import Fault
from dockreeve.gate import Asked, Denied, Gate
from dockreeve.policy import Verdict
from dockreeve.services import declare_all
from dockreeve.services.call import Caller

from .parameters import minimal
from .personas import PERSONAS, REPOSITORY, peopled
from .wire import Asking, Reply, signed
from .world import World, world

EXPECTED = Path(__file__).parent.parent / "expected" / "rights.txt"
_MARKS = {Verdict.ALLOWED: "y", Verdict.IMPLICIT_DENY: ".", Verdict.EXPLICIT_DENY: "d", None: "x"}
_LEGEND = """\
# Who may do what: the gate's answer to every operation, route and endpoint, persona by persona.
#
#   y  allowed
#   .  not allowed by any policy
#   d  denied by a policy
#   x  refused before any policy is asked: not for this kind of caller, or not in its account
#
# A change here is a change of rights, and must be meant. To write it anew: python -m tests.rights.matrix --write
#
"""
_DIGEST = "sha256:" + 64 * "0"
_TOOLBOX = (("GetRequestAuthorizationDetails", ""), ("GetRequestAuthorizationPolicy", "/policy?policyUri=x"))


class Turnstile(Gate):
    """The real gate with nothing behind it: once closed, it notes what it decided, and no handler ever runs."""

    closed = False
    verdict: Verdict | None = None

    async def admit(self, caller: Caller, needs: Sequence[Need], asked: Asked) -> None:
        """Decide as the gate does."""
        try:
            await super().admit(caller, needs, asked)
        except Denied as denied:
            self.verdict = denied.decision.verdict
            raise
        self.verdict = Verdict.ALLOWED
        if self.closed:
            raise Fault("Closed", "This is as far as it goes.", status=418)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be asked for."""

    name: str
    ask: Callable[[World, Credentials], Awaitable[Reply]]


def rows() -> list[Row]:
    """Everything that is declared: operations by name, then routes and endpoints as their tables have them."""
    declare_all()
    found = [_operation(name) for name in sorted(declared())]
    for route in ROUTES:
        path = route.pattern.format(name=REPOSITORY, reference="v1", digest=_DIGEST, upload="00000000")
        found.append(_route(f"{route.method} {route.pattern}", route.method, path))
        if len(route.actions) > 1:  # some are needed only when the request brings the whole layer
            with_layer = f"{path}?digest={_DIGEST}"
            found.append(_route(f"{route.method} {route.pattern} (+ layer)", route.method, with_layer, b"layer"))
    return found + [_endpoint(one) for one in ENDPOINTS] + [_toolbox(operation, end) for operation, end in _TOOLBOX]


def _operation(name: str) -> Row:
    given = minimal(declared()[name].model)
    return Row(name, lambda server, keys: server.ask(name, keys, **given))


def _route(name: str, method: str, path: str, body: bytes = b"") -> Row:
    return Row(name, lambda server, keys: server.registry(method, path, keys, body=body))


def _endpoint(endpoint: Endpoint) -> Row:
    path = endpoint.path.format(id=25 * "a")
    body = endpoint.example if endpoint.method == "POST" else None
    return Row(
        f"{endpoint.method} {endpoint.path}", lambda server, keys: server.api(endpoint.method, path, keys, body=body)
    )


def _toolbox(operation: str, end: str) -> Row:
    asking = Asking("GET", f"/authorization-details/{25 * 'a'}{end}")
    return Row(f"iam-toolbox:{operation}", lambda server, keys: server.send(signed(asking, keys, "iam")))


async def verdict(server: World, row: Row, keys: Credentials) -> Verdict | None:
    """What the gate decides; None when the request was refused before it came to the gate."""
    gate = server.gate
    assert isinstance(gate, Turnstile)
    gate.verdict = None
    reply = await row.ask(server, keys)
    assert reply.status in ({418} if gate.verdict is Verdict.ALLOWED else {400, 403, 404}), (row.name, reply)
    return gate.verdict


async def matrix() -> str:
    """The whole text."""
    async with world(Turnstile) as server:
        keys = await peopled(server)
        for one in keys.values():
            await server.lend_login(one)  # what they may do with it is asked below, whether they may get one as well
        gate = server.gate
        assert isinstance(gate, Turnstile)
        gate.closed = True
        lines = [(row.name, [await verdict(server, row, keys[one.name]) for one in PERSONAS]) for row in rows()]
    width = max(len(name) for name, _ in lines)
    return _heading(width) + "".join(_line(name.ljust(width), found) for name, found in lines)


def _line(name: str, found: Sequence[Verdict | None]) -> str:
    cells = (f"  {_MARKS[one]:<{len(persona.name)}}" for one, persona in zip(found, PERSONAS, strict=True))
    return f"{name}{''.join(cells)}".rstrip() + "\n"


def _heading(width: int) -> str:
    longest = max(len(persona.name) for persona in PERSONAS)
    who = "".join(f"#   {persona.name:<{longest}}  {persona.sentence}\n" for persona in PERSONAS)
    names = "#".ljust(width) + "".join(f"  {persona.name}" for persona in PERSONAS)
    return f"{_LEGEND}{who}#\n{names}\n"


def difference(expected: str, found: str) -> str:
    """What changed, as a diff."""
    return "\n".join(unified_diff(expected.splitlines(), found.splitlines(), "rights.txt", "now", n=0, lineterm=""))


def main(arguments: Sequence[str]) -> int:
    """Show what would change; with --write, change the file."""
    found = asyncio.run(matrix())
    if arguments == ["--write"]:
        EXPECTED.write_text(found)
        return 0
    changed = difference(EXPECTED.read_text(), found)
    print(changed or "Rights have not changed.")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
