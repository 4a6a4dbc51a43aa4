"""The environment of the tests, set before Django reads its settings, and the embedded PostgreSQL they run on."""

import os
from collections.abc import Generator

import pytest

from registry import postgres

# What the person at the terminal has set for their own registry must not change what the tests find.
for name in (
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "DATA_LICENCE",
    "DEBUG",
    "DEFAULT_COUNTRY",
    "DEMO",
    "OPERATOR_CONTACT",
    "PASSWORD_ALONE",
    "PORT",
    "READ_ONLY",
):
    os.environ.pop(name, None)
os.environ |= {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "only-for-the-tests-" * 4,
    "SITE_URL": "http://127.0.0.1:8000",
    "LOG_LEVEL": "ERROR",
}
# Seconds until a test that waits for ever is a failure with a name. The full figures take what they take.
os.environ.setdefault("PYTEST_TIMEOUT", "0" if os.environ.get("TEST_LONG") else "240")
# And until a lock that nobody gives is: on every connection, of threads and of processes that a test starts as well.
os.environ["PGOPTIONS"] = f"-c lock_timeout={'1h' if os.environ.get('TEST_LONG') else '60s'}"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Join before Django reads its settings; so does every process of a parallel run, until the last one ends."""
    try:
        postgres.join()
    except postgres.PostgresError as trouble:
        pytest.exit(str(trouble), returncode=4)
    return (yield)


def pytest_unconfigure() -> None:
    postgres.leave()
