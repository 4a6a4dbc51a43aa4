"""The page docs/counting.md and the methodology page: true to the rules, the code and the tests."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from registry.method import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "counting.md").read_text()
SECTIONS = dict(re.findall(r"^### (\d+)\. (.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL))
NAMES = sorted(set(re.findall(r"`((?:counts|pardons|prisoners|registry)(?:\.\w+)+)`", PAGE)))
TEST_FILES = [path.read_text() for path in ROOT.glob("tests/**/test_*.py")]
TESTS = {name for text in TEST_FILES for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


def in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("number", RULES)
def test_each_rule_stands_on_the_page_in_the_words_of_the_method(number):
    section = in_one_line(SECTIONS[str(number)])

    assert section.startswith(f"{RULES[number].name} {RULES[number].text} Held by")


@pytest.mark.parametrize("number", RULES)
def test_each_rule_names_a_test_of_its_number_or_says_that_it_is_not_built(number):
    section = SECTIONS[str(number)]

    assert f"`test_rule_{number:02}_" in section or "Not built yet" in section


@pytest.mark.parametrize("name", NAMES)
def test_code_that_the_page_names_exists(name):
    parts = name.split(".")
    # A module is found by its file: everything after it is an attribute.
    depth = max(depth for depth in range(1, len(parts) + 1) if is_module(parts[:depth]))

    found: object = import_module(".".join(parts[:depth]))
    for part in parts[depth:]:
        found = getattr(found, part)

    assert found is not None


def is_module(parts: list[str]) -> bool:
    path = ROOT.joinpath(*parts)
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_tests_that_the_page_names_exist():
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert named <= TESTS


def test_every_numbered_test_is_of_a_rule_of_the_page():
    numbers = {int(number) for name in TESTS for number in re.findall(r"^test_rule_(\d+)_", name)}

    assert numbers <= set(RULES)
    assert set(RULES) <= numbers


@pytest.mark.django_db
def test_methodology_page_has_a_sentence_for_every_rule(client):
    page = in_one_line(re.sub(r"<[^>]+>", " ", client.get("/method/").content.decode()))

    missing = [number for number, rule in RULES.items() if str(rule.text) not in page]

    assert missing == []
