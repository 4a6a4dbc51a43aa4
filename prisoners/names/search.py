"""Search for people by name in any spelling; look-alikes for editors.

From a query's words to words of the dictionary, from those to names, from names to a ranking: in stages, each wider
than the one before, until one answers well. See docs/names.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from math import log
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from prisoners.models import Prisoner
from prisoners.names import index, matching
from prisoners.names.dictionary import (
    ONCE_PUBLIC,
    SURELY_PUBLIC,
    WORDS_COMPARED,
    WORDS_OF_A_NEAR_KEY,
    WORDS_OF_AN_EXACT_KEY,
    Dictionary,
    likeliest_sound,
)
from prisoners.names.entries import entry
from prisoners.names.forms import exact_keys, near_keys
from prisoners.names.given_names import group_keys
from prisoners.names.likeness import likeness
from prisoners.names.matching import Match, joined, match, parted
from prisoners.names.words import INITIAL, PARTICLE, WORD, Word, index_words, words
from registry.countries import country_name

LONGEST_QUERY = 200
WORDS_KEPT = 60
NAMES_READ = 250
# Of names in which each word is likely so many times what is asked for.
FITTING_READ = 2
NAMES_MATCHED = 40
# By itself a word that more names have says too little.
COMMON = 1_000
BEGINNINGS_READ = 50
LEAST_LIKENESS = 0.55
LIKELY = 0.94
LEAST_SCORE = 0.25
# From here on an editor is asked whether two are one; each difference lowers the score by so much.
LIKE_ENOUGH, DIFFERENCE = 0.75, 0.1
SHORTEST_BEGINNING = 3
# The stages by equal keys, by beginnings and by near keys.
BEFORE_TRIGRAMS = 3


class Width(NamedTuple):
    """Which spellings of a word are looked for in names: those at least so alike, and how many of them."""

    least: float
    most: int


LIKELIEST = Width(LIKELY, WORDS_COMPARED)
WIDER = (Width(LIKELY, WORDS_KEPT), Width(0, WORDS_KEPT))


class Enough(NamedTuple):
    """When a stage is the last one: with a name of such a score, or a fair one with each word so alike."""

    score: float
    weakest: float


LEAST_BY_WORDS = 0.6
EXACT, FAIR, BEGUN, NEAR, BY_LETTERS = (
    Enough(0.985, 0.975),
    Enough(0.93, 0.94),
    Enough(0.5, 0.94),
    Enough(0.86, 0.78),
    Enough(0.8, 0.75),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A person found: how well (1 is the same spelling), by which spelling, why, and the likeness of the word of the
    query that is answered worst."""

    prisoner_id: int
    score: float
    matched_name: str
    reason: str
    weakest: float = 0.0


# Words one of which a name must have, for each word of the query; by the index of names.
Spellings = list[list[str]]
NAMES_WRITTEN = "SELECT * FROM prisoners_names_written(%s, %s, %s)"


def search(query: str, *, public: bool = True, limit: int = 50) -> list[Found]:
    """The people a query may mean, best first; empty for a text without letters. Of a long text its beginning counts.

    `public=True` sees public names of public people only, and its answer does not depend on any other.
    """
    # Half a pair of UTF-16, as a broken file may hold it, is no character.
    text = query[:LONGEST_QUERY].encode("utf-8", "replace").decode()
    return Search(words(text), text, public, limit).people()


def others_named(name: str, *, besides: int) -> list[Found]:
    """Who else bears a name like this one of a person, public or not; for editors.

    The person's own names don't answer it: it goes on until someone else's does, though not by trigrams, which take
    too long where everyone's names are compared.
    """
    return Search(words(name), name, public=False, besides=besides, stages_taken=BEFORE_TRIGRAMS).people()


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
    limit: int = 50
    # A person who does not answer the search, and how many stages it may take; None: all.
    besides: int | None = None
    stages_taken: int | None = None
    # For each word of the query the words of the dictionary that may be meant, with their likeness.
    known: dict[str, dict[str, float]] = field(default_factory=dict)
    # Those found by equal keys: at first only the likely ones among them are told.
    close: dict[str, list[str]] = field(default_factory=dict)
    dictionary: Dictionary = field(default_factory=Dictionary)
    waiting: list[str] = field(default_factory=list)
    # By spelling, for many people may share one; and for each name read its person and spelling.
    matches: dict[str, Match] = field(default_factory=dict)
    read: dict[int, tuple[int, str]] = field(default_factory=dict)
    conditions_read: list[list[Spellings]] = field(default_factory=list)

    def people(self) -> list[Found]:
        """Those found, best first. Each stage is taken only where those before it were not good enough."""
        self.known = {text: {} for texts in self.ways_to_write() for text in texts}
        if not self.known:
            return []
        any(islice(self.stages(), self.stages_taken))
        return self.ranked()

    def stages(self) -> Iterator[bool]:
        """Widens the search step by step; yields after each whether its answer is good enough to end it."""
        asked = self.ways_to_write()[0]
        self.close = self.find_words({text: exact_and_group_keys(text) for text in asked}, WORDS_OF_AN_EXACT_KEY)
        self.keep(self.close, LIKELY)
        self.read_names([asked], [LIKELIEST], EXACT)
        # Beside an initial more words near a surname would bring in more that only the initial fits.
        yield self.has(FAIR if any(word.kind == INITIAL for word in self.asked) else EXACT)
        yield bool(self.read_beginnings()) and self.has(BEGUN)
        self.read_names(self.rare_words_alone(), [LIKELIEST], EXACT)
        doubtful = self.doubtful_words()
        joined_words = self.known.keys() - set(asked)
        keys = {text: near_keys(text, is_asked=True) for text in doubtful}
        near = self.find_words(keys | {text: exact_and_group_keys(text) for text in joined_words}, WORDS_OF_A_NEAR_KEY)
        self.keep(self.close)
        self.keep(near)
        self.sift()
        self.read_names([*self.ways_to_write(), *self.with_one_word_less()], WIDER, NEAR)
        yield self.has(NEAR)
        self.keep(self.dictionary.by_letters(doubtful))
        self.sift()
        self.read_names([*self.ways_to_write(), *self.with_one_word_less()], WIDER, BY_LETTERS)
        yield self.has(BY_LETTERS)
        self.read_names(self.rare_words_alone(COMMON) or self.each_word_alone(), WIDER, EXACT)
        yield True

    def has(self, enough: Enough) -> bool:
        """Whether a name was found that is good enough, as a whole or word by word."""
        return any(
            found.score >= enough.score or (found.weakest >= enough.weakest and found.score >= LEAST_BY_WORDS)
            for found in self.answers()
        )

    def answers(self) -> Iterable[Match]:
        """The matches so far, without those of the person who does not count."""
        if self.besides is None:
            return self.matches.values()
        others = {text for person, text in self.read.values() if person != self.besides}
        return [found for text, found in self.matches.items() if text in others]

    def ways_to_write(self) -> list[tuple[str, ...]]:
        """The query's words that a name must have, as they stand, with neighbours joined and syllables parted."""
        ways = [required(way) for way in (self.asked, *(way for way, _ in joined(self.asked)), *parted(self.asked))]
        return list(dict.fromkeys(way for way in ways if way))

    def with_one_word_less(self) -> list[tuple[str, ...]]:
        whole = required(self.asked)
        return [whole[:place] + whole[place + 1 :] for place in range(len(whole))] if len(whole) > 2 else []

    def each_word_alone(self) -> list[tuple[str, ...]]:
        """The words a name must have, and neighbours joined into one, by themselves."""
        ways = self.ways_to_write()
        return [(text,) for text in dict.fromkeys(text for way in ways for text in way)] if len(ways[0]) > 1 else []

    def rare_words_alone(self, most: int = NAMES_READ // 2) -> list[tuple[str, ...]]:
        """Words that few names have: what else the query says may be spelt in a way no table knows."""
        return [(text,) for (text,) in self.each_word_alone() if self.names_with(text) <= most]

    def names_with(self, text: str) -> int:
        """In how many public names a word of the query stands, in its likely spellings."""
        return sum(self.dictionary.frequencies.get(word, 0) for word in self.likely(text))

    def find_words(self, keys: Mapping[str, set[int]], most: int) -> dict[str, list[str]]:
        """Words of the dictionary that share keys with the query's, those that share most first.

        New words go into the dictionary; where they can't be written now, this search reads the queue.
        """
        found = self.dictionary.by_keys(keys, most)
        if self.dictionary.has_waiting_words and not self.waiting:
            if index.refresh():
                found = self.dictionary.by_keys(keys, most)
            else:
                self.waiting = index.waiting_words()
        for word in self.waiting:
            for text in keys:
                if word == text or keys[text].intersection(entry(word).keys):
                    found.setdefault(text, []).append(word)
        return found

    def read_beginnings(self) -> float:
        """Names in which the last word of the query is only begun; returns how good the best of them is."""
        last, sound = self.asked[-1], likeliest_sound(self.asked[-1].text)
        ways = self.ways_to_write()
        if last.kind != WORD or min(len(last.text), len(sound)) < SHORTEST_BEGINNING:
            return 0.0
        # A word that sounds the same is no beginning of another.
        if self.likely(last.text, EXACT.weakest):
            return 0.0
        begin = self.visible(self.dictionary.beginning(last.text, WORDS_KEPT), trusted=ONCE_PUBLIC)
        others = [self.has_words([text], LIKELIEST) for text in ways[0][:-1]]
        if not begin or None in others:
            return 0.0
        begun = [sorted(begin), *(spellings for other in others if other for spellings in other)]
        return self.match_names([begun], BEGINNINGS_READ, is_half_typed=True)

    def doubtful_words(self) -> list[str]:
        """Of the words that a name must have those without a likely spelling; all, where each has one."""
        whole = required(self.asked)
        return [text for text in whole if not self.is_known(text)] or list(whole)

    def is_known(self, text: str) -> bool:
        return bool(self.likely(text))

    def likely(self, text: str, least: float = LIKELY) -> set[str]:
        """The likely spellings of a word that this search may know of."""
        return self.visible(word for word, alike in self.known[text].items() if alike >= least)

    def keep(self, found: dict[str, list[str]], least: float = LEAST_LIKENESS) -> None:
        """Remember the words that are so like each of the query's, the likeliest first."""
        for text, close in found.items():
            # As exactly as the words of names are compared in a moment: what is known is not told twice.
            exact_from = min(least, matching.LEAST_LIKENESS) if least < LIKELY else least
            alike = {word: score for word in close if (score := likeness(text, word, exact_from).score) >= least}
            ranked = sorted((self.known[text] | alike).items(), key=lambda item: (-item[1], item[0]))
            self.known[text] = dict(ranked)

    def sift(self) -> None:
        """Forget the words that this search may not know of, and all but the likeliest.

        Where likely spellings alone are looked for none is passed over, and names tell which words are public: the
        first stage does without.
        """
        every = {word for scores in self.known.values() for word in scores}
        visible = self.visible(every, trusted=ONCE_PUBLIC)
        for text, scores in self.known.items():
            kept = ((word, alike) for word, alike in scores.items() if word in visible)
            self.known[text] = dict(islice(kept, WORDS_KEPT))

    def visible(self, words: Iterable[str], *, trusted: int = SURELY_PUBLIC) -> set[str]:
        """The words that this search may know of; `trusted` as for the dictionary."""
        return self.dictionary.in_public_names(words, trusted=trusted) if self.public else set(words)

    def read_names(self, ways: Sequence[Sequence[str]], widths: Iterable[Width], enough: Enough) -> None:
        """Match the names that have the words of one of the ways, in one width after the other until it is enough."""
        for width in widths:
            conditions = [condition for way in ways if (condition := self.has_words(way, width))]
            if not conditions or conditions in self.conditions_read:
                continue
            self.conditions_read.append(conditions)
            # Where each word is likely each name fits: what is read beyond what is asked for only costs time.
            self.match_names(conditions, FITTING_READ * self.limit if width.least >= LIKELY else NAMES_READ)
            if self.has(enough):
                return

    def match_names(self, ways: Sequence[Spellings], most: int, *, is_half_typed: bool = False) -> float:
        """Match the names that have the words of one of the ways, so many of them; returns the best score."""
        rows = self.names_written(ways, max(most, self.limit))
        self.read |= {name_id: (prisoner_id, text) for name_id, prisoner_id, text in rows}
        texts = list(dict.fromkeys(text for _, _, text in rows))
        self.match_texts([text for text in texts if text not in self.matches], is_half_typed)
        return max((self.matches[text].score for text in texts if text in self.matches), default=0.0)

    def names_written(self, ways: Sequence[Spellings], most: int) -> list[tuple[int, int, str]]:
        """Key, person and spelling of the names that have the words of one of the ways."""
        written = ["|".join(" ".join(sorted(spellings)) for spellings in way) for way in ways]
        with connection.cursor() as cursor:
            cursor.execute(NAMES_WRITTEN, [written, self.public, most])
            return cursor.fetchall()

    def match_texts(self, texts: list[str], is_half_typed: bool) -> None:
        """Match the spellings that look most promising; the readings of their words come from the dictionary."""
        promising = texts
        if not is_half_typed and len(texts) > NAMES_MATCHED:
            promising = sorted(texts, key=self.promise, reverse=True)[: max(NAMES_MATCHED, self.limit)]
        self.dictionary.take_at_hand({word.text for text in promising for word in words(text)})
        rarity = cache(self.rarity)
        for text in promising:
            self.matches[text] = match(self.query, text, rarity, is_half_typed=is_half_typed)

    def promise(self, text: str) -> float:
        """About how well a spelling fits, by the likenesses that are known already."""
        parts = index_words(text)
        return sum(
            max((known.get(part, 0.0) for part in parts), default=0.0) for known in self.known.values()
        ) - 0.1 * len(parts)

    def has_words(self, way: Sequence[str], width: Width) -> Spellings | None:
        """The spellings of each of these words; None where no spelling of one is known."""
        spellings = [
            [known for known, alike in self.known[text].items() if alike >= width.least][: width.most] for text in way
        ]
        return spellings if all(spellings) else None

    def rarity(self, word: str) -> float:
        """From 0 (as common as the commonest word) to 1 (in no public name); for a word of the query its likeliest
        reading's."""
        frequencies = self.dictionary.frequencies
        alike = self.known.get(word, {})
        # None or 0: a word of no public name tells nothing, not even that it is one.
        frequency = frequencies.get(word) or max(
            (frequencies.get(known, 0) for known, score in alike.items() if score >= LIKELY), default=0
        )
        return 1 - min(1.0, log(1 + frequency) / log(2 + self.dictionary.commonest))

    def ranked(self) -> list[Found]:
        """Each person once, by the spelling that fits best."""
        people: dict[int, Found] = {}
        for prisoner_id, text in self.read.values():
            found = self.matches.get(text)
            if found is None or found.score < LEAST_SCORE:
                continue
            known = people.get(prisoner_id)
            if known is None or found.score > known.score:
                people[prisoner_id] = Found(prisoner_id, round(found.score, 4), text, found.reason, found.weakest)
        return sorted(people.values(), key=lambda person: (-person.score, person.prisoner_id))[: self.limit]


def required(parts: Sequence[Word]) -> tuple[str, ...]:
    """The words that a name must have: initials, patronymics and particles are often left out."""
    for kind in (WORD, PARTICLE):
        if found := tuple(part.text for part in parts if part.kind == kind):
            return found
    return ()


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Someone who may be the person being entered: why, and what differs. For editors only."""

    prisoner: Prisoner
    score: float
    matched_name: str
    reason: str
    differences: tuple[str, ...]


def lookalikes(
    name: str, *, birth_year: int | None = None, country: str = "", exclude: int | None = None, limit: int = 10
) -> list[LookAlike]:
    """The people in the registry, public or not, who may be the one named so, the likeliest first.

    A difference lowers the score and never hides anyone: the editor decides.
    """
    found = {person.prisoner_id: person for person in search(name, public=False) if person.score >= LIKE_ENOUGH}
    people = Prisoner.objects.filter(pk__in=found).exclude(pk=exclude).prefetch_related("names")
    alike = [look_alike(person, found[person.pk], birth_year, country) for person in people]
    return sorted(alike, key=lambda one: (-one.score, one.prisoner.pk))[:limit]


def look_alike(person: Prisoner, found: Found, birth_year: int | None, country: str) -> LookAlike:
    differences = []
    known = person.birth_year
    if birth_year and known and birth_year != known:
        differences.append(_("born in %(known)s, not %(entered)s") % {"known": known, "entered": birth_year})
    if country and person.country and country != person.country:
        there, here = country_name(person.country), country_name(country)
        differences.append(_("on the list of %(there)s, not %(here)s") % {"there": there, "here": here})
    score = round(found.score - DIFFERENCE * len(differences), 4)
    return LookAlike(person, score, found.matched_name, found.reason, tuple(differences))
