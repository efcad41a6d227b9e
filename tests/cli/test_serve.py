"""`dockreeve serve`: what the first start makes and says, and when it doesn't start."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable
from configparser import ConfigParser
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dockreeve import __version__
from dockreeve.cli.client import local_server
from dockreeve.cli.running import Running
from rights.wire import ACCOUNT

from .commands import Ended, Serving, Shell, environment, ran, serving

Refusing = Callable[..., Ended]

PRESET = {
    "DOCKREEVE_ROOT_ACCESS_KEY_ID": "AKIAPRESETPRESET1234",
    "DOCKREEVE_ROOT_SECRET_ACCESS_KEY": "preset/secret+key",
}


def identity(server: Serving) -> str:
    reply = server.ask("sts:GetCallerIdentity")
    assert reply.status == 200, reply.body
    arn: str = reply.parsed["Arn"]
    return arn


# the first start


def test_the_first_start_says_where_it_listens_and_three_lines_to_try(running: Serving) -> None:
    host = urlsplit(running.url).netloc
    assert running.greeting.splitlines() == [
        f"Dockreeve {__version__}, listening on {running.url}",
        f"account {ACCOUNT}, region us-east-1, root credentials in {running.data}/root-credentials",
        f"console at {running.url}/console/ (signed in: dockreeve console)",
        "",
        "Try, in another terminal:",
        f'  eval "$(dockreeve env --data {running.data})"',
        "  aws ecr create-repository --repository-name app",
        f"  aws ecr get-login-password | docker login -u AWS --password-stdin {host}",
    ]


def test_the_greeting_holds_no_secret(running: Serving) -> None:
    assert running.root.secret_key not in running.greeting
    assert running.root.access_key not in running.greeting


def test_only_the_owner_reads_the_data_folder_and_the_credentials(running: Serving) -> None:
    assert running.data.stat().st_mode & 0o777 == 0o700
    for name in ("root-credentials", "master-key", "server.json"):
        assert (running.data / name).stat().st_mode & 0o777 == 0o600, name


def test_the_credentials_are_a_file_that_sdks_read(running: Serving) -> None:
    parser = ConfigParser(interpolation=None)
    parser.read(running.data / "root-credentials")
    assert set(parser["default"]) == {"aws_access_key_id", "aws_secret_access_key"}
    assert parser["default"]["aws_access_key_id"].startswith("AKIA")
    assert len(parser["default"]["aws_secret_access_key"]) == 40
    assert identity(running) == f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.slow
def test_a_second_start_keeps_account_and_keys(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as first:
        first.user("dev")
        keys = first.root.secret_key
        assert first.stop() == 0
        assert not (tmp_path / "data/server.json").exists()
    with serving(tmp_path / "data") as second:
        assert second.root.secret_key == keys
        assert [one["UserName"] for one in second.ask("iam:ListUsers").parsed["Users"]] == ["dev"]


@pytest.mark.slow
def test_the_environment_may_preset_the_root_users_keys(tmp_path: Path) -> None:
    with serving(tmp_path / "data", settings=PRESET) as server:
        assert (server.root.access_key, server.root.secret_key) == tuple(PRESET.values())
        assert identity(server) == f"arn:aws:iam::{ACCOUNT}:root"
        assert "preset/secret" not in server.greeting
    changed = PRESET | {"DOCKREEVE_ROOT_SECRET_ACCESS_KEY": "another-secret"}
    with serving(tmp_path / "data", settings=changed) as server:
        assert server.root.secret_key == "another-secret"
        assert identity(server) == f"arn:aws:iam::{ACCOUNT}:root"


def test_a_root_key_id_that_no_client_could_sign_with_is_refused(
    refusing: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (PRESET | {"DOCKREEVE_ROOT_ACCESS_KEY_ID": "ci-root"}).items():
        monkeypatch.setenv(name, value)
    ended = refusing("--data", tmp_path / "data")
    assert ended.status == 2
    assert "DOCKREEVE_ROOT_ACCESS_KEY_ID" in ended.line


@pytest.mark.slow
def test_the_account_of_a_data_folder_does_not_change(refusing: Refusing, tmp_path: Path) -> None:
    with serving(tmp_path / "data"):
        pass
    before = (tmp_path / "data" / "root-credentials").read_text()
    ended = refusing("--data", tmp_path / "data", "--account", "210987654321")
    assert ended.status == 1
    assert ended.line.startswith(f"the data folder was made for the account {ACCOUNT}")
    assert (tmp_path / "data" / "root-credentials").read_text() == before


@pytest.mark.slow
def test_the_account_may_be_chosen(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--account", "210987654321") as server:
        assert identity(server) == "arn:aws:iam::210987654321:root"
        assert "account 210987654321" in server.greeting


@pytest.mark.slow
def test_log_only_is_said_aloud(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--authorization", "log-only") as server:
        nobody = server.user("nobody")
        assert server.ask("ecr:DescribeRegistry", nobody).status == 200
        assert server.process.stderr is not None
        assert "authorization is log-only" in server.process.stderr.readline() + server.process.stderr.readline()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_what_was_refused_is_kept(tmp_path: Path, number: int) -> None:
    with serving(tmp_path / "data") as server:
        refused = server.ask("ecr:DescribeRegistry", server.user("nobody")).headers["x-authorization-id"]
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
    with serving(tmp_path / "data") as server:
        ended = ran("why", refused, "--data", server.data)
        assert ended.status == 0 and "ecr:DescribeRegistry" in ended.out


# when it doesn't start


@pytest.fixture
def refusing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """The command in this process, which fails where it would begin to serve."""

    async def served(*_: object, **__: object) -> None:
        raise AssertionError("it serves")

    monkeypatch.setattr(Running, "serve", served)
    return lambda *arguments: shell("serve", "--listen", "127.0.0.1:0", *arguments)


def test_a_second_server_on_the_same_data_is_refused(refusing: Refusing, running: Serving) -> None:
    ended = refusing("--data", running.data)
    assert ended.status == 6
    assert ended.line.startswith(f"another server is using the data folder {running.data}")
    assert local_server(running.data)["url"] == running.url  # the first one is found as before


def test_a_port_that_is_taken_is_a_conflict(refusing: Refusing, running: Serving, tmp_path: Path) -> None:
    listen = urlsplit(running.url).netloc
    ended = refusing("--data", tmp_path / "data", "--listen", listen)
    assert ended.status == 6
    assert ended.line.startswith(f"cannot listen on {listen}: Address already in use")


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_beyond_loopback_it_wants_tls_or_to_be_told_plainly(refusing: Refusing, tmp_path: Path, listen: str) -> None:
    ended = refusing("--data", tmp_path / "data", "--listen", listen)
    assert ended.status == 1
    assert "not a loopback address" in ended.line and "--insecure-listen" in ended.line


@pytest.mark.slow
def test_told_plainly_it_listens_beyond_loopback(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--insecure-listen", "--listen", "0.0.0.0:0") as server:
        assert server.url.startswith("http://0.0.0.0:")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DOCKREEVE_MASTER_KEY": "zz"}, "the master key can't be used"),
        ({"DOCKREEVE_MASTER_KEY": "00"}, "the master key can't be used"),
        ({"DOCKREEVE_ROOT_ACCESS_KEY_ID": "AKIA"}, "go together"),
    ],
)
def test_a_setting_that_cannot_be_is_told_in_one_line(
    refusing: Refusing, tmp_path: Path, settings: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ended = refusing("--data", tmp_path / "data")
    assert ended.status in (1, 2)
    assert said in ended.line


@pytest.mark.slow
def test_another_master_key_than_the_datas_own_is_refused(
    refusing: Refusing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path / "data") as server:
        assert server.stop() == 0
    monkeypatch.setenv("DOCKREEVE_MASTER_KEY", "00" * 32)
    ended = refusing("--data", tmp_path / "data")
    assert ended.status == 1
    assert "master key is not the one" in ended.line


def test_a_database_that_is_none_is_told_in_one_line(refusing: Refusing, tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_text("not a database, by far" * 100)
    ended = refusing("--data", tmp_path)
    assert ended.status == 1
    assert "file is not a database" in ended.line


def test_a_data_folder_that_is_a_file_is_told_in_one_line(refusing: Refusing, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    ended = refusing("--data", tmp_path / "data")
    assert ended.status == 1
    assert "cannot use the data folder" in ended.line


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dockreeve test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    locked = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    (folder / "locked.pem").write_bytes(locked)
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_with_a_certificate_it_speaks_https(tmp_path: Path, certificate: tuple[Path, Path], workers: str) -> None:
    cert, key = certificate
    with serving(tmp_path / "data", "--tls-cert", cert, "--tls-key", key, "--workers", workers) as server:
        assert server.url.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=str(cert))
        connection = http.client.HTTPSConnection(urlsplit(server.url).netloc, context=context, timeout=10)
        connection.request("GET", "/v2/")
        answer = connection.getresponse()
        assert answer.status == 401
        assert answer.headers["www-authenticate"].startswith('Basic realm="https://')
        connection.close()
        ended = ran("why", "--last", "--data", server.data, AWS_CA_BUNDLE=str(cert))
        assert ended.status == 5  # it was asked, and nothing was refused yet
        assert ran("why", "--last", "--data", server.data).status == 7  # an issuer that nobody knows


@pytest.mark.slow
def test_with_a_certificate_it_may_listen_beyond_loopback(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    with serving(tmp_path / "data", "--tls-cert", cert, "--tls-key", key, "--listen", "0.0.0.0:0") as server:
        assert server.url.startswith("https://0.0.0.0:")


@pytest.mark.parametrize("key", ["absent.pem", "locked.pem", "cert.pem"])
def test_a_key_that_cannot_be_used_is_told_in_one_line(
    refusing: Refusing, tmp_path: Path, certificate: tuple[Path, Path], key: str
) -> None:
    cert = certificate[0]
    ended = refusing("--data", tmp_path / "data", "--tls-cert", cert, "--tls-key", cert.with_name(key))
    assert ended.status == 1
    assert ended.line.startswith("the certificate or its key can't be used: ")


def test_a_certificate_without_its_key_is_a_mistake(
    refusing: Refusing, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    ended = refusing("--data", tmp_path / "data", "--tls-cert", certificate[0])
    assert ended.status == 2
    assert "--tls-cert and --tls-key go together" in ended.line


# where commands find it


@pytest.mark.slow
def test_a_server_that_was_killed_is_not_taken_for_one_that_runs(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
        assert json.loads((server.data / "server.json").read_text())["url"] == server.url
        assert not local_server(server.data)
    with serving(tmp_path / "data") as server:
        assert local_server(server.data)["url"] == server.url


@pytest.mark.slow
def test_the_tour_goes_all_the_way_and_shows_the_refused_pull() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dockreeve", "tour"],
        env=environment(AWS_PROFILE="of-nobody", AWS_ENDPOINT_URL="http://127.0.0.1:1", DOCKREEVE_REGION="xx"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = " ".join(done.stdout.split())
    for step in (
        "role CustomRWECRRole",
        "push allowed",
        "pull REFUSED",
        "because no identity-based policy allows the ecr:GetDownloadUrlForLayer action",
        "$ dockreeve why ",
        "ReadECRRepositoryContent",
        "WriteECRRepositoryContent",
        "the same pull allowed, with the same login",
    ):
        assert step in shown, step
