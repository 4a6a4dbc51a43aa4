"""The settings: what the environment may say, and what stops the start."""

import os
import re
import runpy
import stat
from pathlib import Path
from typing import Any

import pytest
from environs import EnvError

from registry.environment import BASE_DIR, in_a_sentence, read_env_file

READ_BY_THE_CODE = re.compile(r"""(?:env\.\w+|os\.environ\.get)\(\s*"([A-Z_]+)\"""")
DESCRIBED = re.compile(r"^# ([A-Z_]+)=", re.MULTILINE)


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The settings as they are with some variables of the environment; those of the tests' own are gone."""

    def read(**variables: str) -> dict[str, Any]:
        for name in DESCRIBED.findall((BASE_DIR / ".env.example").read_text()):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"VAR_DIR": str(tmp_path), "DATABASE_URL": "postgres:///registry", **variables}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(BASE_DIR / "registry" / "settings.py"))

    return read


def test_env_example_is_the_complete_list_of_variables() -> None:
    sources = [path.read_text() for path in (*BASE_DIR.glob("registry/*.py"), BASE_DIR / "manage.py")]
    read = {name for source in sources for name in READ_BY_THE_CODE.findall(source)}

    assert set(DESCRIBED.findall((BASE_DIR / ".env.example").read_text())) == read


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SITE_URL", "http://registry.example", "must begin with https://"),
        ("SITE_URL", "registry.example", "must be an address such as https://registry.example"),
        ("SITE_URL", "https://registry.example/by/", "without a path"),
        ("PORT", "80000", "PORT"),
        ("PORT", "eighty", "PORT"),
        ("DEBUG", "perhaps", "DEBUG"),
        ("DEFAULT_COUNTRY", "Belarus", "two capital letters"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
        ("SECRET_KEY", "password", "fewer than 50 characters"),
        ("DATABASE_URL", "mysql://localhost/registry", "must begin with postgres://"),
        ("DATA_LICENCE_URL", "foo", "begins with https://"),
        ("ENV_FILE", "no-such-file", "there is no such file"),
        ("VAR_DIR", "/dev/null/var", "name a folder that you may write in"),
    ],
)
def test_wrong_value_stops_the_start_and_says_so(settings_of: Any, name: str, value: str, words: str) -> None:
    with pytest.raises(EnvError, match=re.escape(words)):
        settings_of(**{name: value})


def test_nothing_set_is_safe(settings_of: Any) -> None:
    settings = settings_of()

    assert (settings["DEBUG"], settings["SECURE_PROXY_SSL_HEADER"]) == (False, None)
    assert settings["ALLOWED_HOSTS"] == ["127.0.0.1", "127.0.0.1", "localhost", "[::1]"]


def test_https_address_hardens_cookies_and_redirects(settings_of: Any) -> None:
    settings = settings_of(SITE_URL="https://registry.example/")

    assert settings["SESSION_COOKIE_NAME"] == "__Host-session" and settings["SESSION_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"] and settings["SECURE_HSTS_SECONDS"] > 15_768_000


def test_onion_address_is_not_redirected_to_https(settings_of: Any) -> None:
    settings = settings_of(SITE_URL=f"http://{'a' * 56}.onion")

    assert not settings["SECURE_SSL_REDIRECT"] and not settings["SECURE_HSTS_SECONDS"]


def test_secret_key_is_made_once_and_readable_by_its_owner_alone(settings_of: Any, tmp_path: Path) -> None:
    first, second = settings_of()["SECRET_KEY"], settings_of()["SECRET_KEY"]

    assert first == second and len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("SITE_NAME=From the file\nOPERATOR_NAME=From the file\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    monkeypatch.setenv("SITE_NAME", "From the environment")
    monkeypatch.setenv("OPERATOR_NAME", "")
    monkeypatch.delenv("OPERATOR_NAME")

    read_env_file()

    assert (os.environ["SITE_NAME"], os.environ["OPERATOR_NAME"]) == ("From the environment", "From the file")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "99999", "Must be greater than or equal to 1 and less than or equal to 65535."),
        ("PORT", "eighty", "Write a whole number."),
        ("DEMO", "maybe", "Write true or false."),
        ("OPERATOR_CONTACT", "", "Length must be between 3 and 200."),
    ],
)
def test_wrong_value_is_told_in_a_sentence(settings_of: Any, name: str, value: str, words: str) -> None:
    with pytest.raises(EnvError) as raised:
        settings_of(**{name: value})

    assert in_a_sentence(raised.value) == f'Environment variable "{name}" invalid: {words}'
