"""A pull that is refused: in the log, explained, mended; and who can do what."""

from __future__ import annotations

import base64
import urllib.request
from urllib.error import HTTPError

from botocore.credentials import Credentials
from playwright.sync_api import expect

from cli.commands import Serving

from .album import Album


def follow(album: Album, server: Serving, carl: Credentials) -> None:
    page = album.page
    _pull(server, carl)
    album.go("/access/log?principal=carl")
    why = page.get_by_role("link", name="Why was ecr:GetDownloadUrlForLayer refused?")
    expect(why).to_be_visible()
    album.take("log")
    why.click()
    expect(page.get_by_role("heading", name="The smallest change")).to_be_visible()
    album.take("why")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Decided again: it is allowed now")).to_be_visible()
    album.take("applied")
    album.go("/access/can?principal=user/carl&repository=app")
    expect(page.get_by_role("rowheader", name="docker push", exact=True)).to_be_visible()
    album.take("can")
    album.go("/access/matrix")
    expect(page.get_by_role("columnheader", name="team/web")).to_be_visible()
    album.take("matrix")


def _pull(server: Serving, keys: Credentials) -> None:
    """What docker asks when it pulls, as far as it is let."""
    token = server.ask("ecr:GetAuthorizationToken", keys).parsed["authorizationData"][0]["authorizationToken"]
    assert base64.b64decode(token).startswith(b"AWS:")
    headers = {"Authorization": f"Basic {token}", "User-Agent": "docker/24.0.7"}
    for path in ("manifests/1", f"blobs/sha256:{'a' * 64}"):
        try:
            urllib.request.urlopen(urllib.request.Request(f"{server.url}/v2/app/{path}", headers=headers))
        except HTTPError as error:
            assert error.code in (403, 404)
