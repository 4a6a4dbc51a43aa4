"""The list of people at scale: 50 rows, their number and the facets, beside the page of plain Django, in turn.

    python -m bench.browsing --people 1000000    the records that `bench.counts --keep` left

The plain page sorts by a query for each person, goes to its place by OFFSET and tells rows apart in each facet.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

ROUNDS = 3
SIZE = 50
FACETS = ("country", "sex", "home_region__slug", "occupations__slug", "recognitions__organisations__slug")


def plain_page(number: int) -> None:
    """A page as a first draft has it."""
    from django.db.models import Count, OuterRef, Subquery

    from prisoners.models import Name, Prisoner

    main = Name.objects.filter(prisoner=OuterRef("pk"), kind="main")
    people = Prisoner.public.filter(country="BY")
    start = (number - 1) * SIZE
    in_order = people.annotate(key=Subquery(main.values("sort_key")[:1])).order_by("key", "public_id")
    list(in_order.prefetch_related("names", "detentions__release", "recognitions")[start : start + SIZE])
    people.count()
    for path in FACETS:
        dict(people.order_by().values_list(path).annotate(rows=Count("pk", distinct=True)))


def our_page(after: str) -> Callable[[], Any]:
    """The view with its template, without what is kept of earlier answers."""
    from django.test import RequestFactory

    from prisoners.views import prisoner_list

    request = RequestFactory().get("/prisoners/", {"after": after} if after else {})
    return lambda: prisoner_list(request)


def beginning_of(number: int) -> str:
    """The row after which a page begins."""
    from prisoners.listing import BY_NAME
    from prisoners.models import Prisoner

    rows = BY_NAME.applied(Prisoner.public.filter(country="BY")).values_list("public_id", flat=True)
    return str(rows[(number - 1) * SIZE - 1])


def ticks_of_database() -> int:
    """The processor time, in milliseconds, that the process of this connection has taken."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) * 1000 // os.sysconf("SC_CLK_TCK")


def measure(last: int, rounds: int) -> None:
    from bench.counts import milliseconds

    asked = {
        "our page 1": our_page(""),
        f"our page {last:,}": our_page(beginning_of(last)),
        "plain page 1": lambda: plain_page(1),
        f"plain page {last:,}": lambda: plain_page(last),
    }
    taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, ask in asked.items():
            before = ticks_of_database()
            whole, sql, _queries = milliseconds(ask)
            taken[name].append((whole, sql, ticks_of_database() - before))
    print(f"{'':20}{'by the clock':>14}{'of it SQL':>12}{'processor of it':>18}")
    for name, figures in taken.items():
        whole, sql, ticks = (statistics.median(values) for values in zip(*figures, strict=True))
        print(f"{name:20}{whole:11.0f} ms{sql:9.0f} ms{ticks:15.0f} ms", flush=True)


def main() -> None:
    from django.core.management import call_command

    from bench import _database

    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--page", type=int, default=18_000)
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = arguments.parse_args()
    name = f"registry_bench_counts_{chosen.people}"
    if not _database.exists(name):
        raise SystemExit(f"There is no {name} yet: python -m bench counts --people {chosen.people} --keep")
    # The template names files by what is in them.
    call_command("collectstatic", interactive=False, verbosity=0)
    _database.switch(name)
    measure(chosen.page, chosen.rounds)


if __name__ == "__main__":
    import django

    from registry import postgres

    postgres.join()
    django.setup()
    main()
