"""How a command asks the AWS APIs of a server: by botocore, as any client would."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from dockreeve.cli.client import data_folder, endpoint, own_keys
from dockreeve.cli.outcome import FAILED, NOT_AUTHORIZED, NOT_FOUND, UNREACHABLE, Stopped
from dockreeve.settings import BY_NAME

T = TypeVar("T")

_STATUS = {"NoSuchEntity": NOT_FOUND, "AccessDenied": NOT_AUTHORIZED, "AccessDeniedException": NOT_AUTHORIZED}


def client(service: str, server: str | None, data: Path | None) -> Any:
    """A client of the service, signing with the caller's own keys; IAM's documents come as text. Raise `Stopped`."""
    from botocore.config import Config  # noqa: PLC0415 (slow to import)
    from botocore.handlers import json_decode_policies  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    folder = data_folder(data)
    keys = own_keys(folder)
    session = Session()
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    # Without it documents come as text, so that the places of what is found are those of the text.
    session.unregister("after-call.iam", json_decode_policies)
    return session.create_client(
        service,
        region_name=session.get_config_variable("region") or BY_NAME["region"].default,
        endpoint_url=endpoint(server, folder),
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
    )


@cache
def _loader(data_path: str | None) -> Any:
    """Where botocore's models come from. One for all clients: half of a client's time goes into reading them."""
    from botocore.loaders import create_loader  # noqa: PLC0415

    return create_loader(data_path)


def asked(call: Callable[[], T]) -> T:
    """What the call answers. Raise `Stopped` with AWS's sentence, or when nobody answers."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    from botocore.parsers import ResponseParserError  # noqa: PLC0415

    try:
        return call()
    except ClientError as error:
        said = error.response.get("Error", {})
        status = _STATUS.get(said.get("Code", ""), FAILED)
        raise Stopped(said.get("Message") or str(error), status=status) from None
    except ResponseParserError:
        raise Stopped("what answers is no Dockreeve server", "check --server", status=UNREACHABLE) from None
    except BotoCoreError as error:
        raise Stopped(str(error), "start `dockreeve serve`, or give --server", status=UNREACHABLE) from None
