"""Search for people by name in any spelling; look-alikes for editors.

From a query's words to words of the dictionary, from those to names, from names to a ranking: in stages, each wider
than the one before, until one answers well. See docs/names.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from math import log
from operator import and_, or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Func, Max, Q, Value
from django.utils.translation import gettext as _

from prisoners.models import Name, NameWord, Prisoner
from prisoners.names import index
from prisoners.names.forms import Form, exact_keys, forms, near_keys, remember, remembered
from prisoners.names.given_names import group_keys
from prisoners.names.likeness import likeness
from prisoners.names.matching import Match, joined, match
from prisoners.names.scripts import bare
from prisoners.names.words import PARTICLE, WORD, Word, words
from registry.countries import country_name

LONGEST_QUERY = 200
WORDS_KEPT = 40
WORDS_COMPARED = 60
NAMES_READ = 250
BEGINNINGS_READ = 60
LEAST_LIKENESS = 0.55
LIKELY = 0.94
LEAST_SCORE = 0.25
# From here on an editor is asked whether two are one; each difference lowers the score by so much.
LIKE_ENOUGH, DIFFERENCE = 0.75, 0.1
# A stage that finds a name this good is the last one.
GOOD_BEGINNING = 0.5
GOOD_AFTER_EXACT, GOOD_AFTER_NEAR, GOOD_AFTER_TRIGRAMS = 0.93, 0.86, 0.8
SHORTEST_BEGINNING = 3
# A word in one name of so many is as rare as can be.
COMMONEST_SHARE = 0.02

# One look into the index for each key, so that the planner can't be tempted to read the whole dictionary.
WORDS_BY_KEYS = """
    SELECT text, frequency, forms FROM prisoners_nameword AS known JOIN (
        SELECT text, sum(shared) AS shared FROM (
            SELECT text, 99 AS shared FROM prisoners_nameword WHERE text = %s
            UNION ALL
            SELECT found.text, 1 FROM unnest(%s::integer[]) AS key
            CROSS JOIN LATERAL (SELECT text FROM prisoners_nameword WHERE keys @> ARRAY[key] LIMIT 400) AS found
        ) AS every GROUP BY text ORDER BY shared DESC, text LIMIT %s
    ) AS likeliest USING (text)
"""
WORDS_BY_LETTERS = """
    SELECT text, frequency, forms FROM prisoners_nameword WHERE bare %% %s
    ORDER BY similarity(bare, %s) DESC, text LIMIT %s
"""
WORDS_BY_SOUND = WORDS_BY_LETTERS.replace("bare", "sound")
WORDS_BEGINNING = """
    SELECT text, frequency, forms FROM prisoners_nameword WHERE bare LIKE %s OR sound LIKE %s
    ORDER BY frequency DESC, text LIMIT %s
"""


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
        yield GOOD_BEGINNING if self.read_beginnings() else GOOD_AFTER_EXACT
        self.read_names(self.rare_words_alone(), least=LIKELY)
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
        return sum(self.frequencies.get(word, 0) for word, alike in self.known[text].items() if alike >= LIKELY)

    def read_waiting_words(self) -> None:
        """New words go into the dictionary; where they can't be written now, this search reads the queue."""
        self.waiting = index.waiting_words()
        if self.waiting and index.refresh():
            self.waiting = index.waiting_words()

    def find_words(self, texts: Sequence[str], keys_of: Callable[[str], set[int]]) -> None:
        """Words of the dictionary that share keys with the query's, those that share most first."""
        for text in texts:
            keys = keys_of(text)
            found = self.words_by(WORDS_BY_KEYS, [text, sorted(keys), WORDS_COMPARED])
            found += [word for word in self.waiting if word == text or keys.intersection(index.entry(word).keys)]
            self.keep(text, found)

    def find_words_by_trigrams(self) -> None:
        """The last resort for words with several errors."""
        for text in required(self.asked):
            for statement, value in ((WORDS_BY_LETTERS, bare(text)), (WORDS_BY_SOUND, likeliest_sound(text))):
                self.keep(text, self.words_by(statement, [value, value, WORDS_KEPT]))

    def words_by(self, statement: str, parameters: Sequence[Any]) -> list[str]:
        """The words of the dictionary that a statement finds, with their readings and frequencies at hand."""
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows = cursor.fetchall()
        for text, frequency, packed in rows:
            self.frequencies[text] = frequency
            if text not in remembered:
                remember(text, tuple(map(Form.unpacked, packed.split())))
        return [text for text, _, _ in rows]

    def read_beginnings(self) -> float:
        """Names in which the last word of the query is only begun; returns how good the best of them is."""
        last, sound = self.asked[-1], likeliest_sound(self.asked[-1].text)
        ways = self.ways_to_write()
        if last.kind != WORD or min(len(last.text), len(sound)) < SHORTEST_BEGINNING or self.is_known(last.text):
            return 0.0
        begin = self.words_by(WORDS_BEGINNING, [pattern(bare(last.text)), pattern(sound), WORDS_KEPT])
        others = [self.has_words([text], LIKELY) for text in ways[0][:-1]]
        if not begin or None in others:
            return 0.0
        begun = reduce(and_, [Q(HasAnyWord(begin)), *(other for other in others if other is not None)])
        return self.match_names(begun, is_half_typed=True)

    def is_known(self, text: str) -> bool:
        return any(alike >= LIKELY for alike in self.known[text].values())

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
            self.match_names(reduce(or_, conditions))
            if self.best() >= GOOD_AFTER_EXACT:
                return

    def match_names(self, condition: Q, *, is_half_typed: bool = False) -> float:
        """Match the names for which a condition holds; returns the best score among them."""
        seen = Name.public if self.public else Name.objects
        best = 0.0
        most = BEGINNINGS_READ if is_half_typed else NAMES_READ
        for name_id, prisoner_id, text in seen.filter(condition).values_list("pk", "prisoner_id", "text")[:most]:
            if name_id not in self.matches:
                found = match(self.query, text, self.rarity, is_half_typed=is_half_typed)
                self.matches[name_id] = (found, prisoner_id, text)
            best = max(best, self.matches[name_id][0].score)
        return best

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
            frequency = max(
                (self.frequencies.get(known, 0) for known, score in alike.items() if score >= LIKELY), default=0
            )
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


def pattern(beginning: str) -> str:
    """A LIKE pattern for what begins so; the signs that LIKE would read stand for themselves."""
    return re.sub(r"([\\%_])", r"\\\1", beginning) + "%"


def likeliest_sound(word: str) -> str:
    found = forms(word)
    return found[0].sound if found else ""


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
