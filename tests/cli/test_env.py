"""`dockreeve env`: what it prints works in a shell, what it writes leaves everything else alone."""

import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from .commands import Shell

FILE = "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = a'b $c/d+e=\n"
VARIABLES = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5150",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIA1",
    "AWS_SECRET_ACCESS_KEY": "a'b $c/d+e=",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder after the first start, without a server that runs."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "root-credentials").write_text(FILE)
    return folder


def exported(text: str, names: list[str]) -> dict[str, str]:
    """What a POSIX shell has of these variables once it evaluated the text."""
    script = f'eval "$1"; for name in {" ".join(names)}; do eval "echo \\"\\${{$name-unset}}\\""; done'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", text],
        env={"AWS_SESSION_TOKEN": "old", "AWS_PROFILE": "old", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(names, done.stdout.splitlines(), strict=True))


def test_what_it_prints_can_be_evaluated_whatever_is_in_the_secret(shell: Shell, data: Path) -> None:
    ended = shell("env", "--data", data)
    assert (ended.status, ended.err) == (0, "")
    expected = VARIABLES | {"AWS_SESSION_TOKEN": "unset", "AWS_PROFILE": "unset"}
    assert exported(ended.out, list(expected)) == expected


def test_fish_gets_its_own_syntax(shell: Shell, data: Path) -> None:
    lines = shell("env", "--data", data, "--shell", "fish").out.splitlines()
    assert "set -gx AWS_ENDPOINT_URL http://127.0.0.1:5150;" in lines
    assert "set -e AWS_SESSION_TOKEN;" in lines and "set -e AWS_PROFILE;" in lines


def test_the_server_and_the_region_may_be_given(shell: Shell, data: Path) -> None:
    out = shell("env", "--data", data, "--server", "https://registry.test/", "--region", "eu-west-1").out
    found = exported(out, ["AWS_ENDPOINT_URL", "AWS_REGION"])
    assert found == {"AWS_ENDPOINT_URL": "https://registry.test", "AWS_REGION": "eu-west-1"}


def test_the_endpoint_of_before_does_not_say_where_it_points_next(
    shell: Shell, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.test")
    assert exported(shell("env", "--data", data).out, ["AWS_ENDPOINT_URL"])["AWS_ENDPOINT_URL"].endswith(":5150")


def test_without_a_first_start_there_is_nothing_to_print(shell: Shell, tmp_path: Path) -> None:
    ended = shell("env", "--data", tmp_path / "absent")
    assert (ended.status, ended.out) == (5, "")
    assert "dockreeve serve" in ended.line


@pytest.mark.parametrize("content", ["", "[default]\n", "no section", "[default]\naws_access_key_id = AKIA1\n"])
def test_a_damaged_file_is_told_without_what_is_in_it(shell: Shell, data: Path, content: str) -> None:
    (data / "root-credentials").write_text(content)
    ended = shell("env", "--data", data)
    assert ended.status == 1
    assert "AKIA1" not in ended.line


def profile(shell: Shell, data: Path, name: str = "dock") -> int:
    return shell("env", "--data", data, "--profile", name).status


def test_a_profile_is_written_with_the_endpoint(shell: Shell, data: Path, tmp_path: Path) -> None:
    assert profile(shell, data) == 0
    config, credentials = ConfigParser(), ConfigParser(interpolation=None)
    config.read(tmp_path / ".aws/config")
    credentials.read(tmp_path / ".aws/credentials")
    assert dict(config["profile dock"]) == {"endpoint_url": "http://127.0.0.1:5150", "region": "us-east-1"}
    assert credentials["dock"]["aws_secret_access_key"] == VARIABLES["AWS_SECRET_ACCESS_KEY"]


def test_only_the_owner_reads_what_is_written(shell: Shell, data: Path, tmp_path: Path) -> None:
    profile(shell, data)
    assert (tmp_path / ".aws").stat().st_mode & 0o777 == 0o700
    for name in ("config", "credentials"):
        assert (tmp_path / ".aws" / name).stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in (tmp_path / ".aws").iterdir()) == ["config", "credentials"]


def test_other_profiles_and_comments_stay_as_they_are(shell: Shell, data: Path, tmp_path: Path) -> None:
    before = "# mine\n[default]\nregion = eu-north-1\n\n[profile work]\nrole_arn = arn:x\n  nested = 1\n"
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(before)
    (tmp_path / ".aws/credentials").write_text("[work]\naws_access_key_id = AKIAWORK")  # no line's end
    profile(shell, data)
    assert (tmp_path / ".aws/config").read_text().startswith(before)
    assert (tmp_path / ".aws/credentials").read_text().startswith("[work]\naws_access_key_id = AKIAWORK\n")


def test_writing_it_again_replaces_it_and_nothing_grows(shell: Shell, data: Path, tmp_path: Path) -> None:
    profile(shell, data, "other")
    profile(shell, data)
    profile(shell, data, "other")
    first = (tmp_path / ".aws/config").read_text()
    (data / "root-credentials").write_text(FILE.replace("AKIA1", "AKIA2"))
    profile(shell, data, "other")
    assert (tmp_path / ".aws/config").read_text() == first
    text = (tmp_path / ".aws/credentials").read_text()
    assert text.count("[other]") == text.count("AKIA1") == text.count("AKIA2") == 1


def test_the_default_profile_has_its_own_heading(shell: Shell, data: Path, tmp_path: Path) -> None:
    profile(shell, data, "default")
    assert (tmp_path / ".aws/config").read_text().startswith("[default]\n")


def test_the_files_are_where_the_sdks_look_for_them(
    shell: Shell, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "c"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "s"))
    profile(shell, data)
    assert "[profile dock]" in (tmp_path / "c").read_text() and "[dock]" in (tmp_path / "s").read_text()


@pytest.mark.parametrize("name", ["a]b", "a b", "", "x" * 65, "a\nb"])
def test_a_name_that_would_break_the_file_is_refused(shell: Shell, data: Path, tmp_path: Path, name: str) -> None:
    ended = shell("env", "--data", data, f"--profile={name}")
    if name:
        assert ended.status == 1 and ended.line
    assert not (tmp_path / ".aws").exists()
