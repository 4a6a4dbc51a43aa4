"""What every test stands on: the database copied from a template, no way out to the network, a real browser."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
from collections import deque
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.template import Template
from django.test import Client
from hypothesis import settings as hypothesis_settings

from tests.database import (
    check_foreign_keys_alone,
    empty_by_deleting,
    give_back,
    rows_made_by_migrations,
    template_database,
)
from tests.network import refuse_the_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.postgresql.base import DatabaseWrapper
    from django.template import Context
    from django.utils.safestring import SafeString
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

# The shell without windows first: it takes half the time.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
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
    # A slow machine is no mistake of an example; and a found one is printed so that it can be tried again. Each run
    # takes other examples.
    examples = 500 if os.environ.get("TEST_LONG") else 50
    hypothesis_settings.register_profile("registry", deadline=None, print_blob=True, max_examples=examples)
    hypothesis_settings.load_profile("registry")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    look_for_static_files_once()
    check_foreign_keys_alone()
    # Each test has data of its own, whose changesets have the same numbers.
    settings.KEPT_PAGES_MEGABYTES = 0
    # Empty: each client would read what `make run` has collected, a thousand files.
    settings.STATIC_ROOT = settings.VAR_DIR / "static-of-tests"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Copy each run's database from one that is migrated already: seconds instead of half a minute."""
    default = the_connection()
    with django_db_blocker.unblock():
        default.settings_dict["TEST"]["TEMPLATE"] = template_database(default)


def look_for_static_files_once() -> None:
    """Each client of a test makes the middleware anew, which looks through all folders of static files."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def add_found(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = add_found


@pytest.fixture(scope="session", autouse=True)
def widgets_are_not_told(django_test_environment: None) -> None:
    """Django's clients are told of each template with a copy of what it was given: hundreds for one form's fields."""
    templates: Any = Template
    tell = templates._render

    def render(template: Template, context: Context) -> SafeString:
        is_widget = (template.name or "").startswith("django/forms/")
        return template.nodelist.render(context) if is_widget else tell(template, context)

    templates._render = render


def pytest_collection_finish() -> None:
    """A tenth to a fifth of the time went into looking for garbage among what lives as long as the tests do."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


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
    # The longest: one process begins with them, instead of all with a browser of their own in the end.
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def restore_what_migrations_made(item: pytest.Item) -> None:
    """Tests that commit empty every table after themselves, the roles that a migration made among them."""
    marker = item.get_closest_marker("django_db")
    arguments = dict(marker.kwargs) if marker else {}
    names = cast("list[str]", getattr(item, "fixturenames", []))
    if arguments.get("transaction") or {"transactional_db", "live_server"} & set(names):
        # With `serialized_rollback` Django leaves it to us to fill the tables again.
        arguments |= {"transaction": True, "serialized_rollback": True}
        item.add_marker(pytest.mark.django_db(**arguments), append=False)
        names[:0] = ["made_by_migrations", "django_db_blocker"]


@pytest.fixture(scope="session")
def made_by_migrations(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, bytes]:
    """Nothing has been committed yet: the first test that commits asks for it first."""
    with django_db_blocker.unblock():
        empty_and_fill_our_way()
        return rows_made_by_migrations(the_connection())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Give the rows back at once, so that the next test finds them, whichever it is. The last leaves no database."""
    asked = cast("dict[str, Any]", getattr(item, "funcargs", {}))
    rows, blocker = asked.get("made_by_migrations"), asked.get("django_db_blocker")
    yield
    if rows is not None and blocker is not None and nextitem is not None:
        with blocker.unblock():
            give_back(the_connection(), rows)
            # As Django does after such a test: the browser's loop has a connection of its own, which stays open else.
            the_connection().close()


@pytest.fixture(autouse=True)
def files_are_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file that a test leaves half read holds its transaction, until Python happens to look for garbage."""
    left: list[Any] = []
    answer_of = Client.request

    def request(self: Client, **asked: Any) -> Any:
        read_all(left)
        answer = answer_of(self, **asked)
        left.extend([answer] if answer.streaming else [])
        return answer

    monkeypatch.setattr(Client, "request", request)
    yield
    read_all(left)


def read_all(answers: list[Any]) -> None:
    while answers:
        deque(answers.pop(), maxlen=0)


def the_connection() -> DatabaseWrapper:
    return cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS])


def empty_and_fill_our_way() -> None:
    """Django would fill the tables from a text of its own before a test that commits, and empty them slowly after."""
    vars(the_connection())["_test_serialized_contents"] = "[]"
    empty_by_deleting(the_connection())


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
    # Within that loop nobody sees this connection, but a child of this process would: it has no loop. Killed in the
    # midst of a transaction it would leave it open here, with its locks.
    the_connection().close()
    the_connection().close_pool()
    # Chromium's sandbox does not work as root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Without a graphics card, which Chromium would play itself.
    arguments = [*sandbox, "--disable-gpu", "--disable-software-rasterizer"]
    with sync_playwright() as playwright:
        # Beside that loop Django opens another connection.
        empty_and_fill_our_way()
        opened = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield opened
        opened.close()
        # Out of this loop nobody sees its connection, which would keep the database from being dropped.
        the_connection().close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at 1280 pixels, without cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
