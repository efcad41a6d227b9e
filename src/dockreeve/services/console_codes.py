"""One-time codes by which a signed caller opens the console: a browser exchanges one for a session within a minute.

They live in memory only, as digests: a restart forgets them, and nothing that is written down opens a session.
"""

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta

from dockreeve.services.call import Caller

LIFETIME = timedelta(seconds=60)

_MOST = 1024  # codes at a time; beyond that the oldest are forgotten


class ConsoleCodes:
    """Codes and whose they are."""

    def __init__(self) -> None:
        self._callers: OrderedDict[bytes, tuple[Caller, datetime]] = OrderedDict()

    def issue(self, caller: Caller, now: datetime) -> tuple[str, datetime]:
        """A new code, and when it ends: within a minute, and never after the caller's own session."""
        code = secrets.token_urlsafe(32)
        expires = now + LIFETIME
        if caller.session is not None:
            expires = min(expires, caller.session.expires)
        self._callers[_digest(code)] = (caller, expires)
        if len(self._callers) > _MOST:
            self._callers.popitem(last=False)
        return code, expires

    async def redeem(self, code: str, now: datetime) -> Caller | None:
        """Whose code it is. The same code never works again, whether or not it was in time."""
        caller, expires = self._callers.pop(_digest(code), (None, now))
        return caller if expires > now else None


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode("utf-8", "replace")).digest()
