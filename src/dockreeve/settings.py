"""The one table of settings: flags, environment (DOCKREEVE_*), the config file and the reference page come from it."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its flag is `--name`, its variable DOCKREEVE_NAME, its key in the config file `name`."""

    name: str  # with underscores
    default: Any  # its type is the setting's type; Path, str, int or bool
    sentence: str
    choices: tuple[str, ...] = ()
    secret: bool = False  # taken from the environment only, never from a flag or shown

    @property
    def flag(self) -> str:
        """`--public-url`."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """`DOCKREEVE_PUBLIC_URL`."""
        return "DOCKREEVE_" + self.name.upper()


SETTINGS = (
    Setting("data", Path("./data"), "Folder for the database, the layers and the root credentials"),
    Setting("listen", "127.0.0.1:5150", "Address and port to listen on; port 0 takes a free one"),
    Setting("insecure_listen", False, "Listen beyond loopback without TLS (credentials then travel in the clear)"),
    Setting("tls_cert", Path(), "Certificate chain in PEM; with --tls-key the server speaks https"),
    Setting("tls_key", Path(), "Private key of the certificate in PEM"),
    Setting("public_url", "", "URL that clients use, when it is not the one they send in Host"),
    Setting("trusted_proxies", "", "Addresses, comma-separated, whose X-Forwarded-For and -Proto are believed"),
    Setting("account", "123456789012", "Account id (12 digits) of this server and of bare host names"),
    Setting("region", "us-east-1", "Region of bare host names"),
    Setting(
        "authorization",
        "enforce",
        "What a refusal does; log-only lets the request through and records what would have been denied",
        choices=("enforce", "log-only"),
    ),
    Setting(
        "explain",
        "registry",
        "Where a refusal carries its id in the message: registry (docker prints it), all, or none",
        choices=("registry", "all", "none"),
    ),
    Setting(
        "friendly_refusals",
        False,
        "Refuse a push where its client shows why: a refused HEAD of a layer answers 404, the POST after it tells",
    ),
    Setting(
        "profile",
        "oci",
        "Which one the registry follows where ECR departs from the OCI specification",
        choices=("oci", "strict-ecr"),
    ),
    Setting("upload_idle_hours", 24, "Hours after which an upload that nobody touched is dropped"),
    Setting("decision_hours", 24, "Hours that refusals are kept for `why`"),
    Setting("decision_count", 100_000, "Refusals kept at most"),
    Setting("stop_seconds", 30, "Seconds that requests under way get to end when the server is told to stop"),
    Setting("max_connections", 10_000, "Connections at a time of each worker; further ones are refused"),
    Setting("workers", 1, "Processes that serve; more than one share the port and the data folder"),
    Setting(
        "stop_delay",
        0,
        "Seconds that a server told to stop goes on serving while /readyz says 503, for load balancers to notice",
    ),
    Setting(
        "metrics",
        "local",
        "Who may read /metrics: local (this machine, not through a proxy), token, open (anyone), or off",
        choices=("local", "token", "open", "off"),
    ),
    Setting("metrics_token_file", Path(), "File with the bearer token of --metrics token; read at each request"),
    Setting("access_log", False, "Log one line for each request"),
    Setting(
        "log_format",
        "text",
        "Form of the log: lines of text, or one JSON object a line",
        choices=("text", "json"),
    ),
    Setting("log_level", "info", "How much the log says", choices=("debug", "info", "warning", "error")),
    Setting("root_access_key_id", "", "Access key id that the root user is to have", secret=True),
    Setting("root_secret_access_key", "", "Secret of that key", secret=True),
    Setting(
        "master_key", "", "Master key (64 hex digits) instead of the file `master-key` in the data folder", secret=True
    ),
)

MOST_WORKERS = 64

_NUMBER = re.compile(r"[0-9]{1,9}")
_KEY_ID = re.compile(r"\w{16,128}", re.ASCII)  # as AWS's model has it
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_URL = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+/?")
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


class SettingError(ValueError):
    """A setting has no such value. The text is one line and names where the value came from."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of all settings, by name."""

    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def load(flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ, file: Path | None = None) -> Settings:
    """Flags win over the environment, the environment over the config file, the file over the defaults.

    `file` is TOML; without it DOCKREEVE_CONFIG may name one. Raise `SettingError` for an unknown name or a bad value.
    """
    file = file or (Path(environment["DOCKREEVE_CONFIG"]) if environment.get("DOCKREEVE_CONFIG") else None)
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    for name, value in (_read(file) if file else {}).items():
        if name not in BY_NAME or BY_NAME[name].secret:
            raise SettingError(f"{file}: `{name}` is no setting of the config file")
        values[name] = _value(BY_NAME[name], value, str(file))
    for setting in SETTINGS:
        if environment.get(setting.variable):
            values[setting.name] = _value(setting, environment[setting.variable], setting.variable)
        if flags.get(setting.name) is not None:
            values[setting.name] = _value(setting, flags[setting.name], setting.flag)
    _check(values)
    return Settings(values)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, ValueError) as error:  # ValueError: no TOML, or no UTF-8
        raise SettingError(f"{file}: {error}") from error


def _value(setting: Setting, value: Any, source: str) -> Any:
    if not isinstance(value, str | int | Path):
        raise SettingError(f"{source}: `{setting.name}` is one value, not {value!r:.100}")
    text = str(value)
    if isinstance(setting.default, bool):
        if text.lower() not in _TRUE | _FALSE:
            raise SettingError(f"{source}: `{text}` is neither true nor false")
        return text.lower() in _TRUE
    if isinstance(setting.default, int):
        if not _NUMBER.fullmatch(text):
            raise SettingError(f"{source}: `{text}` is no whole number")
        return int(text)
    if setting.choices and text not in setting.choices:
        raise SettingError(f"{source}: `{text}` is not one of {', '.join(setting.choices)}")
    return type(setting.default)(text)


def _check(values: Mapping[str, Any]) -> None:
    if not _ACCOUNT.fullmatch(values["account"]):
        raise SettingError(f"--account: `{values['account']}` is not a 12-digit account id")
    if not _REGION.fullmatch(values["region"]):
        raise SettingError(f"--region: `{values['region']}` is no region name")
    if (values["tls_cert"] == Path()) != (values["tls_key"] == Path()):
        raise SettingError("--tls-cert and --tls-key go together")
    if (values["metrics"] == "token") != (values["metrics_token_file"] != Path()):
        raise SettingError("--metrics token and --metrics-token-file go together")
    if bool(values["root_access_key_id"]) != bool(values["root_secret_access_key"]):
        raise SettingError("DOCKREEVE_ROOT_ACCESS_KEY_ID and DOCKREEVE_ROOT_SECRET_ACCESS_KEY go together")
    if values["root_access_key_id"] and not _KEY_ID.fullmatch(values["root_access_key_id"]):
        raise SettingError("DOCKREEVE_ROOT_ACCESS_KEY_ID is not 16 to 128 letters, digits and underscores")
    if values["friendly_refusals"] and values["profile"] == "strict-ecr":
        raise SettingError("--friendly-refusals departs from ECR, so it doesn't go with --profile strict-ecr")
    if values["public_url"] and not _URL.fullmatch(values["public_url"]):
        raise SettingError(f"--public-url: `{values['public_url']}` is no http or https URL of a host")
    for proxy in filter(None, values["trusted_proxies"].replace(" ", "").split(",")):
        _check_address(proxy)
    address(values["listen"])
    if not 1 <= values["workers"] <= MOST_WORKERS:
        raise SettingError(f"--workers: `{values['workers']}` is not from 1 to {MOST_WORKERS}")


def _check_address(proxy: str) -> None:
    try:
        same = str(ip_address(proxy)) == proxy
    except ValueError:
        same = False
    if not same:  # in another spelling, or as a network, it would never be met, and nobody would be told
        raise SettingError(f"--trusted-proxies: `{proxy}` is no address in its shortest form")


def address(listen: str) -> tuple[str, int]:
    """`127.0.0.1:5150` or `[::1]:5150` as host and port. Raise `SettingError`."""
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004
        raise SettingError(f"--listen: `{listen}` is not HOST:PORT")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
