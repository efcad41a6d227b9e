"""What every door hands on: the stores, and the call that an operation is given."""

from dataclasses import dataclass

from dockreeve.doors.http import Place, Request, public_url
from dockreeve.services.call import Call, Caller
from dockreeve.storage import Blobs, Records, Vault


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes calls of this server's requests."""

    records: Records
    blobs: Blobs
    vault: Vault
    place: Place

    def made(self, request: Request, caller: Caller, region: str) -> Call:
        """The call of a request in a region; nothing may be done with it before the gate admitted its needs."""
        return Call(
            caller=caller,
            region=region,
            now=request.now,
            request_id=request.id,
            public_url=public_url(request, self.place),
            records=self.records,
            blobs=self.blobs,
            vault=self.vault,
            home=(self.place.account, self.place.region),
        )
