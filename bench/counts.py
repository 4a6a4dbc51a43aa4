"""Counts at scale: series without filters, filtered series and stocks, each beside its yardstick.

    python -m bench.counts                       one million people
    python -m bench.counts --people 100000 --keep

Works in a database of its own (registry_bench_counts_<people>); --keep leaves it for the next run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

ROUNDS = 5
TODAY = date(2026, 11, 22)
# 82 month ends.
FIRST, LAST = date(2020, 1, 1), date(2026, 10, 31)


def series(metric: str, **asked: Any) -> Callable[[], Any]:
    """Asks one series of months, as the page does."""
    from counts.questions import UNITS, Question, recognised_by_default
    from counts.series import count

    question = Question(
        metric, UNITS[metric][0], "month", FIRST, LAST, country="BY", recognised=recognised_by_default(metric),
        cut_off=TODAY,
    )  # fmt: skip
    return lambda: count(replace(question, **asked))


QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "arrests": ("arrests", {}),
    "releases": ("releases", {}),
    "pardons": ("pardons", {}),
    "convictions": ("convictions", {}),
    "held": ("held", {}),
    "arrests by sex": ("arrests", {"group": ("sex",)}),
    "releases by kind": ("releases", {"group": ("kind",)}),
    "held by sex": ("held", {"group": ("sex",)}),
    "held, every form": ("held", {"forms": ("custody", "prison", "open-type", "unknown", "administrative")}),
    "held, recognised": ("held", {"definition": "recognised"}),
}


def milliseconds(ask: Callable[[], Any]) -> tuple[float, float, int]:
    """Of one answer: all its time, the time in the database, and the number of queries."""
    from django.db import connection

    spent: list[float] = []

    def clocked(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started_at = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - started_at)

    with connection.execute_wrapper(clocked):
        started_at = time.perf_counter()
        ask()
        whole = time.perf_counter() - started_at
    return whole * 1000, sum(spent) * 1000, len(spent)


# What a first draft would write: each month end joined with the detentions that cover it.
NAIVE = """
SELECT ends.day, count(DISTINCT detention.prisoner_id)
FROM (SELECT (month + interval '1 month - 1 day')::date AS day
      FROM generate_series(date '2020-01-01', date '2026-10-01', interval '1 month') AS month) AS ends
LEFT JOIN (prisoners_detention AS detention JOIN prisoners_prisoner AS prisoner
           ON prisoner.id = detention.prisoner_id AND prisoner.publication = 'published')
    ON detention.publication = 'published' AND detention.country = 'BY' AND detention.taken_latest <= ends.day
    AND (detention.ended_how = '' OR detention.out_earliest > ends.day)
GROUP BY ends.day
"""


def by_naive_join() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(NAIVE)
        cursor.fetchall()


def compare(rounds: int) -> None:
    """The stock of 82 month ends beside the naive join, one after the other in each round."""
    ours, theirs = [], []
    ask = series("held")
    for _ in range(rounds):
        ours.append(milliseconds(ask))
        theirs.append(milliseconds(by_naive_join)[0])
    whole, sql = (statistics.median(values) for values in list(zip(*ours, strict=True))[:2])
    naive = statistics.median(theirs)
    print(
        f"held beside the naive join {naive:12.0f} ms: {naive / whole:8.0f} times the answer, {naive / sql:.0f} its SQL"
    )


def measure(rounds: int, only: str) -> None:
    asked = {name: series(metric, **more) for name, (metric, more) in QUESTIONS.items() if only in name}
    taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, ask in asked.items():
            taken[name].append(milliseconds(ask))
    print(f"{'82 months of':24}{'answer':>12}{'of it SQL':>12}{'queries':>9}")
    for name, figures in taken.items():
        whole, sql, queries = (statistics.median(values) for values in zip(*figures, strict=True))
        print(f"{name:24}{whole:9.1f} ms{sql:9.1f} ms{queries:9.0f}", flush=True)


def main() -> None:
    from bench import _database, _people

    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=ROUNDS, help="0 only makes the records")
    arguments.add_argument("--only", default="", help="only the series whose name holds this")
    arguments.add_argument("--naive", action="store_true", help="beside the naive join as well, which takes minutes")
    arguments.add_argument("--keep", action="store_true", help="keep the database, and use one that is there")
    chosen = arguments.parse_args()
    name = f"registry_bench_counts_{chosen.people}"
    if chosen.keep and _database.exists(name):
        _database.switch(name)
    else:
        _database.make(name)
        with _database.timed(f"{chosen.people:,} people, all told"):
            _people.fill(chosen.people)
    if chosen.rounds:
        measure(chosen.rounds, chosen.only)
        if chosen.naive:
            compare(chosen.rounds)
    if not chosen.keep:
        _database.drop(name)


if __name__ == "__main__":
    import django

    from registry import postgres

    postgres.join()
    django.setup()
    main()
