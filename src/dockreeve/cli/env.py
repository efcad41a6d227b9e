"""`dockreeve env`: what points the aws CLI, boto3 and Terraform at this server."""

import os
import re
import shlex
from pathlib import Path

import click

from dockreeve.cli.client import Keys, data_folder, endpoint, local_server, root_keys
from dockreeve.cli.outcome import Stopped
from dockreeve.cli.printed import hand_over, say
from dockreeve.settings import BY_NAME

_SECTION = re.compile(r"^\s*\[")


@click.command(
    epilog='Use it as:  eval "$(dockreeve env)"  (or, in fish:  dockreeve env --shell fish | source)',
)
@click.option("--data", type=click.Path(path_type=Path), help="The server's data folder.  [default: ./data]")
@click.option("--server", metavar="URL", help="Where the server listens.  [default: as the data folder says]")
@click.option("--region", help="Region to use.  [default: the server's]")
@click.option("--shell", type=click.Choice(["sh", "fish"]), default="sh", help="Whose syntax to print.")
@click.option("--profile", metavar="NAME", help="Write an AWS profile of this name instead (with endpoint_url).")
def command(data: Path | None, server: str | None, region: str | None, shell: str, profile: str | None) -> None:
    """Print the exports that point the aws CLI, boto3 and Terraform at this server, as its root user."""
    folder = data_folder(data)
    keys = root_keys(folder)
    url = _where(server, folder)
    region = region or local_server(folder).get("region") or BY_NAME["region"].default
    if profile:
        _write_profile(profile, keys, url, region)
        say(f"wrote the profile {profile}; use it as: aws --profile {profile} iam get-account-summary", err=True)
        return
    exports = {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
    }
    # A session token or profile of before would be sent along with these keys.
    if shell == "fish":
        lines = [f"set -gx {name} {shlex.quote(value)};" for name, value in exports.items()]
        lines += ["set -e AWS_SESSION_TOKEN;", "set -e AWS_PROFILE;"]
    else:
        lines = [f"export {name}={shlex.quote(value)}" for name, value in exports.items()]
        lines += ["unset AWS_SESSION_TOKEN AWS_PROFILE"]
    hand_over("\n".join(lines))


def _where(server: str | None, folder: Path) -> str:
    # AWS_ENDPOINT_URL of before must not decide where it points next.
    before = os.environ.pop("AWS_ENDPOINT_URL", None)
    try:
        return endpoint(server, folder)
    finally:
        if before is not None:
            os.environ["AWS_ENDPOINT_URL"] = before


def _write_profile(name: str, keys: Keys, url: str, region: str) -> None:
    """Put the profile into the AWS files, in place of one of the same name; everything else stays as it is."""
    if not re.fullmatch(r"[\w.@+-]{1,64}", name):
        raise Stopped(f"`{name}` is no profile name", "use letters, digits and . _ - @ +")
    config = Path(os.environ.get("AWS_CONFIG_FILE") or Path.home() / ".aws" / "config").expanduser()
    credentials = Path(
        os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials"
    ).expanduser()
    heading = "default" if name == "default" else f"profile {name}"
    try:
        _put_section(config, heading, {"endpoint_url": url, "region": region})
        _put_section(
            credentials,
            name,
            {"aws_access_key_id": keys.access_key, "aws_secret_access_key": keys.secret_key},
        )
    except OSError as error:
        raise Stopped(f"the profile can't be written: {error}") from None


def _put_section(file: Path, heading: str, values: dict[str, str]) -> None:
    lines = file.read_text().splitlines() if file.exists() else []
    kept: list[str] = []
    skipping = False
    for line in lines:
        if _SECTION.match(line):
            skipping = line.strip() == f"[{heading}]"
        if not skipping:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    kept += ([""] if kept else []) + [f"[{heading}]"] + [f"{key} = {value}" for key, value in values.items()]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.dockreeve-new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as written:
        written.write("\n".join(kept) + "\n")
    beside.replace(file)
