"""Numbers in figures and in words, with every grouping sign, their qualifiers and ranges."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .matching import Cue
from .tokens import Token
from .vocabulary import Vocabulary

# No count of people is longer; a longer row of digits is a case number or noise.
MOST_DIGITS = 10
GROUPED = re.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*\Z")
DASHES = frozenset("-–—‑")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at tokens `first` up to `last`; `begin` is where its qualifier starts.

    A range has its smaller end in `lowest` and the qualifier `up_to`.
    """

    value: int
    first: int
    last: int
    begin: int
    qualifier: str = "exact"
    lowest: int | None = None
    in_words: bool = False
    is_grouped: bool = False

    @property
    def looks_like_year(self) -> bool:
        plain = not self.is_grouped and not self.in_words
        return plain and self.last - self.first == 1 and 1900 <= self.value <= 2100


@dataclass(frozen=True, slots=True)
class Piece:
    """A number as read, before qualifier and range: exact value and the tokens it takes."""

    value: Fraction
    last: int
    in_words: bool = False
    is_grouped: bool = False


def from_figures(text: str) -> tuple[Fraction, bool] | None:
    """The value of `1.287`, `1,287` or `1,5`, and whether it has grouping signs."""
    digits = re.sub(r"\D", "", text)
    if len(digits) > MOST_DIGITS:
        return None
    if GROUPED.match(text) and not text.startswith("0"):
        return Fraction(int(digits)), True
    parts = re.split(r"[.,]", text)
    if len(parts) == 2 and parts[1].isdigit() and parts[0].isdigit():
        return Fraction(f"{parts[0]}.{parts[1]}"), False
    return (Fraction(int(text)), False) if text.isdecimal() else None


def groups_after(tokens: Sequence[Token], index: int, months: frozenset[int]) -> int:
    """How many further tokens belong to the figures at `index`: `15 428`, `1, 300`."""
    text = tokens[index].text
    if not text.isdecimal() or len(text) > 3 or text.startswith("0") or index - 1 in months:
        return 0
    taken = blank_groups(tokens, index)
    return taken or garbled_group(tokens, index)


def blank_groups(tokens: Sequence[Token], index: int) -> int:
    taken = 0
    for token in tokens[index + 1 : index + 4]:
        close = token.start - tokens[index + taken].end == 1
        if token.shape != "number" or len(token.text) != 3 or not close:
            break
        taken += 1
    return taken


def garbled_group(tokens: Sequence[Token], index: int) -> int:
    """A blank slipped in after the comma, as machine-made reprints have it: `1, 300`."""
    if index + 3 >= len(tokens) or len(tokens[index].text) > 2:
        return 0
    comma, group, after = tokens[index + 1 : index + 4]
    fits = comma.text == "," and comma.start == tokens[index].end
    fits = fits and group.shape == "number" and len(group.text) == 3 and after.shape == "word"
    # In "groups of 10, 120 and 300" the numbers are members of a list.
    listed = any(token.shape == "number" for token in tokens[index + 4 : index + 6])
    before = tokens[index - 1] if index else None
    return 2 if fits and not listed and (before is None or before.text != ",") else 0


def figures_at(tokens: Sequence[Token], index: int, vocabulary: Vocabulary, months: frozenset[int]) -> Piece | None:
    extra = groups_after(tokens, index, months)
    if extra:
        digits = "".join(t.text for t in tokens[index : index + extra + 1] if t.shape == "number")
        found = from_figures(digits)
    else:
        found = from_figures(tokens[index].text)
    if found is None:
        return None
    piece = Piece(found[0], index + extra + 1, is_grouped=found[1] or bool(extra))
    return scaled(piece, tokens, vocabulary)


def scaled(piece: Piece, tokens: Sequence[Token], vocabulary: Vocabulary) -> Piece:
    """`12 thousand`, `1.2 million`, `12 mil`."""
    if piece.last < len(tokens) and tokens[piece.last].key in vocabulary.scales:
        factor = vocabulary.scales[tokens[piece.last].key]
        return Piece(piece.value * factor, piece.last + 1, piece.in_words, is_grouped=True)
    return piece


def parts_of(key: str, vocabulary: Vocabulary) -> list[float] | None:
    """The values a word is made of: `twenty-six`, `dreiundzwanzig`; None if it is no number."""
    if key in vocabulary.number_words:
        return [vocabulary.number_words[key]]
    if "-" in key and len(key) < 30:
        values = [vocabulary.number_words.get(part) for part in key.split("-")]
        return [value for value in values if value is not None] if all(values) else None
    if vocabulary.glue and len(key) < 45:
        return compound(key, vocabulary)
    return None


def compound(key: str, vocabulary: Vocabulary) -> list[float] | None:
    """A number written as one word; units stand before tens (`vierundzwanzig`) or after."""
    values: list[float] = []
    rest = key
    while rest:
        rest = next((rest[len(g) :] for g in vocabulary.glue if values and rest.startswith(g)), rest)
        words = {**vocabulary.number_words, **vocabulary.scales}
        word = max((w for w in words if rest.startswith(w)), key=len, default="")
        if not word:
            return None
        values.append(words[word])
        rest = rest[len(word) :]
    return [ordered_sum(values)] if values else None


def ordered_sum(values: Sequence[float]) -> float:
    total = current = 0.0
    for value in values:
        if value in (100, 1000):
            current = max(current, 1) * value
            total, current = (total + current, 0) if value == 1000 else (total, current)
        else:
            current += value
    return total + current


def can_follow(current: float, value: float) -> bool:
    """Whether `value` goes on the number `current`: twenty six, two hundred six."""
    if current >= 20 and current % 10 == 0 and current % 100:
        return value < 10
    if current and current % 100 == 0 and current % 1000:
        return value < 100
    return bool(current) and current % 1000 == 0 and value < 1000


def words_at(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> Piece | None:
    """The longest number in words that starts at `index`."""
    total = current = 0.0
    position = index
    while position < len(tokens) and not is_acronym(tokens[position]):
        key = tokens[position].key
        if position > index and key in vocabulary.joiners and position + 1 < len(tokens):
            following = parts_of(tokens[position + 1].key, vocabulary)
            if not following or not can_follow(current or total, following[0]):
                break
            position, key = position + 1, tokens[position + 1].key
        if position > index and key in vocabulary.scales and vocabulary.scales[key] > current:
            total, current = apply_scale(total, current, vocabulary.scales[key])
        else:
            values = parts_of(key, vocabulary)
            if not values or (position > index and not can_follow(current or total, values[0])):
                break
            current += sum(values)
        position += 1
    return Piece(Fraction(total + current), position, in_words=True) if position > index else None


def is_acronym(token: Token) -> bool:
    """The agency СТА is no hundred."""
    return len(token.text) > 1 and token.text.isupper()


def apply_scale(total: float, current: float, scale: int) -> tuple[float, float]:
    if scale < 1000:
        return total, max(current, 1) * scale
    return total + max(current, 1) * scale, 0


def bare_scale_at(
    tokens: Sequence[Token], index: int, vocabulary: Vocabulary, qualified: frozenset[int]
) -> Piece | None:
    """`a hundred` and `over a thousand` are numbers, `hundreds` is not."""
    key = tokens[index].key
    if key not in vocabulary.scales or index == 0:
        return None
    if index in qualified or tokens[index - 1].key in ("a", "an"):
        return Piece(Fraction(vocabulary.scales[key]), index + 1, in_words=True)
    return None


def pieces(
    tokens: Sequence[Token], vocabulary: Vocabulary, months: frozenset[int], ends: frozenset[int]
) -> Iterator[tuple[int, Piece]]:
    index = 0
    while index < len(tokens):
        piece = None
        if tokens[index].shape == "number":
            piece = figures_at(tokens, index, vocabulary, months)
        elif tokens[index].shape == "word":
            piece = words_at(tokens, index, vocabulary)
            piece = piece or bare_scale_at(tokens, index, vocabulary, ends)
        if piece:
            yield index, piece
        index = piece.last if piece else index + 1


def find_numbers(tokens: Sequence[Token], vocabulary: Vocabulary, months: frozenset[int] = frozenset()) -> list[Number]:
    """All whole numbers of a sentence; `months` are the places of month names.

    Fractions (`2.5`, `2 ½`) are no counts of people and are left out.
    """
    qualifiers = vocabulary.find("qualifiers", tokens)
    by_end = {cue.last: cue for cue in qualifiers}
    found: list[Number] = []
    for index, piece in pieces(tokens, vocabulary, months, frozenset(by_end)):
        half = piece.last < len(tokens) and tokens[piece.last].text in "½¼¾"
        if piece.value.denominator == 1 and not half:
            number = Number(int(piece.value), index, piece.last, index)
            number = replace(number, in_words=piece.in_words, is_grouped=piece.is_grouped)
            found.append(qualified(number, tokens, by_end, qualifiers))
    return join_ranges(found, tokens, vocabulary)


def qualified(number: Number, tokens: Sequence[Token], by_end: dict[int, Cue], cues: Sequence[Cue]) -> Number:
    """The number with the qualifier right before it ("more than the 30") or after ("30 or more")."""
    if has_plus(tokens, number.last):
        return replace(number, qualifier="over", last=number.last + 1)
    place = number.first
    if place and place not in by_end and tokens[place - 1].key in ("the", "a", "an"):
        place -= 1
    cue = by_end.get(place)
    if cue and cue.kind.startswith("after_"):
        cue = None
    if cue:
        kind = cue.kind if cue.kind != "none" else "exact"
        return replace(number, qualifier=kind, begin=cue.first)
    later = next((c for c in cues if c.first == number.last and c.kind.startswith("after_")), None)
    return replace(number, qualifier=later.kind.removeprefix("after_")) if later else number


def has_plus(tokens: Sequence[Token], place: int) -> bool:
    """The sign in `870+ people`; in `8 women + 16 men` and `8+16` it adds."""
    if place >= len(tokens) or tokens[place].text != "+" or tokens[place].start != tokens[place - 1].end:
        return False
    return place + 1 >= len(tokens) or tokens[place + 1].start > tokens[place].end


def join_ranges(numbers: list[Number], tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Number]:
    """`from 74 to 80`, `between 40 and 50`, `40-50` become one number each."""
    cues = vocabulary.find("ranges", tokens)
    opens = {cue.last: cue.first for cue in cues if cue.kind == "from"}
    links = {(cue.first, cue.last) for cue in cues if cue.kind == "to"}
    joined: list[Number] = []
    for number in numbers:
        before = joined[-1] if joined else None
        if before and number.value > before.value and before.lowest is None:
            gap = (before.last, number.first)
            dashed = gap[1] - gap[0] == 1 and is_tight_dash(tokens, before.last)
            if dashed or (gap in links and before.begin in opens):
                begin = opens.get(before.begin, before.begin)
                joined[-1] = replace(number, first=before.first, begin=begin, lowest=before.value, qualifier="up_to")
                continue
        joined.append(number)
    return joined


def is_tight_dash(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    tight = token.start == tokens[index - 1].end and token.end == tokens[index + 1].start
    return token.text in DASHES and tight
