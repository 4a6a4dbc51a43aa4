"""Many names at once: who bears a name like each of them, in a few statements for hundreds of names.

As the search does it, word by word through the dictionary, but by two stages only: by equal keys, and by keys with one
error. What takes trigrams, beginnings, or words joined and parted is left to the search for one name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import connection, transaction

from prisoners.names.dictionary import WORDS_OF_A_NEAR_KEY, WORDS_OF_AN_EXACT_KEY, Dictionary
from prisoners.names.forgetting import forget_words
from prisoners.names.forms import near_keys
from prisoners.names.search import (
    LIKELIEST,
    NAMES_READ,
    Enough,
    Found,
    Search,
    Width,
    exact_and_group_keys,
    required,
)
from prisoners.names.words import words

# Words of a long list are remembered, since they come again; not more of them, or they would fill the memory.
MOST_REMEMBERED = 20_000
# Whoever is found by equal keys as well as this is not looked for any further.
FOUND = Enough(0.93, 0.94)
# In the second stage a word says so much at least: two that are half alike are another name.
NEAR = Width(0.75, 6)
PARTS = 2

# One look into the index for each name, by the two of its words that fewest have.
NAMES_WITH = f"""
    SELECT wanted.place, name.id, name.prisoner_id, name.text
    FROM (
        SELECT place, array_agg(hashtext(word)) FILTER (WHERE part = 0) AS one,
            array_agg(hashtext(word)) FILTER (WHERE part = 1) AS other
        FROM unnest(%s::integer[], %s::integer[], %s::text[]) AS given (place, part, word) GROUP BY place
    ) AS wanted
    CROSS JOIN LATERAL (
        SELECT id, prisoner_id, text FROM prisoners_name
        WHERE prisoners_name_word_ids(text) && wanted.one AND prisoners_name_word_ids(text) && wanted.other
        LIMIT {NAMES_READ}
    ) AS name
"""


class ManyNames:
    """Looks for the people of many names, in batches. What it has learnt of words serves the batches that follow."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.words = Search((), "", public=False, dictionary=Dictionary())
        self.looked_nearer: set[str] = set()
        forget_words()

    def people(self, names: Sequence[str]) -> list[list[Found]]:
        """For each name the people, public or not, who bear one like it, best first."""
        if len(self.words.known) > MOST_REMEMBERED:
            self.forget()
        searches = [Search(words(name), name, public=False, dictionary=self.words.dictionary) for name in names]
        self.find_words({text for each in searches for text in required(each.asked)})
        self.read_names(searches, LIKELIEST)
        left = [each for each in searches if not each.has(FOUND)]
        self.find_words_nearer({text for each in left for text in self.doubtful(each)})
        self.read_names(left, NEAR)
        return [each.ranked() for each in searches]

    # --- Words ---

    def find_words(self, texts: set[str]) -> None:
        fresh = sorted(texts - self.words.known.keys())
        self.look_up(fresh, exact_and_group_keys, WORDS_OF_AN_EXACT_KEY)

    def find_words_nearer(self, texts: set[str]) -> None:
        fresh = sorted(texts - self.looked_nearer)
        self.looked_nearer.update(fresh)
        self.look_up(fresh, partial(near_keys, is_asked=True), WORDS_OF_A_NEAR_KEY)

    def look_up(self, texts: Sequence[str], keys_of: Callable[[str], set[int]], most: int) -> None:
        for text in texts:
            self.words.known.setdefault(text, {})
        if texts:
            self.words.keep(self.words.find_words({text: keys_of(text) for text in texts}, most))

    def doubtful(self, search: Search) -> list[str]:
        """Of the words that a name must have those without a likely spelling; all, where each has one."""
        whole = required(search.asked)
        return [text for text in whole if not self.words.is_known(text)] or list(whole)

    # --- Names ---

    def read_names(self, searches: Sequence[Search], width: Width) -> None:
        """Match each name with those that have its two rarest words, in spellings so alike."""
        places, parts, spelled = [], [], []
        for place, search in enumerate(searches):
            search.known = {text: self.words.known.get(text, {}) for text in required(search.asked)}
            for part, spellings in enumerate(self.rarest(search, width)):
                places += [place] * len(spellings)
                parts += [part] * len(spellings)
                spelled += spellings
        found: dict[int, dict[str, list[tuple[int, int]]]] = {}
        for place, name_id, prisoner_id, text in names_with(places, parts, spelled):
            found.setdefault(place, {}).setdefault(text, []).append((name_id, prisoner_id))
        self.take_at_hand(text for texts in found.values() for text in texts)
        for place, texts in found.items():
            search = searches[place]
            search.read |= {name: (person, text) for text, rows in texts.items() for name, person in rows}
            search.match_texts([text for text in texts if text not in search.matches], is_half_typed=False)

    def rarest(self, search: Search, width: Width) -> list[list[str]]:
        """The spellings of the two words that fewest names have; of one word twice; of none where too few are known."""
        known = [search.has_words([text], width) for text in search.known]
        spellings = sorted((each[0] for each in known if each), key=self.frequency)
        if len(spellings) < min(PARTS, len(search.known)):
            return []
        return [*spellings, *spellings][:PARTS]

    def frequency(self, spellings: Iterable[str]) -> int:
        return sum(self.words.dictionary.frequencies.get(word, 0) for word in spellings)

    def take_at_hand(self, texts: Iterable[str]) -> None:
        self.words.dictionary.take_at_hand({word.text for text in texts for word in words(text)})


def names_with(places: list[int], parts: list[int], spelled: list[str]) -> list[tuple[int, int, int, str]]:
    """Place, key, person and spelling of the names that have a word of both parts."""
    if not places:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        # Of arrays that come from elsewhere the planner knows too little: it would read all names for each.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(NAMES_WITH, [places, parts, spelled])
        found: list[tuple[int, int, int, str]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = on")
    return found
