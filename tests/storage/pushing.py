"""A process that pushes layers until it is killed, and says which are safe: `python pushing.py FOLDER ORDER MOST`.

ORDER `bytes-first` is the store's own. `row-first` is the wrong one, as a control: the row is written, the process
is gone before the bytes are.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from dockreeve.oci import Digest
from dockreeve.storage import Layer, NewImage, Repository, Vault
from dockreeve.storage.files import FileBlobs
from dockreeve.storage.sqlite import SqliteRecords

VAULT = Vault(bytes(32))
PLACE = ("123456789012", "us-east-1", "app")


def opened(folder: Path) -> tuple[SqliteRecords, FileBlobs]:
    """The stores of the folder."""
    return SqliteRecords.open(folder / "records", VAULT), FileBlobs(folder / "blobs", low_water=0)


def image_of(layer: Layer) -> NewImage:
    """The image that is pushed with this layer."""
    body = str(layer.digest).encode()
    return NewImage(Digest.of(body), "m", body, layer.size, datetime.now(UTC), layers=[layer.digest])


async def push(folder: Path, order: str, most: int) -> None:
    """Push layers with an image each, and print the digest of each layer once it is acknowledged."""
    records, blobs = opened(folder)
    app = await records.registry.find_repository(*PLACE)
    if app is None:
        app = await records.registry.add_repository(Repository(*PLACE, datetime.now(UTC)))
    for _ in range(most):
        data = os.urandom(20_000)
        layer = Layer(Digest.of(data), len(data), await blobs.begin())
        writer = await blobs.resume(layer.key, 0)
        await writer.write([data])
        if order == "row-first":
            await records.registry.add_layer(app.id, layer, None, datetime.now(UTC))
            print(layer.digest, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        await writer.publish()
        await records.registry.add_layer(app.id, layer, None, datetime.now(UTC))
        await records.registry.put_image(app.id, image_of(layer), None, immutable=False, again_is_error=False)
        print(layer.digest, flush=True)
    await blobs.close()
    await records.close()


if __name__ == "__main__":
    asyncio.run(push(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
