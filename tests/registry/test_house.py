"""The house: one direction of imports, no clock below the view, every module says what lives in it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from registry.environment import BASE_DIR

# Each app may import itself and those before it.
APPS = ("registry", "prisoners", "pardons", "counts")
CLOCK = re.compile(r"\b(date\.today|datetime\.now|datetime\.today|timezone\.now|localdate|localtime|utcnow)\(")
# A view asks for today once; a command, a form and the admin are views of another kind.
MAY_ASK_FOR_TODAY = re.compile(r"(^|/)((\w+_)?views|admin|forms|management|commands|migrations)(/|\.py$|$)")


def sources(app: str) -> list[Path]:
    return sorted(path for path in (BASE_DIR / app).rglob("*.py"))


def every_source() -> list[Path]:
    return [path for app in APPS for path in sources(app)]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imported_apps(path: Path) -> frozenset[str]:
    """The apps a file imports, wherever in it."""
    return frozenset(imports_in(parsed(path)))


def imports_in(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).split(".")[0]


@pytest.mark.parametrize("app", APPS)
def test_app_imports_only_apps_below_it(app: str) -> None:
    above = set(APPS[APPS.index(app) + 1 :])

    wrong = {f"{path.relative_to(BASE_DIR)}: {name}" for path in sources(app) for name in above & imported_apps(path)}

    assert wrong == set()


def test_no_app_imports_the_tests() -> None:
    assert {path.name for path in every_source() if "tests" in imported_apps(path)} == set()


def test_no_clock_below_the_view() -> None:
    below = [path for path in every_source() if not MAY_ASK_FOR_TODAY.search(str(path.relative_to(BASE_DIR)))]

    found = {str(path.relative_to(BASE_DIR)) for path in below if CLOCK.search(path.read_text())}

    assert found == set()


def test_no_drawer_for_what_has_no_place() -> None:
    assert {path.name for path in every_source()}.isdisjoint({"utils.py", "helpers.py", "statistics.py", "common.py"})


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    modules = [path for path in every_source() if path.parent.name != "migrations" and path.stat().st_size]

    assert {str(path) for path in modules if not ast.get_docstring(parsed(path))} == set()
