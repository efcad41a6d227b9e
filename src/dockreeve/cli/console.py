"""`dockreeve console`: the console in the browser, signed in by a code that works once."""

import os
import webbrowser
from pathlib import Path
from urllib.parse import quote

import click

from dockreeve.cli.client import ask, data_folder, endpoint, own_keys
from dockreeve.cli.outcome import Stopped
from dockreeve.cli.printed import hand_over, say


@click.command(epilog="The address printed signs in whoever opens it first: it works once, and for a short time.")
@click.option(
    "--server", metavar="URL", help="Where the server listens.  [default: AWS_ENDPOINT_URL, or the data folder's]"
)
@click.option("--data", type=click.Path(path_type=Path), help="The server's data folder.  [default: ./data]")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(server: str | None, data: Path | None, no_browser: bool) -> None:
    """Open the console in the browser, signed in with your own keys; print its address where there is no browser."""
    folder = data_folder(data)
    url = endpoint(server, folder)
    code = ask(url, own_keys(folder), "POST", "/api/console-code").get("code")
    if not isinstance(code, str) or not code:
        raise Stopped("the server gave no code", "it may be of another version")
    # Behind #, for that part of an address reaches no server and no log.
    address = f"{url}/console/#code={quote(code, safe='')}"
    browser = None if no_browser else _browser()
    if browser is None or not browser.open(address):
        hand_over(address)
    else:
        say(f"opened {url}/console/ in the browser", err=True)


def _browser() -> webbrowser.BaseBrowser | None:
    """The user's browser; None where there is none but those of the terminal, which can't show the console."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return None
    is_of_the_terminal = type(found) is webbrowser.GenericBrowser and not os.environ.get("BROWSER")
    return None if is_of_the_terminal else found


__all__ = ["command"]
