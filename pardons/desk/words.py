"""The words of a text that values were read from: the text in pieces, each value numbered in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True)
class Words:
    """Words that a value was read from. `value` is the anchor of its field, `number` its place among all words."""

    number: int
    value: str
    label: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `words` names what was read from it, `begins` what begins with it."""

    text: str
    words: list[Words] = field(default_factory=list)
    begins: list[Words] = field(default_factory=list)


def spans_of(found: Any, length: int) -> list[Span]:
    """The stretches that a proposal names for one value: one, or a list; what lies outside the text is left out."""
    pairs = found if found and isinstance(found[0], (list, tuple)) else [found] if found else []
    return [(first, last) for first, last in pairs if 0 <= first < last <= length]


def number_words(read: Iterable[tuple[str, str, Span]]) -> list[tuple[Words, Span]]:
    """Anchor, label and stretch of each value, numbered by where its words stand."""
    in_order = sorted(read, key=lambda each: (each[2], each[0]))
    return [(Words(number, value, label), span) for number, (value, label, span) in enumerate(in_order, start=1)]


def pieces(text: str, numbered: list[tuple[Words, Span]]) -> list[Piece]:
    """The text cut wherever words begin or end; words that lie over each other share a piece."""
    cuts = sorted({0, len(text), *(edge for _words, span in numbered for edge in span)})
    found = []
    for first, last in pairwise(cuts):
        here = [words for words, span in numbered if span[0] <= first and last <= span[1]]
        begins = [words for words, span in numbered if span[0] == first]
        found.append(Piece(text[first:last], here, begins))
    return found


def numbers_by_value(numbered: list[tuple[Words, Span]]) -> dict[str, list[int]]:
    """The numbers of the words behind each value, by its anchor."""
    found: dict[str, list[int]] = {}
    for words, _span in numbered:
        found.setdefault(words.value, []).append(words.number)
    return found
