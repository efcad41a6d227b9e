"""A page whose pictures are kept: each in both themes, in few colours, under the name that the documentation links."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from botocore.credentials import Credentials
from playwright.sync_api import Page, expect

from ..browser import set_theme, settle

WIDTH, LOWEST, HIGHEST = 1200, 560, 2600  # pixels
# The browser reads the picture; its 192 most frequent colours stay, then up to 256 those that are far from all of these
# (a small red sign among much grey), and every other one becomes the nearest.
_TO_PALETTE = """
async (png) => {
  const blob = new Blob([Uint8Array.from(atob(png), (each) => each.charCodeAt(0))]);
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const colors = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const counted = new Map();
  for (const color of colors) counted.set(color, (counted.get(color) ?? 0) + 1);
  const frequent = [...counted].sort((one, other) => other[1] - one[1]).map(([color]) => color);
  const parts = (color) => [color & 255, (color >> 8) & 255, (color >> 16) & 255];
  const palette = frequent.slice(0, 192);
  const known = palette.map(parts);
  const distances = ([red, green, blue]) =>
    known.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  for (const color of frequent.slice(192)) {
    if (palette.length < 256 && Math.min(...distances(parts(color))) > 40 ** 2) {
      palette.push(color);
      known.push(parts(color));
    }
  }
  const places = new Map(palette.map((color, at) => [color, at]));
  const nearest = (color) => {
    const far = distances(parts(color));
    return far.indexOf(Math.min(...far));
  };
  const index = new Map(frequent.map((color) => [color, places.get(color) ?? nearest(color)]));
  let pixels = "";
  for (const color of colors) pixels += String.fromCharCode(index.get(color));
  return { width, height, palette: known.flat(), pixels: btoa(pixels) };
}
"""


@dataclass(frozen=True, slots=True)
class Album:
    """Follows a flow on `page`; `studio` is a page of no address on which pictures are made small."""

    page: Page
    studio: Page
    address: str
    folder: Path

    def go(self, path: str) -> None:
        """Open a page of the console by its address."""
        self.page.goto(f"{self.address}/console{path}")

    def sign_in(self, keys: Credentials) -> None:
        """Sign in with an access key, from the page that asks for it."""
        self.page.get_by_role("tab", name="Access key").click()
        self.page.get_by_label("Access key ID").fill(keys.access_key)
        self.page.get_by_label("Secret access key").fill(keys.secret_key)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Console Home", level=1)).to_be_visible()

    @contextmanager
    def wide(self) -> Iterator[None]:
        """Without the list of pages: room for what stands beside each other."""
        self.page.get_by_role("button", name="Close the list of pages").click()
        settle(self.page)
        yield
        self.page.get_by_role("button", name="Open the list of pages").click()
        settle(self.page)  # a button that still moves is missed by a click

    def take(self, name: str, show: Callable[[], None] | None = None) -> None:
        """Write `name`-light.png and `name`-dark.png of the page as it stands, as high as what is on it.

        `show` opens what closes as soon as something else is clicked.
        """
        self.page.set_viewport_size({"width": WIDTH, "height": LOWEST})
        settle(self.page)
        whole = self.page.evaluate("() => document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": WIDTH, "height": min(whole, HIGHEST)})
        self.page.evaluate("() => scrollTo(0, 0)")
        for theme in ("light", "dark"):
            self._theme(theme)
            settle(self.page)
            if show is not None:
                show()
                settle(self.page)
            self._write(self.folder / f"{name}-{theme}.png", self.page.screenshot())
        self._theme("light")

    def _theme(self, theme: str) -> None:
        """By the button at the top, also behind a dialog; before signing in there is none."""
        button = self.page.locator("[role=button]:visible", has_text=f"{theme.capitalize()} mode")
        if button.count() > 0:
            button.evaluate("(each) => each.click()")
        set_theme(self.page, theme)

    def _write(self, path: Path, png: bytes) -> None:
        found = self.studio.evaluate(_TO_PALETTE, base64.b64encode(png).decode())
        width, height, pixels = found["width"], found["height"], base64.b64decode(found["pixels"])
        rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
        header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits that tell a place in the palette
        parts = (
            (b"IHDR", header),
            (b"PLTE", bytes(found["palette"])),
            (b"IDAT", zlib.compress(rows, 9)),
            (b"IEND", b""),
        )
        chunks = (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
