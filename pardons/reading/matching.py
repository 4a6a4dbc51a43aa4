"""Finds the phrases of a vocabulary in a sentence, all sections in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from .tokens import Token, fold

WIDEST_GAP = 9
GAP_STOPS = frozenset(".;:!?()")
# Words whose phrases are remembered; a text of invented words must not fill the memory.
MOST_REMEMBERED = 50_000
Found = dict[str, list["Cue"]]


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

    section: str
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
    """All phrases of a vocabulary, by section and kind; the longest of a kind wins at each place."""

    def __init__(self, sections: dict[str, dict[str, list[str]]], layered: frozenset[str]) -> None:
        self.sections = tuple(sections)
        self.layered = layered
        self.exact: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        self.numbers: list[Phrase] = []
        for section, kinds in sections.items():
            for kind, patterns in kinds.items():
                for pattern in patterns:
                    self._add(section, kind, pattern)
        self.lengths = sorted({len(stem) for stem in self.stems})
        self.remembered: dict[str, tuple[Phrase, ...]] = {}

    def _add(self, section: str, kind: str, pattern: str) -> None:
        words = tuple(None if word == "..." else Word(word) for word in pattern.split())
        first = words[0]
        if first is None or words[-1] is None:
            raise ValueError(f"A phrase can't start or end with a gap: {pattern!r}")
        phrase = Phrase(section, kind, words)
        for key in first.exact - {"#"}:
            self.exact.setdefault(key, []).append(phrase)
        for stem in first.stems:
            self.stems.setdefault(stem, []).append(phrase)
        if "#" in first.exact:
            self.numbers.append(phrase)

    def starting_with(self, token: Token) -> Sequence[Phrase]:
        """The phrases whose first word this could be."""
        if token.shape == "number":
            return self.numbers
        key = token.key
        known = self.remembered.get(key)
        if known is None:
            phrases = list(self.exact.get(key, ()))
            for length in self.lengths:
                if length > len(key):
                    break
                phrases.extend(self.stems.get(key[:length], ()))
            if len(self.remembered) > MOST_REMEMBERED:
                self.remembered.clear()
            known = self.remembered[key] = tuple(phrases)
        return known

    def at(self, tokens: Sequence[Token], index: int) -> list[tuple[str, Cue]]:
        """The longest phrase of each kind that starts at `index`, longest first."""
        best: dict[tuple[str, str], Cue] = {}
        for phrase in self.starting_with(tokens[index]):
            end = phrase.end_at(tokens, index) if len(phrase.words) > 1 else index + 1
            place = (phrase.section, phrase.kind)
            if end is not None and (place not in best or end > best[place].last):
                best[place] = Cue(phrase.kind, index, end)
        found = [(section, cue) for (section, _), cue in best.items()]
        return sorted(found, key=lambda pair: -pair[1].last) if len(found) > 1 else found

    def find(self, tokens: Sequence[Token]) -> Found:
        """The cues of each section, left to right.

        Within a section phrases don't overlap, within a layered one only those of a kind don't.
        The inside of a phrase with a wide gap stays free for others.
        """
        found: Found = {section: [] for section in self.sections}
        free: dict[str, int] = {}
        for index in range(len(tokens)):
            for section, cue in self.at(tokens, index):
                layer = f"{section} {cue.kind}" if section in self.layered else section
                if free.get(layer, 0) <= index:
                    found[section].append(cue)
                    free[layer] = cue.last if cue.last - cue.first <= 4 else cue.first + 1
        return found
