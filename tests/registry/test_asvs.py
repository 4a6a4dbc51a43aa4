"""The table of ASVS 5.0: no requirement of levels 1 and 2 is missing, and what each names is there."""

from __future__ import annotations

import re
from functools import cache

from registry.environment import BASE_DIR

TABLE = BASE_DIR / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1 3.5.3 4.1.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-2 9.2.1 11.4.1 12.1.1 12.2.1-2 13.4.1 14.2.1 14.3.1 15.1.1
15.2.1 15.3.1
"""
LEVEL_2 = """
1.1.1-2 1.2.9 1.3.3-7 1.3.10-11 1.4.2 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4 3.7.1-2 4.1.2-3 4.2.1
5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 7.1.1-2 7.3.1-2 7.4.3-5 7.5.1-2 8.1.2 8.2.3 9.2.2 11.1.1-2
11.2.1-3 11.4.2-4 11.5.1 11.6.1 12.1.2 12.3.1-3 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4
14.3.2-3 15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""


def numbers(ranges: str) -> set[str]:
    """`1.2.1-3` is 1.2.1, 1.2.2 and 1.2.3."""
    found = set()
    for each in ranges.split():
        section, _, last = each.rpartition(".")
        first, _, end = last.partition("-")
        found |= {f"{section}.{number}" for number in range(int(first), int(end or first) + 1)}
    return found


def rows() -> dict[str, str]:
    return {number: held.strip() for number, _about, held in ROW.findall(TABLE.read_text())}


@cache
def text_of(path: str) -> str:
    return (BASE_DIR / path).read_text()


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def is_there(held: str) -> bool:
    """A test by its name, a heading of a document, words of a file, or a deviation that gives its reason."""
    if held.startswith("deviation: "):
        return len(held) > 40
    path, _, words = held.strip("`").partition("::" if "::" in held else ": ")
    if not (BASE_DIR / path).is_file():
        return False
    if "::" in held:
        return f"def {words}(" in text_of(path)
    said = words.partition(";")[0].strip()
    is_heading = re.search(rf"^##? {re.escape(said)}$", text_of(path), re.MULTILINE) is not None
    return (
        is_heading
        if said[:1].isupper() and path.startswith("docs/")
        else bool(said) and folded(said) in folded(text_of(path))
    )


def test_no_requirement_is_missing_and_none_is_invented() -> None:
    assert set(rows()) == numbers(LEVEL_1) | numbers(LEVEL_2)
    assert len(ROW.findall(TABLE.read_text())) == len(numbers(LEVEL_1)) + len(numbers(LEVEL_2)) == 183


def test_every_test_and_document_that_is_named_is_there() -> None:
    assert {number: held for number, held in rows().items() if not is_there(held)} == {}


def test_missing_test_would_be_found() -> None:
    assert not is_there("`tests/registry/test_asvs.py::test_that_nobody_wrote`")
    assert not is_there("docs/security.md: A heading that nobody wrote")
    assert not is_there("docs/security.md: words that nobody wrote")
    assert not is_there("registry/settings.py: ; words alone")
