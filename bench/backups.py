"""The drill at scale: back up, restore into an empty database, compare every table.

    python -m bench.backups                      a hundred thousand people
    python -m bench.backups --people 1000000

Works in databases of its own, which it drops at the end.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench._database import drop, make, switch, timed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

FULL, EMPTY = "registry_bench_backup", "registry_bench_restore"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100_000)
    people = options.parse_args().people

    import django

    from registry import postgres

    postgres.join()
    django.setup()
    try:
        drill(people)
    finally:
        for name in (FULL, EMPTY):
            drop(name)
        postgres.leave()


def drill(people: int) -> None:
    from django.db import connection

    from bench._people import fill
    from registry.backups import back_up, restore

    make(FULL)
    fill(people)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "registry.dump"
        with timed(f"back up {people} people"):
            held = back_up(file)
        switch("postgres")
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {EMPTY} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {EMPTY} TEMPLATE template0")
        switch(EMPTY)
        with timed("restore and compare"):
            restore(file)
        print(f"{file.stat().st_size / 1e6:.0f} MB, {len(held['tables'])} tables: every count and checksum is equal")


if __name__ == "__main__":
    main()
