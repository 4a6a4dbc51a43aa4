"""One sentence with everything found in it, and how far its parts stand from each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate

from .counts import Count, Counter
from .dates import DateMention, find_dates
from .matching import Cue, Found
from .names import Name, find_names
from .numbers import Number, find_numbers
from .tokens import Sentence, Token
from .vocabulary import Vocabulary

CLEMENCY = ("pardon", "amnesty", "release", "exchange", "deportation")
# What a mark costs when the distance between two parts of a sentence is measured in words.
BOUNDARIES = {
    ",": 3, ";": 30, ":": 4, "—": 4, "–": 4, "-": 4, "(": 4, ")": 4, "•": 14, "·": 14, "/": 6,
}  # fmt: skip
CONJUNCTION = 2


@dataclass(frozen=True)
class Scene:
    """A sentence as the later stages see it."""

    sentence: Sentence
    vocabulary: Vocabulary
    dates: list[DateMention]
    counts: list[Count]
    acts: list[Cue]
    frames: list[Cue]
    speech: list[Cue]
    names: list[Name]
    places: list[int]
    found: Found

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.sentence.tokens

    @property
    def is_silent(self) -> bool:
        """Nothing of the subject, no number and no name."""
        return not (self.counts or self.names or self.dates or any(self.found.values()))

    def distance(self, one: tuple[int, int], other: tuple[int, int]) -> int:
        """Words between two stretches of tokens, with the price of the marks between them."""
        first, second = sorted((one, other))
        return max(0, self.places[max(second[0] - 1, 0)] - self.places[max(first[1] - 1, 0)])

    def cues(self, *kinds: str) -> list[Cue]:
        return [cue for cue in self.frames if cue.kind in kinds]

    def has(self, *kinds: str) -> bool:
        return any(cue.kind in kinds for cue in self.frames)

    def has_between(self, kind: str, first: int, last: int) -> bool:
        return any(c.kind == kind and first <= c.first and c.last <= last for c in self.frames)

    def nearest(self, cues: Iterable[Cue], count: Count) -> tuple[int, Cue] | None:
        """The cue nearest to a count, with its distance."""
        measured = [(self.distance_to(cue, count), cue) for cue in cues]
        return min(measured, key=lambda pair: pair[0], default=None)

    def distance_to(self, cue: Cue, count: Count) -> int:
        """Distance of a cue and a count; another count of people in between makes it longer."""
        apart = self.distance((cue.first, cue.last), (count.first, count.last))
        low, high = sorted((cue.first, count.first))
        between = bisect_left(self.starts, high) - bisect_right(self.starts, low)
        return apart + 3 * max(0, between)

    @cached_property
    def starts(self) -> list[int]:
        """Where the counts begin."""
        return [count.first for count in self.counts]

    def text(self, first: int, last: int) -> str:
        """The words as written; blanks as in the source are not kept."""
        return join(self.tokens[first:last])

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.tokens[first].start, self.tokens[last - 1].end


def join(tokens: Sequence[Token]) -> str:
    parts = []
    end = None
    for token in tokens:
        parts.append(" " if end is not None and token.start > end else "")
        parts.append(token.text)
        end = token.end
    return "".join(parts)


def scene(sentence: Sentence, vocabulary: Vocabulary, published: date | None) -> Scene:
    """Everything the vocabulary finds in one sentence."""
    tokens = sentence.tokens
    found = vocabulary.find_all(tokens)
    if len(tokens) < 2 and not any(found.values()):
        return Scene(sentence, vocabulary, [], [], [], [], [], [], [], found)
    dates = find_dates(tokens, vocabulary, published)
    acts = find_acts(tokens, vocabulary)
    return Scene(
        sentence=sentence,
        vocabulary=vocabulary,
        dates=dates,
        counts=find_counts(tokens, vocabulary, dates, acts),
        acts=acts,
        frames=vocabulary.find("frames", tokens),
        speech=find_speech(tokens, vocabulary),
        names=find_names(tokens, vocabulary),
        found=found,
        places=list(accumulate(cost(token, vocabulary) for token in tokens)),
    )


def find_speech(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Cue]:
    """Words of speech; a capital inside a sentence makes a name of them: `United States`."""
    found = vocabulary.find("speech", tokens)
    return [cue for cue in found if cue.first == 0 or not tokens[cue.first].is_capital]


def cost(token: Token, vocabulary: Vocabulary) -> int:
    if token.shape == "mark":
        return BOUNDARIES.get(token.text, 0)
    return 1 + CONJUNCTION * (token.key in vocabulary.conjunctions)


def find_acts(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Cue]:
    """Acts that happen to people; `Amnesty International` is no amnesty."""
    ignored = {place for cue in vocabulary.find("ignored", tokens) for place in cue.span}
    found = vocabulary.find("acts", tokens)
    return [cue for cue in found if not ignored.intersection((cue.first, cue.last - 1))]


def find_counts(
    tokens: Sequence[Token],
    vocabulary: Vocabulary,
    dates: Sequence[DateMention],
    acts: Sequence[Cue],
) -> list[Count]:
    dated = {place for mention in dates for place in range(mention.first, mention.last)}
    months = frozenset(cue.last - 1 for cue in vocabulary.find("months", tokens))
    numbers = find_numbers(tokens, vocabulary, months)
    free = [number for number in numbers if not dated.intersection((number.first, number.last - 1))]
    ranges = vocabulary.find("ranges", tokens)
    free = [number for number in free if not opens_range(number, tokens, ranges, dated)]
    return Counter(tokens, vocabulary, acts).counts(free)


def opens_range(number: Number, tokens: Sequence[Token], ranges: Sequence[Cue], dated: set[int]) -> bool:
    """`between the 16th and the 23rd of May`, written with figures: the first day is no count of people."""
    if not 1 <= number.value <= 31 or number.last >= len(tokens):
        return False
    opened = any(cue.kind == "from" and is_right_before(cue, number.first, tokens) for cue in ranges)
    joins = [cue.last for cue in ranges if cue.kind == "to" and cue.first == number.last and opened]
    joins += [number.last + 1] if tokens[number.last].text in "-–—" else []
    # an article may stand before the second day
    days = [day for place in joins for day in range(place, min(place + 2, len(tokens)))]
    return any(day in dated and tokens[day].shape == "number" for day in days)


def is_right_before(cue: Cue, place: int, tokens: Sequence[Token]) -> bool:
    """Whether nothing but an article stands between a preposition and what it governs."""
    between = tokens[cue.last : place]
    return cue.last <= place and (not between or (len(between) == 1 and len(between[0].text) <= 3))
