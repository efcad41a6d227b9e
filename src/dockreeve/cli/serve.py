"""`dockreeve serve`: the server."""

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dockreeve import __version__
from dockreeve.cli.outcome import CONFLICT, FAILED, USAGE, Stopped
from dockreeve.cli.printed import say
from dockreeve.settings import SETTINGS, Setting, SettingError, Settings, load

if TYPE_CHECKING:
    from dockreeve.cli.running import Running
    from dockreeve.server import Parts

_HEADER_SECONDS = 10  # for a request's head


def _options(function: Any) -> Any:
    for setting in reversed([one for one in SETTINGS if not one.secret]):
        function = click.option(setting.flag, setting.name, **_form(setting))(function)
    return function


def _form(setting: Setting) -> dict[str, Any]:
    shown = "" if setting.default in ("", Path()) else f"  [default: {setting.default}]"
    form: dict[str, Any] = {"help": f"{setting.sentence}.{shown}", "default": None}
    if isinstance(setting.default, bool):
        return form | {"is_flag": True, "help": f"{setting.sentence}."}
    if setting.choices:
        return form | {"type": click.Choice(setting.choices)}
    if isinstance(setting.default, int):
        return form | {"type": click.IntRange(min=0)}
    return form | {"metavar": "PATH" if isinstance(setting.default, Path) else "TEXT"}


@click.command(epilog="Each setting may also be given as DOCKREEVE_NAME, or in the TOML file of --config.")
@_options
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TOML file of settings.")
def command(config: Path | None, **flags: Any) -> None:
    """Serve IAM, STS, ECR and the registry on one port.

    The first start makes the account, its root access key and the file that holds it.
    """
    try:
        settings = load(flags, file=config)
    except SettingError as error:
        raise Stopped(str(error), "`dockreeve serve --help` lists the settings", status=USAGE) from None
    from dockreeve.data_folder import CannotServe  # noqa: PLC0415 (the help needs no server)
    from dockreeve.doors.logs import start_log  # noqa: PLC0415

    several = settings.workers > 1
    start_log(sys.stderr, settings.log_level, settings.log_format, in_thread=not several)

    try:
        if several:
            _serve_by_several(settings)
        else:
            import uvloop  # noqa: PLC0415

            uvloop.run(_serve(settings))
    except CannotServe as error:
        raise Stopped(str(error), error.hint, status=CONFLICT if error.conflict else FAILED) from None


async def _serve(settings: Settings) -> None:
    from dockreeve.cli.running import Running  # noqa: PLC0415
    from dockreeve.server import listener, opened  # noqa: PLC0415

    # The socket comes first: what can't be listened on must not leave a data folder behind.
    with Running() as running, listener(settings) as listening:
        async with opened(settings) as parts:
            await serve_parts(parts, listening, running, begun=lambda: _tell(settings, listening))


def _serve_by_several(settings: Settings) -> None:
    """The parent: it makes all that the workers share, and then only looks after them."""
    from dockreeve.cli.running import Running  # noqa: PLC0415
    from dockreeve.cli.workers import Workers, worker_of  # noqa: PLC0415
    from dockreeve.data_folder import claimed  # noqa: PLC0415
    from dockreeve.server import listener, made_ready, posts_of  # noqa: PLC0415

    with Running() as running, listener(settings) as listening, claimed(settings.data):
        # Not uvloop: nothing of this loop may be left when the workers are forked.
        asyncio.run(made_ready(settings))
        with closing(posts_of(settings)) as posts:
            workers = Workers(
                settings.workers,
                worker_of(settings, listening, posts),
                stop_seconds=settings.stop_seconds + settings.stop_delay,
                stopping=listening.close,  # else connections that nobody takes would wait at this one
            )
            _tell(settings, listening)
            gc.freeze()  # what is loaded so far stays shared: no collection of a worker's writes to it
            status = workers.run(lambda: running.told)
    if status:
        raise Stopped("not every worker ended well", "the log says more")


async def serve_parts(
    parts: "Parts", listening: socket.socket, running: "Running", *, begun: Callable[[], None] = lambda: None
) -> None:
    """Serve until told to stop; `begun` is called when all is ready."""
    from dockreeve.doors.limits import Limits  # noqa: PLC0415
    from dockreeve.doors.protocol import protocol_class  # noqa: PLC0415
    from dockreeve.server import Application, Surroundings, tended, traced  # noqa: PLC0415

    settings = parts.settings
    secure = settings.tls_cert != Path()
    async with tended(parts) as still_tended, traced() as tracing:
        around = Surroundings(stopping=lambda: running.told, tended=still_tended, tracing=tracing)
        limits = Limits(connections=_connections(settings), head_seconds=_HEADER_SECONDS)
        application = Application(parts, around)
        async with parts.siblings.answering() if parts.siblings else nullcontext():
            begun()
            await running.serve(
                application,
                listening,
                stop_seconds=settings.stop_seconds,
                stop_delay=settings.stop_delay,
                ending=parts.journal.dismiss_followers,
                http=protocol_class(limits, around.connections),
                ssl_certfile=settings.tls_cert if secure else None,
                ssl_keyfile=settings.tls_key if secure else None,
            )


def _connections(settings: Settings) -> int:
    """As many as the settings say, or as the files that may be open leave room for: a pull takes more than one."""
    from dockreeve.cli.running import room_for_files  # noqa: PLC0415

    files = room_for_files()
    most: int = min(settings.max_connections, files * 3 // 4)
    if most < settings.max_connections:
        logging.getLogger("dockreeve").warning(
            "only %d files may be open (ulimit -n): at most %d connections instead of %d",
            files,
            most,
            settings.max_connections,
        )
    return most


def _tell(settings: Settings, listening: socket.socket) -> None:
    """Say where the server is, to the commands on this machine and to whoever started it."""
    from dockreeve.data_folder import announce  # noqa: PLC0415
    from dockreeve.server import url_of  # noqa: PLC0415

    url = url_of(settings, listening)
    announce(settings, url)
    _greet(settings, url)


def _greet(settings: Settings, url: str) -> None:
    outside = settings.public_url or url
    host = outside.split("://", 1)[1]
    say(
        *f"""Dockreeve {__version__}, listening on {url}
account {settings.account}, region {settings.region}, root credentials in {settings.data}/root-credentials
console at {settings.public_url.rstrip("/") or url}/console/ (signed in: dockreeve console)

Try, in another terminal:
  eval "$(dockreeve env --data {settings.data})"
  aws ecr create-repository --repository-name app
  aws ecr get-login-password | docker login -u AWS --password-stdin {host}
""".split("\n"),
        err=True,
    )
    if settings.authorization == "log-only":
        say("authorization is log-only: refusals are recorded, nothing is refused", err=True)


__all__ = ["command"]
