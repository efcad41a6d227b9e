"""Are they allowed? One gate for every door: policies in, a decision noted, and `Denied` where it says no."""

from collections.abc import Sequence
from datetime import datetime

from dockreeve.aws.operation import Need
from dockreeve.aws.sigv4 import Kind as Unproven
from dockreeve.aws.sigv4 import Signature, Unverified
from dockreeve.gate.caller import INVALID_TOKEN, Callers, Gone, Standing
from dockreeve.gate.context import Asked, request_keys
from dockreeve.gate.journal import Journal
from dockreeve.gate.resource import Resources
from dockreeve.policy import Decision, Held, Request, evaluate
from dockreeve.services.call import Caller
from dockreeve.storage import Records, Vault


class Denied(Exception):
    """The policies say no. `sentence` is AWS's, `id` finds the decision again."""

    def __init__(self, decision: Decision, decision_id: str, sentence: str) -> None:
        super().__init__(sentence)
        self.decision = decision
        self.id = decision_id
        self.sentence = sentence


class Gate:
    """Decides every request by the policies as they are at that moment."""

    def __init__(self, records: Records, vault: Vault, journal: Journal, *, log_only: bool = False) -> None:
        self._callers = Callers(records, vault)
        self._resources = Resources(records)
        self._journal = journal
        self._log_only = log_only

    async def signed_caller(self, signature: Signature, now: datetime) -> tuple[Caller, str]:
        """Whom a signature claims to be, and the secret that must have made it. Raise `Unverified`.

        INVARIANT: nothing may be done for this caller before `sigv4.verify` accepted the signature with that secret.
        """
        return await self._callers.of_signature(signature, now)

    async def registry_caller(self, authorization: bytes | None, now: datetime) -> Caller:
        """The caller of a registry login. Raise `Unauthenticated` or `Fault` DENIED.

        INVARIANT: `admit` comes next, also when nothing needs allowing: it tells whether the caller still lives.
        """
        return await self._callers.of_login(authorization, now)

    async def admit(self, caller: Caller, needs: Sequence[Need], asked: Asked) -> None:
        """Return when every need is allowed, in order. Raise `Denied` at the first that isn't, or `Unverified` when
        the caller's key, user, role or session is no more."""
        standing = await self._standing(caller, asked)
        shared = standing.keys | request_keys(caller, asked)
        for need in needs:
            ask, held = await self._question(standing, need, shared)
            decision = evaluate(ask, held)
            if decision:
                self._journal.allowed(decision, caller, asked)
                continue
            decision = evaluate(ask, held, trace=True)
            sentence = decision.sentence(need.touched.said_as)
            decision_id = self._journal.refused(decision, caller, asked, sentence)
            # Who a role is for is identity rather than access: not even a dry run may hand one to a stranger.
            if not self._log_only or held.trust is not None or need.action == "iam:PassRole":
                raise Denied(decision, decision_id, sentence)

    async def allows(self, caller: Caller, need: Need, asked: Asked) -> bool:
        """Whether `admit` would let this through, for the places where the protocol falls back instead of refusing."""
        try:
            await self.admit(caller, (need,), asked)
        except Denied:
            return False
        return True

    async def lacking(self, caller: Caller, needs: Sequence[Need], asked: Asked) -> list[str]:
        """The actions of `needs` that aren't allowed, to be told of beside a refusal: nobody asked, none is recorded.

        Raise `Unverified` as `admit` does.
        """
        standing = await self._standing(caller, asked)
        shared = standing.keys | request_keys(caller, asked)
        return [need.action for need in needs if not evaluate(*await self._question(standing, need, shared))]

    async def _standing(self, caller: Caller, asked: Asked) -> Standing:
        try:
            return await self._callers.standing(caller, asked.now)
        except Gone:
            raise Unverified(Unproven.UNKNOWN_KEY, INVALID_TOKEN) from None

    async def _question(
        self, standing: Standing, need: Need, shared: dict[str, str | Sequence[str]]
    ) -> tuple[Request, Held]:
        side = await self._resources.side(standing.caller, need.action, need.touched)
        ask = Request(
            principal=standing.caller.arn,
            action=need.action,
            resource=need.touched.arn,
            context=shared | side.keys | dict(need.context),
            resource_account=side.account,
        )
        held = Held(
            identity=standing.identity,
            boundary=standing.boundary,
            session=standing.session,
            resource=side.resource,
            trust=side.trust,
        )
        return ask, held
