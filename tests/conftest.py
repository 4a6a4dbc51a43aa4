"""What every test stands on: the database copied from a template, no way out to the network, a real browser."""

from __future__ import annotations

import importlib
import os
import shutil
from typing import TYPE_CHECKING, cast

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from hypothesis import settings as hypothesis_settings

from tests.database import template_database
from tests.network import refuse_the_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.postgresql.base import DatabaseWrapper
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def pytest_configure() -> None:
    """Settings that only spare the tests time or files: nothing a rule depends on."""
    refuse_the_network()
    # Marks the sessions of its clients with a second factor.
    importlib.import_module("tests.editors")
    # A slow machine is no mistake of an example; and a found one is printed so that it can be tried again.
    hypothesis_settings.register_profile("registry", deadline=None, print_blob=True)
    hypothesis_settings.load_profile("registry")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Copy each run's database from one that is migrated already: seconds instead of half a minute."""
    default = cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])
    with django_db_blocker.unblock():
        default.settings_dict["TEST"]["TEMPLATE"] = template_database(default)


def chromium() -> str | None:
    """The path of a Chromium: CHROMIUM, else one of the usual names."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser's tests on a machine without one, and give back what tests that commit would lose."""
    for item in items:
        if item.get_closest_marker("browser") and not chromium():
            item.add_marker(pytest.mark.skip(reason="no Chromium"))
        restore_what_migrations_made(item)


def restore_what_migrations_made(item: pytest.Item) -> None:
    """Tests that commit empty every table after themselves, the roles that a migration made among them."""
    marker = item.get_closest_marker("django_db")
    arguments = dict(marker.kwargs) if marker else {}
    if arguments.get("transaction") or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        arguments |= {"transaction": True, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**arguments), append=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not chromium():
        terminalreporter.section("browser tests were NOT run")
        terminalreporter.line(
            "No Chromium was found: install it, or name it, such as CHROMIUM=/path/to/chrome make test."
        )


@pytest.fixture(scope="session")
def browser(django_db_setup: None) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, which Django takes for a view that must not touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium's sandbox does not work as root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    made_by_migrations = getattr(connections[DEFAULT_DB_ALIAS], "_test_serialized_contents", "[]")
    with sync_playwright() as playwright:
        # Beside that loop Django opens another connection, which has to know what to restore, too.
        vars(connections[DEFAULT_DB_ALIAS])["_test_serialized_contents"] = made_by_migrations
        opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at 1280 pixels, without cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
