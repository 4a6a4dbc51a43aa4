"""The words of one language, read from its TOML file, and the matcher that finds them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .tokens import Token, fold

FOLDER = Path(__file__).parent / "vocabulary"
WIDEST_GAP = 7
GAP_STOPS = frozenset(".;:!?()")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of the vocabulary found in a sentence: tokens `first` up to, not including, `last`."""

    kind: str
    first: int
    last: int

    @property
    def span(self) -> range:
        return range(self.first, self.last)


class Word:
    """One place of a phrase: exact words, stems (`pardon*`), a number (`#`), any word (`_`)."""

    def __init__(self, pattern: str) -> None:
        options = [fold(option) if option not in "#_" else option for option in pattern.split("|")]
        self.exact = frozenset(option for option in options if not option.endswith("*"))
        self.stems = tuple(option[:-1] for option in options if option.endswith("*"))

    def fits(self, token: Token) -> bool:
        if token.key in self.exact or (self.stems and token.key.startswith(self.stems)):
            return True
        if "#" in self.exact and token.shape == "number":
            return True
        return "_" in self.exact and token.shape == "word"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; None is a gap of up to `WIDEST_GAP` tokens."""

    kind: str
    words: tuple[Word | None, ...]

    def end_at(self, tokens: Sequence[Token], index: int, place: int = 1) -> int | None:
        """Where the phrase whose word number `place` should follow `index` ends, if it does."""
        position = index + 1
        for number, word in enumerate(self.words[place:], start=place):
            if word is None:
                return self._end_after_gap(tokens, position, number + 1)
            if position >= len(tokens) or not word.fits(tokens[position]):
                return None
            position += 1
        return position

    def _end_after_gap(self, tokens: Sequence[Token], position: int, place: int) -> int | None:
        """The first place where the phrase goes on; a full stop, colon or bracket ends the search."""
        word = self.words[place]
        for start in range(position, min(position + WIDEST_GAP, len(tokens))):
            if word is not None and word.fits(tokens[start]):
                end = self.end_at(tokens, start, place + 1)
                if end is not None:
                    return end
            if tokens[start].text in GAP_STOPS:
                return None
        return None


class Matcher:
    """Finds the phrases of one section of a vocabulary; the longest wins at each place."""

    def __init__(self, section: dict[str, list[str]]) -> None:
        self.exact: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        self.numbers: list[Phrase] = []
        for kind, patterns in section.items():
            for pattern in patterns:
                self._add(kind, pattern)
        self.shortest = min(map(len, self.stems), default=1)
        self.longest = max(map(len, self.stems), default=0)

    def _add(self, kind: str, pattern: str) -> None:
        words = tuple(None if word == "..." else Word(word) for word in pattern.split())
        first = words[0]
        if first is None:
            raise ValueError(f"A phrase can't start with a gap: {pattern!r}")
        phrase = Phrase(kind, words)
        for key in first.exact - {"#"}:
            self.exact.setdefault(key, []).append(phrase)
        for stem in first.stems:
            self.stems.setdefault(stem, []).append(phrase)
        if "#" in first.exact:
            self.numbers.append(phrase)

    def candidates(self, token: Token) -> Iterable[Phrase]:
        yield from self.exact.get(token.key, ())
        if token.shape == "number":
            yield from self.numbers
        key = token.key
        for length in range(self.shortest, min(self.longest, len(key)) + 1):
            yield from self.stems.get(key[:length], ())

    def at(self, tokens: Sequence[Token], index: int) -> list[Cue]:
        """The longest phrase of each kind that starts at `index`, longest first."""
        best: dict[str, Cue] = {}
        for phrase in self.candidates(tokens[index]):
            end = phrase.end_at(tokens, index)
            known = best.get(phrase.kind)
            if end is not None and (known is None or end > known.last):
                best[phrase.kind] = Cue(phrase.kind, index, end)
        return sorted(best.values(), key=lambda cue: -cue.last)

    def find(self, tokens: Sequence[Token]) -> list[Cue]:
        """Left to right, the longest phrase at each place; phrases don't overlap.

        The inside of a phrase with a gap stays free for others.
        """
        found: list[Cue] = []
        index = 0
        while index < len(tokens):
            cues = self.at(tokens, index)
            found.extend(cues[:1])
            index = self.step(cues[0]) if cues else index + 1
        return found

    def find_every_kind(self, tokens: Sequence[Token]) -> list[Cue]:
        """The same, but phrases of different kinds may overlap."""
        found: list[Cue] = []
        free: dict[str, int] = {}
        for index in range(len(tokens)):
            for cue in self.at(tokens, index):
                if free.get(cue.kind, 0) <= index:
                    found.append(cue)
                    free[cue.kind] = self.step(cue)
        return found

    @staticmethod
    def step(cue: Cue) -> int:
        return cue.last if cue.last - cue.first <= 4 else cue.first + 1


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
    articles: frozenset[str]
    copulas: frozenset[str]
    active_aux: frozenset[str]
    foreign_letters: frozenset[str]
    adjective_endings: tuple[str, ...]
    former: frozenset[str]
    nominative: tuple[tuple[str, str], ...]
    sections: dict[str, Matcher] = field(default_factory=dict)

    @property
    def openers(self) -> frozenset[str]:
        """Plain words that have a capital only where they begin a sentence."""
        return self.common | self.stops

    def find(self, section: str, tokens: Sequence[Token]) -> list[Cue]:
        """The phrases of one section; kinds of frames overlap, those of other sections don't."""
        matcher = self.sections[section]
        return matcher.find_every_kind(tokens) if section == "frames" else matcher.find(tokens)


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
        articles=folded(words.get("articles", [])),
        copulas=folded(words.get("copulas", [])),
        foreign_letters=frozenset(language.get("foreign_letters", "")),
        active_aux=folded(words.get("active_aux", [])),
        former=folded(words.get("former", [])),
        adjective_endings=tuple(map(fold, words.get("adjective_endings", []))),
        nominative=tuple((a, b) for a, b in words.get("nominative", [])),
        sections={section: Matcher(table.get(section, {})) for section in SECTIONS},
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
