"""The dictionary of words as a search reads it: words by keys, by letters, by beginnings, each in one round trip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from prisoners.names.forms import Form, forms, remember, remembered
from prisoners.names.scripts import bare

# The most words read for one key of each kind, and for one word of a query.
WORDS_OF_AN_EXACT_KEY, WORDS_OF_A_NEAR_KEY = 400, 100
WORDS_COMPARED = 60
WORDS_BY_LETTERS_READ = 40
# Words of so many public names are not looked up one by one: where a stage depends on a word, and where it only takes
# a place among many.
SURELY_PUBLIC, ONCE_PUBLIC = 10, 1

BY_KEYS = "SELECT * FROM prisoners_words_by_keys(%s, %s, %s, %s, %s)"
BEGINNING = "SELECT word, word, frequency, forms FROM prisoners_words_beginning(%s, %s, %s)"
BY_LETTERS = """
    SELECT asked, known.text, known.frequency, known.forms
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS wanted (asked, letters, sound)
    CROSS JOIN LATERAL (
        (SELECT * FROM prisoners_nameword WHERE bare %% letters ORDER BY similarity(bare, letters) DESC, text LIMIT %s)
        UNION
        (SELECT * FROM prisoners_nameword WHERE sound %% wanted.sound
         ORDER BY similarity(prisoners_nameword.sound, wanted.sound) DESC, text LIMIT %s)
    ) AS known
"""
# A word of withheld people or private names alone is as good as unknown to the public.
IN_PUBLIC_NAMES = """
    SELECT word FROM unnest(%s::text[]) AS word CROSS JOIN LATERAL (
        SELECT FROM prisoners_name AS name JOIN prisoners_prisoner AS prisoner ON prisoner.id = name.prisoner_id
        WHERE prisoners_name_word_ids(name.text) && prisoners_word_ids(ARRAY[word])
        AND name.publication = 'published' AND NOT name.is_private AND prisoner.publication = 'published' LIMIT 1
    ) AS public_name
"""
THESE = "SELECT text, text, frequency, forms FROM prisoners_nameword WHERE text = ANY(%s)"


@dataclass
class Dictionary:
    """What one search has read of the dictionary so far."""

    frequencies: dict[str, int] = field(default_factory=dict)
    # In how many public names the commonest word stands, and whether words wait for their keys.
    commonest: int = 0
    has_waiting_words: bool = False
    # Whether a word stands in a public name, for those that were looked up.
    publicity: dict[str, bool] = field(default_factory=dict)

    def by_keys(self, keys: Mapping[str, Iterable[int]], most: int) -> dict[str, list[str]]:
        """For each word that is asked for those that share keys with it, the ones that share most; of a key at most
        so many."""
        pairs = [(text, key) for text, each in keys.items() for key in sorted(each)]
        with connection.cursor() as cursor:
            asked = " ".join(text for text, _ in pairs), array_of(key for _, key in pairs)
            cursor.execute(BY_KEYS, [" ".join(keys), *asked, most, WORDS_COMPARED])
            rows = cursor.fetchall()
        self.commonest, self.has_waiting_words = rows[0][0] or 0, rows[0][1]
        return self.taken(row[2:] for row in rows if row[3] is not None)

    def by_letters(self, texts: Sequence[str]) -> dict[str, list[str]]:
        """The last resort: words with similar letters or a similar sound, by trigrams."""
        bares, sounds = [bare(text) for text in texts], [likeliest_sound(text) for text in texts]
        return self.read(BY_LETTERS, [list(texts), bares, sounds, WORDS_BY_LETTERS_READ, WORDS_BY_LETTERS_READ])

    def beginning(self, text: str, most: int) -> list[str]:
        """The commonest words that begin so, as written or as spoken."""
        found = self.read(BEGINNING, [bare(text), likeliest_sound(text), most])
        return [word for words in found.values() for word in words]

    def take_at_hand(self, texts: Iterable[str]) -> None:
        """Have the readings of words at hand: the dictionary keeps them, and making them anew takes long."""
        if unread := [text for text in texts if text not in remembered]:
            self.read(THESE, [unread])

    def in_public_names(self, words: Iterable[str], *, trusted: int = SURELY_PUBLIC) -> set[str]:
        """Those of some words that stand in a public name. What `trusted` names have by the last count does; the others
        are tried."""
        wanted = set(words)
        surely = {word for word in wanted if self.frequencies.get(word, 0) >= trusted}
        if tried := sorted(wanted - surely - self.publicity.keys()):
            with connection.cursor() as cursor:
                cursor.execute(IN_PUBLIC_NAMES, [tried])
                found = {word for (word,) in cursor.fetchall()}
            self.publicity |= {word: word in found for word in tried}
        return surely | {word for word in wanted - surely if self.publicity[word]}

    def read(self, statement: str, parameters: Sequence[Any]) -> dict[str, list[str]]:
        """The words that a statement finds for each word asked for."""
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return self.taken(cursor.fetchall())

    def taken(self, rows: Iterable[tuple[str, str, int, str]]) -> dict[str, list[str]]:
        """The words of rows for each word asked for; keeps their readings and frequencies."""
        found: dict[str, list[str]] = {}
        for asked, text, frequency, packed in rows:
            found.setdefault(asked, []).append(text)
            self.frequencies[text] = frequency
            if text not in remembered:
                remember(text, tuple(map(Form.unpacked, packed.split())))
        return found


def array_of(numbers: Iterable[int]) -> str:
    """An array as PostgreSQL reads it: ten times sooner written than number by number."""
    return "{" + ",".join(map(str, numbers)) + "}"


def likeliest_sound(word: str) -> str:
    found = forms(word)
    return found[0].sound if found else ""
