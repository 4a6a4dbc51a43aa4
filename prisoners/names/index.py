"""The dictionary of the words of names in the database: kept current, rebuilt, checked.

The words of every name stand in an index that PostgreSQL keeps by itself, so no change can pass it by. Words that are
new to the registry wait in a queue, written by a trigger in the transaction of the change, until `refresh` gives them
their keys. A search reads the queue too: a committed name is found from the moment it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import DatabaseError, connection, transaction

from prisoners.models import NameWord, NewNameWord
from prisoners.names.entries import BATCH, entries, entry
from prisoners.names.words import index_words

# From so many new words on, the frequencies are counted again: an import, not an editor's change.
IMPORT = 1_000
# From so many names on, the rows are written anew: longer lists than the desk takes, by whoever owns the tables.
COUNTED_ANEW = 50_000

GIN_INDEXES = ["name_word_keys", "name_word_letters", "name_word_sounds"]
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('prisoners.names.index'))"
# Each word of any name, with the number of public names that have it: names are taken apart once for both.
COUNTED_WORDS = """
    SELECT word, (count(*) FILTER (WHERE is_public))::integer AS times FROM (
        SELECT name.text, name.publication = 'published' AND NOT name.is_private
            AND prisoner.publication = 'published' AS is_public
        FROM prisoners_name AS name JOIN prisoners_prisoner AS prisoner ON prisoner.id = name.prisoner_id
    ) AS name, unnest(prisoners_name_words(name.text)) AS word
    GROUP BY word
"""
ADDED = ("text", "forms", "bare", "sound")
ADD = f"""
    INSERT INTO prisoners_nameword ({", ".join(ADDED)}, keys, frequency)
    SELECT {", ".join(ADDED)}, keys::integer[], 0
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS given ({", ".join(ADDED)}, keys)
    ON CONFLICT DO NOTHING
"""
WORDS_WITHOUT_ENTRY = """
    SELECT DISTINCT word FROM prisoners_name AS name, unnest(prisoners_name_words(name.text)) AS word
    WHERE NOT EXISTS (SELECT FROM prisoners_nameword AS known WHERE known.text = word)
"""


def refresh() -> bool:
    """Take the waiting words into the dictionary. False if it can't be written now: searches then read the queue."""
    taken = take_in()
    if taken is not None and taken >= IMPORT:
        return count_again()
    return taken is not None


def take_in() -> int | None:
    """Give the waiting words their keys; how many there were, None if the dictionary can't be written now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
            if not cursor.fetchone()[0]:
                return None
            cursor.execute("DELETE FROM prisoners_newnameword RETURNING text")
            words = {text for (text,) in cursor.fetchall()}
            add(words)
            return len(words)
    except DatabaseError:
        # A replica, or a role that may only read.
        return None


def count_again(names: int = 0) -> bool:
    """After so many new names: count frequencies, and put the words' keys where searches look first."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
            if not cursor.fetchone()[0]:
                return False
            (count_anew if names >= COUNTED_ANEW else count_frequencies)()
            cursor.execute("SELECT gin_clean_pending_list(name) FROM unnest(%s::regclass[]) AS name", [GIN_INDEXES])
    except DatabaseError:
        return False
    return True


def waiting_words() -> list[str]:
    """The words that have no keys in the dictionary yet; usually none."""
    return list(NewNameWord.objects.values_list("text", flat=True).distinct())


def add(words: Iterable[str]) -> None:
    """Give words their entries; those that have one keep it."""
    with connection.cursor() as cursor:
        for made in entries(sorted(words)):
            keys = ["{" + ",".join(map(str, each.keys)) + "}" for each in made]
            cursor.execute(ADD, [*([getattr(each, name) for each in made] for name in ADDED), keys])


def count_frequencies() -> None:
    """Count again in how many public names each word stands; names that are not public leave no trace in it."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            WITH counted AS ({COUNTED_WORDS})
            UPDATE prisoners_nameword AS known SET frequency = coalesce(counted.times, 0)
            FROM prisoners_nameword AS every LEFT JOIN counted ON counted.word = every.text
            WHERE known.text = every.text AND known.frequency <> coalesce(counted.times, 0)
        """)


def count_anew() -> None:
    """The same after a very long list: each row that changes would go into eight indexes, which are made anew instead.

    Searches wait for the seconds in which the new rows replace the old. For whoever owns the tables.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE rebuilt (LIKE prisoners_nameword)")
        cursor.execute(f"""
            WITH counted AS ({COUNTED_WORDS})
            INSERT INTO rebuilt (text, frequency, keys, forms, bare, sound)
            SELECT text, coalesce(counted.times, 0), keys, forms, bare, sound
            FROM prisoners_nameword LEFT JOIN counted ON counted.word = text
        """)
        replace_dictionary()
        cursor.execute("DROP TABLE rebuilt")


def rebuild(progress: Callable[[int], None] = lambda added: None) -> int:
    """Make the dictionary and the index of words anew, all or nothing; returns the number of words.

    Changes of names wait meanwhile, searches only for the seconds in which the new rows replace the old.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        added = rebuild_dictionary(progress)
        cursor.execute("REINDEX INDEX name_word_ids")
    return added


def rebuild_dictionary(progress: Callable[[int], None] = lambda added: None) -> int:
    """The part of a rebuild that the tables of spellings matter to."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('prisoners.names.index'))")
        cursor.execute("LOCK TABLE prisoners_name IN SHARE MODE")
        cursor.execute(COUNTED_WORDS)
        frequencies = dict(cursor.fetchall())
        cursor.execute("CREATE TEMPORARY TABLE rebuilt (LIKE prisoners_nameword)")
        copy_entries(frequencies, progress)
        cursor.execute("TRUNCATE prisoners_newnameword")
        replace_dictionary()
        cursor.execute("DROP TABLE rebuilt")
    return len(frequencies)


def copy_entries(frequencies: dict[str, int], progress: Callable[[int], None]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY rebuilt (text, keys, forms, bare, sound, frequency) FROM STDIN") as rows,
    ):
        for made in entries(list(frequencies)):
            for each in made:
                rows.write_row((*each, frequencies[each.text]))
            progress(len(made))


def replace_dictionary() -> None:
    """Put the rebuilt entries in place. The indexes are made after the rows: ten times faster than with them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'prisoners_nameword' "
                       "AND indexname LIKE 'name\\_word\\_%%'")  # fmt: skip
        indexes = cursor.fetchall()
        cursor.execute("TRUNCATE prisoners_nameword")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("""
            INSERT INTO prisoners_nameword (text, frequency, keys, forms, bare, sound)
            SELECT text, frequency, keys, forms, bare, sound FROM rebuilt
        """)
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE prisoners_nameword")


def problems() -> list[str]:
    """What is wrong with the index, in words; empty when every name can be found by every key."""
    with connection.cursor() as cursor:
        cursor.execute(f"""
            SELECT word FROM ({WORDS_WITHOUT_ENTRY}) AS missing (word)
            WHERE NOT EXISTS (SELECT FROM prisoners_newnameword AS waiting WHERE waiting.text = word)
        """)
        missing = [f"“{word}” stands in a name but not in the dictionary." for (word,) in cursor.fetchall()]
    stale = [
        f"“{known.text}” is kept under the keys of older tables."
        for known in NameWord.objects.iterator(chunk_size=BATCH)
        if known.keys != entry(known.text).keys
    ]
    return missing + stale


def has_words(name: str) -> bool:
    """Whether a name can be found at all: a text of nothing but signs can't."""
    return bool(index_words(name))
