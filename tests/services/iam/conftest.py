"""Every IAM test asks an empty account, on records in memory."""

from collections.abc import AsyncIterator

import pytest

from dockreeve.services.call import Call
from dockreeve.storage import Records, Vault
from dockreeve.storage.memory import MemoryBlobs, memory_records

from .asking import ACCOUNT, NOW, Iam, root


@pytest.fixture
async def records() -> AsyncIterator[Records]:
    kept = memory_records(Vault(bytes(32)))
    await kept.identity.ensure_account(ACCOUNT, NOW)
    yield kept
    await kept.close()


@pytest.fixture
def iam(records: Records) -> Iam:
    """The root user's view of an empty account."""
    vault = Vault(bytes(32))
    return Iam(Call(root(), "us-east-1", NOW, "id", "http://127.0.0.1:5150", records, MemoryBlobs(), vault))
