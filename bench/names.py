"""Search by name among synthetic people in two scripts, against trigrams over the whole table.

    python -m bench.names              one million people
    python -m bench.names --people 100000

Works in a database of its own (registry_bench_names) on the server the settings name, and drops it at the end.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

DATABASE = "registry_bench_names"
ROUNDS = 5
SIGNS, VALUES = (
    "абвгджзйклмнопрстуўфхцчшыэіяёюе",
    "a b v h d zh z i k l m n o p r s t u u f kh ts ch sh y e i ia io iu e",
)
LETTERS = dict(zip(SIGNS, VALUES.split(), strict=True))
POLISH = LETTERS | {"в": "w", "ж": "ż", "х": "ch", "ц": "c", "ч": "cz", "ш": "sz", "ў": "w", "й": "j"}
GIVEN_NAMES = """
Аляксандр Сяргей Мікалай Уладзімір Андрэй Дзмітрый Зміцер Яўген Віктар Павел Ігар Юрый Максім Аляксей Антон
Кірыл Ілья Мікіта Дзяніс Вадзім Алег Іван Васіль Міхаіл Раман Таццяна Наталля Вольга Алена Ірына Святлана Марыя
Кацярына Ганна Людміла Вікторыя Аксана Юлія Вераніка Дар'я Паліна Надзея Валянціна Галіна Ніна Лідзія
"""
STARTS = "Ба Бу Ва Ве Га Гра Да Дра За Жу Ка Кра Ку Ла Лу Ма Му На Па Пра Ра Са Ста Су Та Тру Ха Ча Ша Шу Ю Я"
MIDDLES = "ба бры ва гра дзе за ка ла лу ма мо на ры ра ро са са та ту це ча ша жы"
ENDINGS = "новіч левіч ревіч чук чанка нка цкі ўскі рскі льскі роў лёў наў шын лын ха ка ц нак чык ёнак"


@dataclass(frozen=True)
class Queries:
    exact: list[str]
    prefix: list[str]
    fuzzy: list[str]


def romanised(name: str, letters: dict[str, str] = LETTERS) -> str:
    return " ".join("".join(letters.get(letter, "") for letter in word.lower()).capitalize() for word in name.split())


def surnames(chance: random.Random) -> list[str]:
    more = ("", *MIDDLES.split()[:4])
    parts = product(STARTS.split(), MIDDLES.split(), more, ENDINGS.split())
    every = {"".join(surname) for surname in parts}
    shuffled = sorted(every)
    chance.shuffle(shuffled)
    return shuffled


def people(number: int) -> Iterator[str]:
    """Invented names, the common ones as often as in a country: the n-th surname as 1 to n to the power of 0.8."""
    chance = random.Random(41)
    every = surnames(chance)
    shares = list(accumulate((place + 10) ** -0.8 for place in range(len(every))))
    firsts = GIVEN_NAMES.split()
    given = list(accumulate((place + 3) ** -0.9 for place in range(len(firsts))))
    for _ in range(number):
        yield f"{chance.choices(firsts, cum_weights=given)[0]} {chance.choices(every, cum_weights=shares)[0]}"


def with_error(text: str, chance: random.Random) -> str:
    """One letter of the surname mistyped."""
    place = chance.randrange(text.index(" ") + 2, len(text))
    return text[:place] + chance.choice("aeiklmnorst") + text[place + 1 :]


def chosen_queries(names: list[str], number: int) -> Queries:
    """Queries about people there are: as stored, half a surname typed, another scheme's spelling with an error."""
    chance = random.Random(7)
    picked = chance.sample(names, number)
    return Queries(
        exact=[romanised(name) if chance.random() < 0.5 else name for name in picked],
        prefix=[name.split()[1][:5] for name in picked],
        fuzzy=[with_error(romanised(name, POLISH), chance) for name in picked],
    )


@contextmanager
def own_database() -> Iterator[None]:
    """A database with all migrations, for the length of the benchmark."""
    from django.core.management import call_command
    from django.db import connection

    main = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    switch(DATABASE)
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        yield
    finally:
        switch(main)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def switch(name: str) -> None:
    """Point Django's connection at another database of the same server."""
    from django.db import connection

    database: Any = connection
    database.close()
    database.close_pool()
    database.settings_dict["NAME"] = name


@contextmanager
def timed(what: str) -> Iterator[None]:
    started_at = time.perf_counter()
    yield
    print(f"{what:58} {time.perf_counter() - started_at:8.1f} s", flush=True)


def fill(names: list[str]) -> None:
    """The people, without history: it is not what is measured here."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("prisoners_prisoner", "prisoners_name"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX name_word_ids")
        with cursor.copy("COPY prisoners_prisoner (id, public_id, publication, country, sex, citizenships, biography, "
                         "death_circumstance) FROM STDIN") as rows:  # fmt: skip
            for number in range(len(names)):
                rows.write_row((number, f"b{number}", "published", "BY", "unknown", "{}", "", ""))
        with cursor.copy("COPY prisoners_name (public_id, publication, prisoner_id, text, language, script, kind, "
                         "is_private) FROM STDIN") as rows:  # fmt: skip
            for number, name in enumerate(names):
                rows.write_row((f"m{number}", "published", number, name, "be", "Cyrl", "main", False))
                rows.write_row(
                    (f"t{number}", "published", number, romanised(name), "en", "Latn", "transliteration", False)
                )
        cursor.execute("ANALYZE prisoners_prisoner, prisoners_name")


def build() -> None:
    from django.db import connection

    from prisoners.names import index

    with connection.cursor() as cursor:
        with timed("index of the words of each name"):
            cursor.execute("CREATE INDEX name_word_ids ON prisoners_name "
                           "USING gin (prisoners_name_word_ids(text)) WITH (fastupdate = off)")  # fmt: skip
        with timed("dictionary and frequencies (the rest of a rebuild)"):
            index.rebuild()
        with timed("yardstick: trigram index over the whole table"):
            cursor.execute("CREATE INDEX bench_trigrams ON prisoners_name USING gin (text gin_trgm_ops)")
        cursor.execute("ANALYZE prisoners_name, prisoners_nameword")
        cursor.execute("""
            SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class
            WHERE relname IN ('name_word_ids', 'prisoners_nameword', 'bench_trigrams', 'prisoners_name') ORDER BY 1
        """)
        for relation, size in cursor.fetchall():
            print(f"size of {relation:50} {size:>10}")


def by_trigrams(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT prisoner_id, similarity(text, %s) AS alike FROM prisoners_name WHERE text %% %s "
                       "ORDER BY alike DESC LIMIT 50", [query, query])  # fmt: skip
        return cursor.fetchall()


def milliseconds(ask: Callable[[str], Any], queries: list[str]) -> list[float]:
    taken = []
    for query in queries:
        started_at = time.perf_counter()
        ask(query)
        taken.append((time.perf_counter() - started_at) * 1000)
    return taken


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def measure(kind: str, queries: list[str]) -> None:
    """Medians of five interleaved rounds; each round asks other queries, as no two readers ask the same."""
    from prisoners.names.search import search

    ours, theirs = [], []
    share = len(queries) // ROUNDS
    for turn in range(ROUNDS):
        asked = queries[turn * share : (turn + 1) * share]
        ours.append(milliseconds(search, asked))
        theirs.append(milliseconds(by_trigrams, asked))
    own, other = (statistics.median(map(p95, rounds)) for rounds in (ours, theirs))
    middle = statistics.median(map(statistics.median, ours))
    print(
        f"{kind:8} p50 {middle:7.1f} ms   p95 {own:7.1f} ms   trigrams p95 {other:8.1f} ms   ratio {other / own:6.1f}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--queries", type=int, default=250, help="of each kind (250)")
    chosen = arguments.parse_args()
    with own_database():
        names = list(people(chosen.people))
        with timed(f"{chosen.people:,} people with two names each, copied"):
            fill(names)
        build()
        from prisoners.names.search import read_tables

        read_tables()
        queries = chosen_queries(names, chosen.queries)
        for kind in ("exact", "prefix", "fuzzy"):
            measure(kind, getattr(queries, kind))


if __name__ == "__main__":
    import django

    from registry import postgres

    postgres.join()
    django.setup()
    main()
