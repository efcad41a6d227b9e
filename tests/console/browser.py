"""Debian's chromium, and what every page must keep to: `assert_sound(page)`."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, Request

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A name that resolves to this machine but is no loopback name to the browser: plain http without crypto.subtle.
PLAIN_HOST = "console.test"
SECONDS = 15

_QUIET = 3  # looks in a row
_FOLLOWING = re.compile("/api/decisions/follow")  # answered when something comes
_under_way: WeakKeyDictionary[BrowserContext, set[Request]] = WeakKeyDictionary()
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LISTENER = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
_AXE_RUN = """
() => axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  resultTypes: ["violations"],
}).then((found) => found.violations.map(
  (each) => `${each.id} (${each.impact}): ${each.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`))
"""
_OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > width + 1 && !scrolls(each))
    .map((each) => each.outerHTML.slice(0, 160)).slice(0, 5).concat(`page is ${document.documentElement.scrollWidth}`);
}
"""


def chromium() -> str | None:
    """Where Debian's browser is; None where it isn't installed."""
    return shutil.which("chromium")


def launched(playwright: Playwright, elsewhere: Mapping[str, str] | None = None) -> Browser:
    """The browser, as a container without a display or a sandbox can run it. `elsewhere`: where a host is."""
    rules = ", ".join(f"MAP {host} {to}" for host, to in {PLAIN_HOST: "127.0.0.1", **(elsewhere or {})}.items())
    arguments = [*_ARGUMENTS, f"--host-resolver-rules={rules}"]
    return playwright.chromium.launch(executable_path=chromium(), headless=True, args=arguments)


@dataclass
class Watched:
    """A page with all that it complained of since it was opened."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def forget(self, *expected: str) -> None:
        """Drop the complaints that hold one of these texts: a refusal that the test caused is one for the browser.

        Those that are still on their way are waited for.
        """
        settle(self.page)
        self.errors = [error for error in self.errors if not any(text in error for text in expected)]


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own: nothing is stored from one test to the next.

    It asks for less motion: on a busy machine a click falls beside what is still on its way.
    """
    options = {"viewport": WIDE, "reduced_motion": "reduce", **options}
    context = browser.new_context(**options)
    _watch_requests(context)
    context.add_init_script(_LISTENER)
    context.add_init_script(AXE.read_text())
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    watched = Watched(page)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watched.errors.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", said)
    page.on("pageerror", lambda error: watched.errors.append(f"uncaught: {error}"))
    try:
        yield watched
    finally:
        context.close()


def assert_sound(watched: Watched) -> None:
    """The page as it stands is accessible and whole: both themes, wide and narrow.

    No axe violation of A or AA, no CSP violation, nothing on the browser's console, nothing that makes the page scroll
    sideways at 1440 or 390 pixels. The theme and the size are put back.
    """
    page = watched.page
    before = page.viewport_size
    found: list[str] = []
    settle(page)
    for theme, size in (("light", WIDE), ("light", NARROW), ("dark", NARROW), ("dark", WIDE)):
        set_theme(page, theme)
        if page.viewport_size != size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate("() => window.scrollTo(0, 0)")  # what is half under the bar at the top is no small target
        end_motion(page)
        where = f"{theme}, {size['width']} px: "
        found += [f"{where}axe: {each}" for each in page.evaluate(_AXE_RUN)]
        found += [f"{where}too wide: {each}" for each in too_wide(page)]
    set_theme(page, "light")
    if before is not None:
        page.set_viewport_size(before)
    end_motion(page)
    found += [f"CSP: {each}" for each in page.evaluate("() => window.violations")]
    found += watched.errors
    assert not found, "\n" + "\n".join(found)


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing where it doesn't."""
    return page.evaluate(_OVERFLOW)  # type: ignore[no-any-return]


def set_theme(page: Page, theme: str) -> None:
    """Light or dark, as the button at the top does it."""
    page.evaluate(
        """(dark) => {
          document.body.classList.toggle("awsui-polaris-dark-mode", dark);
          document.body.classList.toggle("awsui-dark-mode", dark);
          document.documentElement.style.colorScheme = dark ? "dark" : "light";
        }""",
        theme == "dark",
    )


def settle(page: Page) -> None:
    """Wait until nothing is loaded, by any page of the browser's context, and nothing moves."""
    under_way = _under_way[page.context]
    quiet, until = 0, time.monotonic() + 3
    while quiet < _QUIET and time.monotonic() < until:
        page.wait_for_timeout(30)
        quiet = 0 if under_way else quiet + 1
    end_motion(page)


def _watch_requests(context: BrowserContext) -> None:
    """Know which requests are under way; the browser's own "network idle" is only told once for each document."""
    under_way = _under_way[context] = set()

    def begun(request: Request) -> None:
        if not _FOLLOWING.search(request.url):
            under_way.add(request)

    def ended(request: Request) -> None:
        under_way.discard(request)

    context.on("request", begun)
    context.on("requestfinished", ended)
    context.on("requestfailed", ended)


def end_motion(page: Page) -> None:
    """Whatever moves is where it goes to, and what that begins too: a colour on its way is no colour to judge."""
    page.evaluate(
        """async () => {
          const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          for (let times = 0; times < 10; times += 1) {
            await frames();
            const moving = document.getAnimations().filter(
              (each) => each.playState !== "finished" && each.effect?.getComputedTiming().iterations === 1);
            if (!moving.length) return;
            moving.forEach((each) => each.finish());
          }
        }"""
    )


def stored(page: Page) -> dict[str, str]:
    """All that the page keeps in the browser: sessionStorage, localStorage and cookies, by name."""
    kept = page.evaluate("() => JSON.stringify({ ...sessionStorage, ...localStorage })")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    return {**json.loads(kept), **cookies}


__all__ = [
    "NARROW",
    "PLAIN_HOST",
    "WIDE",
    "Error",
    "Watched",
    "assert_sound",
    "chromium",
    "launched",
    "opened",
    "stored",
    "too_wide",
]
