"""From raw text to tokens and sentences; every token keeps its place in the text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# A sentence longer than this is cut: it bounds the work of every later stage, whatever the text.
LONGEST_SENTENCE = 120

# Alternatives have no nested repetition over the same characters, so that matching stays linear.
TOKEN = re.compile(
    r"""
    (?P<date>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{4}(?!\d))
  | (?P<word>
        \d+(?:st|nd|rd|th)\b                                 # 140th
      | (?:[^\W\d_]\.){2,}                                    # U.S.
      | (?:dell|all|nell|sull|dall|quell|un|qu|[ldcjnmst])['’](?=[^\W\d_])   # dell'Ong
      | (?:\d+[-‑])?[^\W\d_]+(?:(?:[-‑]|['’ʼ](?!s\b))[^\W_]+)*       # pro-war, 43-year-old
    )
  | (?P<number>\d+(?:[.,'’]\d+)*)
  | (?P<mark>['’]s\b|[^\w\s]|_)
    """,
    re.VERBOSE | re.IGNORECASE,
)
LINE = re.compile(r"[^\n]+")
SENTENCE_END = frozenset(".!?…")
CLOSING = frozenset("\"'”’»)]")
OPENING = frozenset("\"'“”„«([‘")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """A form in which case, accents and kinds of apostrophe don't matter."""
    text = text.replace("’", "'").replace("ʼ", "'").replace("‑", "-").casefold()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, date in figures or mark; `start` and `end` are offsets into the text."""

    text: str
    key: str
    shape: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.shape == "word" and self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens up to a full stop or the end of a line.

    `is_heading` is a line without a full stop before the first line that has one;
    `line` counts lines, `paragraph` counts blocks between empty lines.
    """

    tokens: tuple[Token, ...]
    line: int
    paragraph: int
    is_heading: bool = False

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a stretch of text; blanks vanish, everything else is kept."""
    found = TOKEN.finditer(text, start, len(text) if end is None else end)
    return [Token(match.group(), fold(match.group()), match.lastgroup or "mark", *match.span()) for match in found]


def lines_of(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each line, and whether an empty line stands before it.

    A line that goes on in lower case is joined to the one before: it was only wrapped.
    """
    start, end, gap, last_mark = 0, 0, False, ""
    for match in LINE.finditer(text):
        line = match.group().strip()
        if not line:
            continue
        after_empty = text.count("\n", end, match.start()) > 1
        if last_mark and (after_empty or not line[0].islower() or last_mark in ".!?:;"):
            yield start, end, gap
            start, gap = match.start(), after_empty
        elif not last_mark:
            start = match.start()
        end, last_mark = match.end(), line[-1]
    if last_mark:
        yield start, end, gap


def ends_sentence(tokens: list[Token], index: int, abbreviations: frozenset[str], openers: frozenset[str]) -> bool:
    """Whether the mark at `index` closes a sentence: not after an initial or an abbreviation."""
    token = tokens[index]
    if token.shape == "word" and token.text.endswith(".") and index + 1 < len(tokens):
        # "... to the U.S. In 2010 ...": a plain word with a capital opens a new sentence
        return tokens[index + 1].is_capital and tokens[index + 1].key in openers
    if token.text not in SENTENCE_END or index + 1 >= len(tokens):
        return False
    following = tokens[index + 1]
    if following.start == token.end and following.text not in CLOSING:
        return False
    before = tokens[index - 1] if index else token
    is_glued = before.end == token.start
    short = before.shape == "word" and (len(before.text) == 1 or before.key in abbreviations)
    # "am 3. Februar": where "#." is an abbreviation, a dot after a day is none
    ordinal = before.shape == "number" and len(before.text) <= 2 and "#." in abbreviations
    if token.text == "." and is_glued and (short or ordinal):
        return False
    return opens_sentence(tokens, index + 1)


def is_inside_name(tokens: list[Token], index: int) -> bool:
    """Whether a full stop stands inside a short name in quotation marks: «Open cells. Lantern»."""
    before = [token.text for token in tokens[max(0, index - 4) : index]]
    after = [token.text for token in tokens[index + 1 : index + 4]]
    return "«" in before and "»" not in before and "»" in after and "«" not in after


def opens_sentence(tokens: list[Token], index: int) -> bool:
    for token in tokens[index : index + 3]:
        if token.shape != "mark":
            return token.is_capital or token.shape != "word" or token.text[0].isdigit()
    return True


def cut(tokens: list[Token], abbreviations: frozenset[str], openers: frozenset[str]) -> Iterator[list[Token]]:
    """The tokens of one line, sentence by sentence."""
    begin = 0
    index = 0
    while index < len(tokens):
        index += 1
        closes = ends_sentence(tokens, index - 1, abbreviations, openers) and not is_inside_name(tokens, index - 1)
        while closes and index < len(tokens) and tokens[index].text in CLOSING:
            index += 1
        if closes or index - begin >= LONGEST_SENTENCE:
            yield tokens[begin:index]
            begin = index
    if begin < len(tokens):
        yield tokens[begin:]


def sentences(
    text: str,
    abbreviations: frozenset[str] = frozenset(),
    openers: frozenset[str] = frozenset(),
) -> list[Sentence]:
    """All sentences of a text in order; `openers` are plain words that can begin one."""
    found: list[Sentence] = []
    paragraph = 0
    heading = True
    for line, (start, end, gap) in enumerate(lines_of(text)):
        tokens = tokenize(text, start, end)
        paragraph += gap
        heading = heading and bool(tokens) and not has_full_stop(tokens) and len(tokens) < 30
        found.extend(
            Sentence(tuple(piece), line, paragraph, heading)
            for piece in cut(tokens, abbreviations, openers)
            if any(len(token.text) > 1 or token.shape == "number" for token in piece)
        )
    return found


def has_full_stop(tokens: list[Token]) -> bool:
    return any(token.text in SENTENCE_END for token in tokens[-2:])
