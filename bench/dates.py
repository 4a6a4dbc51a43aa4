"""Partial dates: how long one takes to read in Python, beside python-edtf, and in the database.

Run as `python -m bench.dates`. Ratios count; the seconds are this machine's.
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
from collections.abc import Callable
from importlib import import_module
from time import perf_counter, process_time

from edtf import parse_edtf

from registry import postgres

FORMS = {
    "a day": "2024-07-16",
    "a month": "2024-07",
    "about a month": "2024-07~",
    "an interval": "2024-07-03/2024-07-16",
}
ROUNDS = 5
CALLS_IN_SQL = 200_000


def microseconds(call: Callable[[], object], times: int) -> float:
    """Processor time of one call, which neighbours on the machine lengthen least."""
    started = process_time()
    for _ in range(times):
        call()
    return (process_time() - started) / times * 1e6


def read_in_python(text: str) -> tuple[float, float, float]:
    """Microseconds for python-edtf, for ours without its cache, and with it: medians of interleaved rounds."""
    from registry.dates import PartialDate, _parse

    rounds = []
    for _ in range(ROUNDS):
        # python-edtf prints what it tries.
        with contextlib.redirect_stdout(io.StringIO()):
            theirs = microseconds(lambda: both_days_by_edtf(text), 20)
        ours = microseconds(lambda: _parse.__wrapped__(text), 5_000)
        rounds.append((theirs, ours, microseconds(lambda: PartialDate.parse(text), 20_000)))
    theirs, ours, cached = (statistics.median(figures) for figures in zip(*rounds, strict=True))
    return theirs, ours, cached


def both_days_by_edtf(text: str) -> tuple[object, object]:
    found = parse_edtf(text)
    return found.lower_strict(), found.upper_strict()


def read_in_sql(text: str) -> float:
    """Microseconds of one call, the cost of making the rows taken off; nothing is left in the database."""
    from django.db import connection, transaction

    migration = import_module("registry.migrations.0001_partial_dates")
    rows = "FROM (SELECT %s || left('', g) AS text FROM generate_series(1, %s) AS g OFFSET 0) AS rows"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bench_dates")
        cursor.execute("SET LOCAL search_path = bench_dates")
        cursor.execute(migration.EARLIEST)
        seconds: dict[str, list[float]] = {"text": [], "registry_earliest_day(text)": []}
        for _ in range(ROUNDS):
            for expression, figures in seconds.items():
                started = perf_counter()
                cursor.execute(f"SELECT max({expression}) {rows}", [text, CALLS_IN_SQL])
                figures.append(perf_counter() - started)
        transaction.set_rollback(True)
    bare, called = (statistics.median(figures) for figures in seconds.values())
    return (called - bare) / CALLS_IN_SQL * 1e6


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    postgres.join()
    try:
        django.setup()
        print(f"{'microseconds for':18}{'python-edtf':>14}{'ours':>8}{'ratio':>9}{'cached':>9}{'in SQL':>9}")
        for form, text in FORMS.items():
            theirs, ours, cached = read_in_python(text)
            ratio = f"{theirs / ours:.0f}"
            print(f"{form:18}{theirs:14.0f}{ours:8.1f}{ratio:>9}{cached:9.2f}{read_in_sql(text):9.1f}")
    finally:
        postgres.leave()


if __name__ == "__main__":
    main()
