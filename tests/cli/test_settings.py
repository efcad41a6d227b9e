"""The one table of settings: what wins, what is refused, and that help and table agree."""

from pathlib import Path
from typing import Any

import pytest

from dockreeve.settings import BY_NAME, SETTINGS, SettingError, address, is_loopback, load

from .commands import Shell


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dockreeve.toml"


def test_the_defaults_run_the_whole_program() -> None:
    settings = load({}, {})
    assert {one.name: one.default for one in SETTINGS} == dict(settings.values)


def test_flags_win_over_the_environment_it_over_the_file_and_that_over_the_default(file: Path) -> None:
    file.write_text('region = "eu-west-1"')
    environment = {"DOCKREEVE_REGION": "eu-west-2"}
    assert load({}, {}).region == BY_NAME["region"].default
    assert load({}, {}, file).region == "eu-west-1"
    assert load({}, environment, file).region == "eu-west-2"
    assert load({"region": "eu-west-3"}, environment, file).region == "eu-west-3"


def test_a_flag_that_was_not_given_and_an_empty_variable_say_nothing(file: Path) -> None:
    file.write_text('region = "eu-west-1"')
    assert load({"region": None}, {"DOCKREEVE_REGION": ""}, file).region == "eu-west-1"


def test_the_environment_may_name_the_file(file: Path) -> None:
    file.write_text("decision_hours = 7")
    assert load({}, {"DOCKREEVE_CONFIG": str(file)}).decision_hours == 7


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("No", False), ("off", False)]
)
def test_yes_and_no_have_several_spellings(text: str, value: bool) -> None:
    assert load({}, {"DOCKREEVE_INSECURE_LISTEN": text}).insecure_listen is value


def test_a_file_has_values_of_tomls_own_types(file: Path) -> None:
    file.write_text('insecure_listen = true\nmax_connections = 5\ndata = "/srv/x"')
    settings = load({}, {}, file)
    assert (settings.insecure_listen, settings.max_connections, settings.data) == (True, 5, Path("/srv/x"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "12345678901"),
        ("account", "1234567890123"),
        ("account", "١٢٣٤٥٦٧٨٩٠١٢"),
        ("region", "us east"),
        ("region", "-"),
        ("region", "us-east-1/x"),
        ("listen", "127.0.0.1"),
        ("listen", ":80"),
        ("listen", "127.0.0.1:65536"),
        ("listen", "127.0.0.1:http"),
        ("authorization", "off"),
        ("explain", "loudly"),
        ("log_level", "everything"),
        ("decision_hours", "-1"),
        ("decision_hours", "1.5"),
        ("decision_hours", "1e3"),
        ("max_connections", "٣"),
        ("insecure_listen", "maybe"),
        ("tls_cert", "cert.pem"),
        ("root_access_key_id", "AKIA"),
        ("public_url", "registry.example.test"),
        ("public_url", "ftp://registry.example.test"),
        ("public_url", "https://"),
        ("public_url", "https://registry.example.test/path"),
        ("trusted_proxies", "10.0.0.0/8"),
        ("trusted_proxies", "proxy.example.test"),
        ("trusted_proxies", "10.0.0.1,2001:DB8::1"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_the_setting(name: str, value: str) -> None:
    setting = BY_NAME[name]
    with pytest.raises(SettingError) as refused:
        load({}, {setting.variable: value})
    assert setting.flag in str(refused.value) or setting.variable in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "no_such_setting = 1",
        "Region = 'eu-west-1'",
        "master_key = '00'",
        "root_secret_access_key = 'x'",
        "trusted_proxies = ['10.0.0.1']",
        "decision_hours = 1.5",
        "data = {}",
        "decision_hours = true",
        "region",
        "\x00",
    ],
)
def test_the_file_holds_known_settings_of_one_value_and_no_secrets(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingError, match=r"dockreeve\.toml"):
        load({}, {}, file)


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_read_is_refused(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=r"dockreeve\.toml"):
        load({}, {"DOCKREEVE_CONFIG": str(file)})


def test_friendly_refusals_and_strict_ecr_exclude_each_other() -> None:
    assert load({"friendly_refusals": "true"}, {}).friendly_refusals is True
    with pytest.raises(SettingError, match=r"^--friendly-refusals .*strict-ecr$"):
        load({"profile": "strict-ecr"}, {"DOCKREEVE_FRIENDLY_REFUSALS": "1"})


def test_no_refusal_repeats_a_secret() -> None:
    with pytest.raises(SettingError) as refused:
        load({}, {"DOCKREEVE_ROOT_SECRET_ACCESS_KEY": "hush-hush"})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("listen", "expected"),
    [("127.0.0.1:5150", ("127.0.0.1", 5150)), ("[::1]:0", ("::1", 0)), ("localhost:80", ("localhost", 80))],
)
def test_an_address_is_host_and_port(listen: str, expected: tuple[str, int]) -> None:
    assert address(listen) == expected


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("localhost.example.test", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_every_setting_has_a_flag_in_the_help_and_a_secret_has_none(shell: Shell) -> None:
    shown = " ".join(shell("serve", "--help").out.split())
    for one in SETTINGS:
        assert (f"{one.flag} " in shown) is not one.secret, one.name
        assert (one.sentence.split("(")[0].strip() in shown) is not one.secret, one.name
        if one.choices:
            assert f"[{'|'.join(one.choices)}]" in shown


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_a_settings_words_are_its_own(setting: Any) -> None:
    assert [one.name for one in SETTINGS].count(setting.name) == 1
    assert setting.sentence[0].isupper() and not setting.sentence.endswith(".")
    assert setting.default in setting.choices or not setting.choices
