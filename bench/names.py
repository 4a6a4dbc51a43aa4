"""Search by name among synthetic people in two scripts, against trigrams over the whole table.

    python -m bench.names              one million people
    python -m bench.names --people 100000
    python -m bench.names --keep       leave the database for the next run, which then only measures
    python -m bench.names --keep --alone   without the yardstick: on a machine that others use, too

Works in a database of its own (registry_bench_names) on the server the settings name, and drops it at the end. The
names are invented and repeat as real ones do: some fifty given names and 76,000 surnames by Zipf's law, so that a
million people have about 150,000 distinct words in two scripts, and the commonest name belongs to hundreds.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate, product
from pathlib import Path
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
class Query:
    """What is typed, and the name that is meant; empty where any of many may be."""

    text: str
    meant: str


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


def chosen_queries(names: list[str], number: int) -> dict[str, list[Query]]:
    """Queries about people there are: as stored, half a surname typed, another scheme's spelling with an error."""
    chance = random.Random(7)
    stored = [(name, romanised(name) if chance.random() < 0.5 else name) for name in chance.sample(names, number)]
    return {
        "exact": [Query(spelling, name) for name, spelling in stored],
        "prefix": [Query(spelling.split()[1][:5], "") for _, spelling in stored],
        "fuzzy": [Query(with_error(romanised(name, POLISH), chance), name) for name, _ in stored],
    }


@contextmanager
def own_database(*, is_kept: bool) -> Iterator[bool]:
    """A database with all migrations, for the length of the benchmark; True if one was left to be used again."""
    from django.core.management import call_command
    from django.db import connection

    main = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [DATABASE])
        is_there = bool(cursor.fetchone()[0]) and is_kept
        if not is_there:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    switch(DATABASE)
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        yield is_there and is_filled()
    finally:
        switch(main)
        if not is_kept:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def is_filled() -> bool:
    """Whether a run that was broken off has left its names behind."""
    from prisoners.models import Name

    return Name.objects.exists()


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
        cursor.execute("SET maintenance_work_mem = '256MB'")
        with timed("index of the words of each name"):
            cursor.execute("CREATE INDEX name_word_ids ON prisoners_name "
                           "USING gin (prisoners_name_word_ids(text)) WITH (fastupdate = off)")  # fmt: skip
        with timed("dictionary of words with their frequencies"):
            index.rebuild_dictionary()
        with timed("yardstick: trigram index over the whole table"):
            cursor.execute("CREATE INDEX bench_trigrams ON prisoners_name USING gin (text gin_trgm_ops)")
        cursor.execute("ANALYZE prisoners_name, prisoners_nameword")


def print_sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace
            AND relname IN ('name_word_ids', 'prisoners_nameword', 'bench_trigrams', 'prisoners_name') ORDER BY 1
        """)
        for relation, size in cursor.fetchall():
            print(f"size of {relation:50} {size:>10}")


def by_trigrams(query: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT prisoner_id, similarity(text, %s) AS alike FROM prisoners_name WHERE text %% %s "
                       "ORDER BY alike DESC LIMIT 50", [query, query])  # fmt: skip
        return cursor.fetchall()


@dataclass
class Answered:
    """What each query took, in milliseconds by the clock and of the processor, and its answer."""

    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def timed_answers(ask: Callable[[str], Any], queries: list[Query]) -> Answered:
    told = Answered()
    for query in queries:
        started_at, worked = time.perf_counter(), processor_time()
        told.answers.append(ask(query.text))
        told.taken.append((time.perf_counter() - started_at) * 1000)
        told.worked.append(processor_time() - worked)
    return told


def processor_time() -> float:
    """Milliseconds of the processor that this process and its server process have used; of the server's only where the
    system tells (Linux, the same machine)."""
    from django.db import connection

    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    server = int(told.read_text().split()[0]) / 1e6 if told.exists() else 0.0
    return time.process_time() * 1000 + server


def p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def measure(kind: str, queries: list[Query], *, is_alone: bool) -> None:
    """Medians of five interleaved rounds; each round asks other queries, as no two readers ask the same."""
    from prisoners.names.search import search

    ours, theirs, worked, found = [], [], [], 0
    share = len(queries) // ROUNDS
    for turn in range(ROUNDS):
        asked = queries[turn * share : (turn + 1) * share]
        told = timed_answers(search, asked)
        ours.append(told.taken)
        worked += told.worked
        found += sum(map(is_found, asked, told.answers))
        theirs.append([0.0] if is_alone else timed_answers(by_trigrams, asked).taken)
    own, other = (statistics.median(map(p95, rounds)) for rounds in (ours, theirs))
    middle = statistics.median(map(statistics.median, ours))
    beside = "" if is_alone else f"   trigrams p95 {other:8.1f} ms   ratio {other / own:6.1f}"
    right = f"   meant name among ten {100 * found / (share * ROUNDS):5.1f} %" if queries[0].meant else ""
    print(
        f"{kind:8} p50 {middle:7.1f} ms   p95 {own:7.1f} ms   processor mean {statistics.mean(worked):5.1f} ms"
        f" p95 {p95(worked):5.1f} ms{beside}   load {os.getloadavg()[0]:.1f}{right}",
        flush=True,
    )


def is_found(query: Query, answer: list[Any]) -> bool:
    return bool({query.meant, romanised(query.meant)} & {person.matched_name for person in answer[:10]})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--queries", type=int, default=250, help="of each kind (250)")
    arguments.add_argument("--keep", action="store_true", help="leave the database for the next run")
    arguments.add_argument("--alone", action="store_true", help="without the yardstick")
    chosen = arguments.parse_args()
    names = list(people(chosen.people))
    with own_database(is_kept=chosen.keep) as is_ready:
        if not is_ready:
            with timed(f"{chosen.people:,} people with two names each, copied"):
                fill(names)
            build()
        print_sizes()
        from prisoners.names.search import read_tables

        read_tables()
        for kind, queries in chosen_queries(names, chosen.queries).items():
            measure(kind, queries, is_alone=chosen.alone)


if __name__ == "__main__":
    import django

    from registry import postgres

    postgres.join()
    django.setup()
    main()
