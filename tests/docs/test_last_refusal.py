"""docs/refusals.md: `dockreeve why --last` shows the newest refusal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from clients.server import Keys, Server, dockreeve


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    yield started.start()
    started.kill()


@pytest.mark.slow
def test_the_last_refusal_is_found_however_much_was_allowed_since(server: Server) -> None:
    iam = server.sdk().client("iam")
    iam.create_user(UserName="carl")
    ecr = server.sdk(Keys.of(iam.create_access_key(UserName="carl"))).client("ecr")
    with pytest.raises(ClientError, match="AccessDenied"):
        ecr.describe_repositories()
    for _ in range(120):
        iam.get_user(UserName="carl")
    asked = [dockreeve(), "why", "--last", "--principal", "carl", "--data", str(server.data)]
    shown = subprocess.run(asked, env=server.environment, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("refused: ecr:DescribeRepositories\n")
