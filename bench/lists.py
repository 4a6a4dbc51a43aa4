"""How fast a list is imported, beside COPY of the same rows, and how much memory it takes: `python -m bench.lists`."""

from __future__ import annotations

import argparse
import csv
import os
import resource
import tempfile
import time
from itertools import cycle
from pathlib import Path

HEADER = ("external_id", "name", "country")
WIDE = (*HEADER, "sex", "born_on", "status", "taken_on", "place", "articles", "decided_on", "length")
GIVEN = ("Vydumany", "Pryklad", "Niebyvaly", "Uzorny", "Exemplar", "Sample", "Ničyj", "Prosty")
STAGE = 20_000
SYLLABLES = ("ba", "vi", "hra", "dzie", "ka", "lu", "mi", "no", "pra", "sta", "tu", "ža")


def invented(number: int) -> str:
    """A name for each number, as different as real ones are."""
    letters: list[str] = []
    while number or not letters:
        number, place = divmod(number, len(SYLLABLES))
        letters.append(SYLLABLES[place])
    return "".join(letters).capitalize() + "ovič"


def write(path: Path, rows: int, *, is_wide: bool, is_respelt: bool = False) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(WIDE if is_wide else HEADER)
        for number, given in zip(range(rows), cycle(GIVEN), strict=False):
            name = f"{given} {invented(number)}"
            row = [f"X{number}", name.replace("č", "tch").replace("ž", "zh") if is_respelt else name, "BY"]
            if is_wide:
                row += ["male", f"{1950 + number % 50}-0{number % 9 + 1}-11", "held",
                        f"202{number % 5}-0{number % 9 + 1}", "Colony No. 0", "342; 130", f"202{number % 5 + 1}",
                        "2 1/2 years"]  # fmt: skip
            writer.writerow(row)


def copied(path: Path) -> float:
    """Seconds of COPY into a table without index, trigger or history."""
    from django.db import connection

    with path.open("rb") as file:
        width = len(file.readline().split(b","))
        columns = ", ".join(f"c{place} text" for place in range(width))
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE yardstick ({columns})")
            with cursor.copy("COPY yardstick FROM STDIN (FORMAT csv)") as copy:
                while block := file.read(1 << 20):
                    copy.write(block)
            cursor.execute("DROP TABLE yardstick")
    return time.perf_counter() - started


def megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Stages:
    """Tells on the way how far an import came, so that memory and pace can be compared between beginning and end."""

    def __init__(self, started: float) -> None:
        self.started, self.rows, self.told = started, 0, 0

    def __call__(self, rows: int) -> None:
        self.rows += rows
        if self.rows >= self.told + STAGE:
            self.told = self.rows
            told(f"applied, {self.rows:,} rows", self.rows, time.perf_counter() - self.started)


def measure(path: Path, rows: int) -> None:
    from prisoners.importing.applying import apply
    from prisoners.importing.files import open_table
    from prisoners.importing.mapping import profile, recognised_profile
    from prisoners.importing.planning import plan
    from prisoners.importing.staging import Said, stage

    before = copied(path)
    table = open_table(path)
    started = time.perf_counter()
    staged = stage(table, profile(recognised_profile(table.header)), Said(is_public=True))
    told("read and staged", rows, time.perf_counter() - started)
    at = time.perf_counter()
    plan(staged)
    told("planned", rows, time.perf_counter() - at)
    at = time.perf_counter()
    apply(staged, progress=Stages(at))
    told("applied", rows, time.perf_counter() - at)
    whole, after = time.perf_counter() - started, copied(path)
    copying = (before + after) / 2
    told("all of it", rows, whole)
    told("COPY of the same rows", rows, copying)
    print(f"the import takes {whole / copying:,.0f} times as long as COPY into a bare table", flush=True)


def measure_matching(path: Path, rows: int) -> None:
    """The people of a list, told by another in another spelling, with their births."""
    from prisoners.importing.files import open_table
    from prisoners.importing.mapping import profile
    from prisoners.importing.planning import plan
    from prisoners.importing.staging import Said, stage

    staged = stage(open_table(path), profile("registry"), Said(list_name="Another list"))
    at = time.perf_counter()
    plan(staged)
    told("matched by name", rows, time.perf_counter() - at)
    print(", ".join(f"{outcome}: {number:,}" for outcome, number in staged.counts.items()), flush=True)


def told(what: str, rows: int, seconds: float) -> None:
    print(
        f"{what:24} {seconds:9.1f} s {rows / seconds:12,.0f} rows/s {megabytes():7.0f} MB; of the processors so far: "
        f"{time.process_time():.1f} s here, {seconds_of_server():.1f} s in the database",
        flush=True,
    )


def seconds_of_server() -> float:
    """The processor time of the connection's own process, as Linux tells it; 0 where it does not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not told.exists():
        return 0.0
    in_program, in_kernel = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(in_program) + int(in_kernel)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Make a list, import it into a database of its own, print rows per second and the memory held."""
    parser = argparse.ArgumentParser(prog="python -m bench lists")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--wide", action="store_true", help="with detentions, places, charges and verdicts")
    parser.add_argument("--again", type=int, default=0, help="so many of them once more, respelt, matched by name")
    asked = parser.parse_args()
    from bench._database import drop, make

    make("registry_bench_lists")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "invented.csv"
            write(path, asked.rows, is_wide=asked.wide)
            measure(path, asked.rows)
            if asked.again:
                write(path, asked.again, is_wide=True, is_respelt=True)
                measure_matching(path, asked.again)
    finally:
        drop("registry_bench_lists")


if __name__ == "__main__":
    import django

    from registry import postgres

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    postgres.join()
    django.setup()
    main()
