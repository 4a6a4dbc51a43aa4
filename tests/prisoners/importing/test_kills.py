"""The import is killed at random moments: nothing half done, resumed to the last row, nothing doubled."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from prisoners.importing import applying
from prisoners.importing.commanding import Asked, carry_out
from prisoners.models import Detention, ListEdition, ListEntry, ListImport, Name, Prisoner
from tests.at_once import LONGEST_SECONDS
from tests.kills import KILLS, LONG, chance, forked, heard_until, kill, told_by, wait_for_what_was_under_way
from tests.prisoners.importing.files import write_list

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 20_000 if LONG else 16 * KILLS
HEADER = "external_id,name,country,status,taken_on"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list that takes several batches, however short."""
    if not LONG:
        monkeypatch.setattr(applying, "IN_ONE_TRANSACTION", 16)
        monkeypatch.setattr(applying, "BATCH", 8)
    rows = [
        {"external_id": f"X{number}", "name": f"Jan Exempel{number}a", "country": "BY", "status": "held",
         "taken_on": "2021-05"}
        for number in range(ROWS)
    ]  # fmt: skip
    return write_list(tmp_path / "long.csv", HEADER, *rows)


def import_and_die(file: Path, *, batch: int, moment: float) -> None:
    """Import in a process of its own, and kill it `moment` seconds after it began its `batch`-th batch of this run.

    Batch 0 is what comes before: reading, staging, planning.
    """

    def imports(writing: int) -> None:
        tell_of_batches(writing)
        carry_out(Asked(file, profile="registry"))

    child, reading = forked(imports)
    begun, latest = 0, time.monotonic() + LONGEST_SECONDS
    while begun < batch and told_by(reading, latest):
        begun += 1
    has_hung = time.monotonic() > latest
    end = time.monotonic() + moment
    heard_until(reading, end)
    kill(child, reading)
    wait_for_what_was_under_way()
    assert not has_hung, f"batch {batch} was not taken up in {LONGEST_SECONDS} seconds"


def tell_of_batches(writing: int) -> None:
    """In the process that will be killed: a byte for each batch of rows that it takes up."""
    taken_up = applying.next_rows

    def telling(*given: Any) -> Any:
        os.write(writing, b".")
        return taken_up(*given)

    vars(applying)["next_rows"] = telling


def recorded() -> dict[str, Any]:
    return {model.__name__: model.objects.count() for model in (Prisoner, Name, Detention, ListEntry)}


def test_killed_import_is_whole_to_the_row_it_names_and_goes_on(file: Path) -> None:
    for _ in range(KILLS):
        import_and_die(file, batch=chance.choice((0, 1, 1, 2)), moment=chance.uniform(0.0, 2 if LONG else 0.08))
        applied = sum(each.rows.filter(number__lte=each.applied_to).count() for each in ListImport.objects.all())
        assert set(recorded().values()) == {applied}

    carry_out(Asked(file, profile="registry"))

    assert set(recorded().values()) == {ROWS} and ListEdition.objects.count() == 1
    assert "imported already" in carry_out(Asked(file, profile="registry")).lines[0]
