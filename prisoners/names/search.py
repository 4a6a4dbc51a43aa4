"""Search for people by name in any spelling; look-alikes for editors.

From a query's words to words of the dictionary, from those to names, from names to a ranking: in stages, each wider
than the one before, until one answers well. See docs/names.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from math import log
from operator import and_, or_

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import F, Func, Max, Q, Value

from prisoners.models import Name, NameWord
from prisoners.names import index
from prisoners.names.forms import exact_keys, forms, near_keys
from prisoners.names.given_names import group_keys
from prisoners.names.likeness import likeness
from prisoners.names.matching import Match, joined, match
from prisoners.names.scripts import bare
from prisoners.names.words import PARTICLE, WORD, Word, words

LONGEST_QUERY = 200
WORDS_KEPT = 60
WORDS_READ = 3_000
WORDS_COMPARED = 120
NAMES_READ = 250
LEAST_LIKENESS = 0.55
LIKELY = 0.94
LEAST_SCORE = 0.25
# A stage that finds a name this good is the last one.
GOOD_AFTER_EXACT, GOOD_AFTER_NEAR, GOOD_AFTER_TRIGRAMS = 0.93, 0.86, 0.86
SHORTEST_BEGINNING = 2
# A word in one name of so many is as rare as can be.
COMMONEST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Found:
    """A person found: how well (1 is the same spelling), by which spelling, and why."""

    prisoner_id: int
    score: float
    matched_name: str
    reason: str


class HasAnyWord(Func):
    """True for a name that has one of the words, by the index of names."""

    template = "(prisoners_name_word_ids(%(expressions)s))"
    arg_joiner = ") && prisoners_word_ids("
    output_field = models.BooleanField()

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(F("text"), Value(sorted(known), ArrayField(models.TextField())))


def search(query: str, *, public: bool = True, limit: int = 50) -> list[Found]:
    """The people a query may mean, best first; empty for a text without letters.

    `public=True` sees public names of public people only, and its answer does not depend on any other.
    """
    return Search(words(query[:LONGEST_QUERY]), query[:LONGEST_QUERY], public).people(limit)


def read_tables() -> None:
    """Read the tables now instead of with the first search."""
    search("Read the tables", public=True, limit=1)


def exact_and_group_keys(word: str) -> set[int]:
    return exact_keys(word) | group_keys(word)


@dataclass
class Search:
    """One search on its way through the stages."""

    asked: tuple[Word, ...]
    query: str
    public: bool
    # For each word of the query the words of the dictionary that may be meant, with their likeness.
    known: dict[str, dict[str, float]] = field(default_factory=dict)
    frequencies: dict[str, int] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    matches: dict[int, tuple[Match, int, str]] = field(default_factory=dict)

    def people(self, limit: int) -> list[Found]:
        self.known = {text: {} for texts in self.ways_to_write() for text in texts}
        if not self.known:
            return []
        self.read_waiting_words()
        for good_enough in self.stages():
            if self.best() >= good_enough:
                break
        return self.ranked(limit)

    def stages(self) -> Iterator[float]:
        """Widens the search step by step; yields after each how good an answer has to be to end it."""
        self.find_words(list(self.known), exact_and_group_keys)
        self.read_names(self.ways_to_write())
        yield GOOD_AFTER_EXACT
        self.read_names(self.rare_words_alone(), least=LIKELY)
        self.find_beginnings()
        self.find_words(required(self.asked), partial(near_keys, is_asked=True))
        self.read_names(self.ways_to_write())
        self.read_names(self.with_one_word_less())
        yield GOOD_AFTER_NEAR
        self.find_words_by_trigrams()
        self.read_names(self.ways_to_write())
        self.read_names(self.with_one_word_less())
        yield GOOD_AFTER_TRIGRAMS
        self.read_names(self.each_word_alone())
        yield 0.0

    def ways_to_write(self) -> list[tuple[str, ...]]:
        """The query's words that a name must have, as they stand and with neighbours joined."""
        ways = [required(way) for way in (self.asked, *joined(self.asked))]
        return list(dict.fromkeys(way for way in ways if way))

    def with_one_word_less(self) -> list[tuple[str, ...]]:
        whole = required(self.asked)
        return [whole[:place] + whole[place + 1 :] for place in range(len(whole))] if len(whole) > 2 else []

    def each_word_alone(self) -> list[tuple[str, ...]]:
        """The words a name must have, and neighbours joined into one, by themselves."""
        ways = self.ways_to_write()
        return [(text,) for text in dict.fromkeys(text for way in ways for text in way)] if len(ways[0]) > 1 else []

    def rare_words_alone(self) -> list[tuple[str, ...]]:
        """Words that few names have: what else the query says may be spelt in a way no table knows."""
        return [(text,) for (text,) in self.each_word_alone() if self.names_with(text) <= NAMES_READ // 2]

    def names_with(self, text: str) -> int:
        """In how many public names a word of the query stands, in its likely spellings."""
        return sum(self.frequencies[word] for word, alike in self.known[text].items() if alike >= LIKELY)

    def read_waiting_words(self) -> None:
        """New words go into the dictionary; where they can't be written now, this search reads the queue."""
        self.waiting = index.waiting_words()
        if self.waiting and index.refresh():
            self.waiting = index.waiting_words()

    def find_words(self, texts: Sequence[str], keys_of: Callable[[str], set[int]]) -> None:
        """Words of the dictionary that share keys with the query's, or are the same."""
        wanted = {text: keys_of(text) for text in texts}
        every_key = sorted(set().union(*wanted.values()))
        found = NameWord.objects.filter(Q(keys__overlap=every_key) | Q(text__in=texts))
        entries = list(found.values_list("text", "frequency", "keys")[:WORDS_READ])
        entries += [(word, 0, index.entry(word).keys) for word in self.waiting]
        for text, keys in wanted.items():
            shared = [(len(keys.intersection(others)) + 99 * (word == text), word) for word, _, others in entries]
            likeliest = sorted((pair for pair in shared if pair[0]), reverse=True)[:WORDS_COMPARED]
            self.keep(text, [word for _, word in likeliest])
        self.frequencies |= {word: frequency for word, frequency, _ in entries}

    def find_words_by_trigrams(self) -> None:
        """The last resort for words with several errors."""
        for text in required(self.asked):
            for column, value in (("bare", bare(text)), ("sound", likeliest_sound(text))):
                similar = NameWord.objects.filter(**{f"{column}__trigram_similar": value})
                nearest = similar.order_by(TrigramSimilarity(column, value).desc(), "text")[:WORDS_KEPT]
                frequencies = dict(nearest.values_list("text", "frequency"))
                self.frequencies |= frequencies
                self.keep(text, frequencies)

    def find_beginnings(self) -> None:
        """The last word may be half typed."""
        last = self.asked[-1]
        sound = likeliest_sound(last.text)
        if last.kind != WORD or len(last.text) < SHORTEST_BEGINNING or len(sound) < SHORTEST_BEGINNING:
            return
        begins = Q(bare__startswith=bare(last.text)) | Q(sound__startswith=sound)
        commonest = NameWord.objects.filter(begins).order_by("-frequency")[:WORDS_KEPT]
        for word, frequency in commonest.values_list("text", "frequency"):
            self.known[last.text].setdefault(word, LEAST_LIKENESS)
            self.frequencies[word] = frequency

    def keep(self, text: str, found: Iterable[str]) -> None:
        """Remember the words most like one of the query's."""
        alike = {word: likeness(text, word).score for word in found}
        kept = self.known[text] | {word: score for word, score in alike.items() if score >= LEAST_LIKENESS}
        best = sorted(kept.items(), key=lambda item: (-item[1], item[0]))[:WORDS_KEPT]
        self.known[text] = dict(best)

    def read_names(self, ways: Sequence[Sequence[str]], least: float = 0.0) -> None:
        """Match the names that have the words of one of the ways: by their likeliest readings, then by all."""
        for likeness_needed in dict.fromkeys((LIKELY, least)):
            conditions = [condition for way in ways if (condition := self.has_words(way, likeness_needed))]
            if not conditions:
                continue
            seen = Name.public if self.public else Name.objects
            found = seen.filter(reduce(or_, conditions)).values_list("pk", "prisoner_id", "text")[:NAMES_READ]
            for name_id, prisoner_id, text in found:
                if name_id not in self.matches:
                    self.matches[name_id] = (match(self.query, text, self.rarity), prisoner_id, text)
            if self.best() >= GOOD_AFTER_EXACT:
                return

    def has_words(self, way: Sequence[str], least: float) -> Q | None:
        """Names with each of these words in some spelling; None where no spelling is known."""
        spellings = [[known for known, alike in self.known[text].items() if alike >= least] for text in way]
        if not all(spellings):
            return None
        return reduce(and_, (Q(HasAnyWord(known)) for known in spellings))

    def rarity(self, word: str) -> float:
        """From 0 (in one of fifty public names) to 1 (in none); for a word of the query its likeliest reading's."""
        frequency = self.frequencies.get(word)
        if frequency is None:
            alike = self.known.get(word, {})
            frequency = max((self.frequencies[known] for known, score in alike.items() if score >= LIKELY), default=0)
        return 1 - min(1.0, log(1 + frequency) / log(2 + self.commonest))

    @property
    def commonest(self) -> int:
        if not hasattr(self, "_commonest"):
            self._commonest = NameWord.objects.aggregate(most=Max("frequency"))["most"] or 0
        return self._commonest

    def best(self) -> float:
        return max((found.score for found, _, _ in self.matches.values()), default=0.0)

    def ranked(self, limit: int) -> list[Found]:
        """Each person once, by the spelling that fits best."""
        people: dict[int, Found] = {}
        for found, prisoner_id, text in self.matches.values():
            known = people.get(prisoner_id)
            if found.score >= LEAST_SCORE and (known is None or found.score > known.score):
                people[prisoner_id] = Found(prisoner_id, round(found.score, 4), text, found.reason)
        return sorted(people.values(), key=lambda person: (-person.score, person.prisoner_id))[:limit]


def likeliest_sound(word: str) -> str:
    found = forms(word)
    return found[0].sound if found else ""


def required(parts: Sequence[Word]) -> tuple[str, ...]:
    """The words that a name must have: initials, patronymics and particles are often left out."""
    for kind in (WORD, PARTICLE):
        if found := tuple(part.text for part in parts if part.kind == kind):
            return found
    return ()
