"""The words of one language, read from its TOML file, and the matcher that finds them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .matching import Cue, Found, Matcher
from .tokens import Token, fold

FOLDER = Path(__file__).parent / "vocabulary"


def by_form(table: dict[str, str]) -> dict[str, float]:
    """`2 = "two both"` as a value for each word."""
    values = {key: float(key) if "." in key else int(key) for key in table}
    return {fold(form): values[key] for key, forms in table.items() for form in forms.split()}


def folded(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(form) for form in forms)


@dataclass(frozen=True)
class Vocabulary:
    """What the reader knows of one language. The sections are described in docs/reading.md."""

    code: str
    name: str
    common: frozenset[str]
    abbreviations: frozenset[str]
    months_first: bool
    free_order: bool
    capital_nouns: bool
    passive_reach: int
    number_words: dict[str, float]
    scales: dict[str, int]
    glue: tuple[str, ...]
    joiners: frozenset[str]
    stops: frozenset[str]
    conjunctions: frozenset[str]
    particles: frozenset[str]
    nation_endings: tuple[str, ...]
    plural_endings: tuple[str, ...]
    articles: frozenset[str]
    copulas: frozenset[str]
    relatives: frozenset[str]
    active_aux: frozenset[str]
    foreign_letters: frozenset[str]
    adjective_endings: tuple[str, ...]
    former: frozenset[str]
    nominative: tuple[tuple[str, str], ...]
    openers: frozenset[str]
    matcher: Matcher
    last_found: list[tuple[Sequence[Token], Found]] = field(default_factory=list)

    def find(self, section: str, tokens: Sequence[Token]) -> list[Cue]:
        """The phrases of one section in a sentence."""
        return self.find_all(tokens)[section]

    def find_all(self, tokens: Sequence[Token]) -> Found:
        """The phrases of all sections in a sentence.

        Every stage asks for its own sections of the same sentence, so the last one is remembered;
        the entry is replaced whole, which keeps threads from seeing half of one.
        """
        known = self.last_found[0] if self.last_found else None
        if known is None or known[0] is not tokens:
            known = (tokens, self.matcher.find(tokens))
            self.last_found[:] = [known]
        return known[1]


SECTIONS = (
    "acts", "ignored", "frames", "people", "units", "qualifiers", "ranges",
    "speech", "sources", "titles", "names", "months", "weekdays", "seasons", "relative", "dates", "single",
)  # fmt: skip


def build(code: str, table: dict[str, Any]) -> Vocabulary:
    language, numbers, words = table["language"], table["numbers"], table["words"]
    return Vocabulary(
        code=code,
        name=language["name"],
        common=folded(language["common"]),
        abbreviations=folded(language.get("abbreviations", [])),
        months_first=language.get("months_first", False),
        capital_nouns=language.get("capital_nouns", False),
        passive_reach=language.get("passive_reach", 3),
        free_order=language.get("free_order", False),
        number_words=by_form(numbers["words"]),
        scales={form: int(value) for form, value in by_form(numbers["scales"]).items()},
        glue=tuple(map(fold, numbers.get("glue", []))),
        joiners=folded(numbers.get("joiners", [])),
        stops=folded(words["stops"]),
        conjunctions=folded(words["conjunctions"]),
        particles=folded(words.get("particles", [])),
        nation_endings=tuple(map(fold, words.get("nation_endings", []))),
        plural_endings=tuple(map(fold, words.get("plural_endings", []))),
        articles=folded(words.get("articles", [])),
        copulas=folded(words.get("copulas", [])),
        relatives=folded(words.get("relatives", [])),
        foreign_letters=frozenset(language.get("foreign_letters", "")),
        active_aux=folded(words.get("active_aux", [])),
        former=folded(words.get("former", [])),
        adjective_endings=tuple(map(fold, words.get("adjective_endings", []))),
        nominative=tuple((a, b) for a, b in words.get("nominative", [])),
        openers=folded(language["common"]) | folded(words["stops"]),
        matcher=Matcher({section: table.get(section, {}) for section in SECTIONS}, frozenset(["frames", "units"])),
    )


@cache
def load(code: str) -> Vocabulary:
    """The vocabulary of a language by its two-letter code; read once per process."""
    with open(FOLDER / f"{code}.toml", "rb") as file:
        return build(code, tomllib.load(file))


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that have a vocabulary file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
