"""One-time console codes where several workers share the data folder: the one that issued a code redeems it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dockreeve.doors.siblings import Siblings, Silent
from dockreeve.services.call import Caller
from dockreeve.services.console_codes import ConsoleCodes
from dockreeve.services.sts.sessions import caller_claims, caller_from

_DIGITS = 4  # of a worker's number


class SharedCodes(ConsoleCodes):
    """Codes that begin with the number of their worker."""

    def __init__(self, siblings: Siblings) -> None:
        super().__init__()
        self._siblings = siblings
        siblings.answer("redeem", self._say_redeemed)

    def issue(self, caller: Caller, now: datetime) -> tuple[str, datetime]:
        code, expires = super().issue(caller, now)
        return f"{self._siblings.number}.{code}", expires

    async def redeem(self, code: str, now: datetime) -> Caller | None:
        issuer, _, own = code.partition(".")
        if not (
            issuer.isascii() and issuer.isdigit() and len(issuer) <= _DIGITS and int(issuer) < self._siblings.count
        ):
            return None
        try:
            said = await self._siblings.ask(int(issuer), "redeem", {"code": own, "now": now.isoformat()})
        except Silent:  # what it knew of codes may be gone with it
            return None
        return caller_from(said[0]) if said else None

    async def _say_redeemed(self, about: Mapping[str, Any]) -> Sequence[Any]:
        caller = await super().redeem(about["code"], datetime.fromisoformat(about["now"]))
        return [] if caller is None else [caller_claims(caller)]
