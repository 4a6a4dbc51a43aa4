"""Makes a release and puts it in place: once, and again where somebody or something of it was withheld since."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from counts.citable.kept import (
    TOLD,
    as_made,
    folder_of_releases,
    names_someone_withheld_since,
    release_of,
    releases,
    settings_now,
    taken_back_since,
)
from counts.citable.making import COUNTS, LISTS, Made, make_files
from registry.known import State as Known
from registry.known import as_released
from registry.models import Changeset
from registry.parquet import SETTINGS, quoted, reading
from registry.revision import revision


class ReleaseError(Exception):
    """Why a release can't be made, in words."""


def make_release(known: Known, today: date) -> tuple[dict[str, Any], bool]:
    """The release of a past state, and whether anything was written: one that is there and the same stays.

    One that names someone who was withheld since is issued again, with those rows masked; its addresses, licence and
    names of the registry stay those of its first issue. Raises ReleaseError where the files would differ for another
    reason: its numbers never change.
    """
    folder_of_releases().mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=folder_of_releases(), prefix=".making-"))
    try:
        issued_at = Changeset.latest_number()
        before = release_of(known.number)
        with as_made(before), as_released():
            made = make_files(known, fresh, frozen_counts(before))
        if before and before["issues"][-1]["files"] == made.files:
            return renewed(before, issued_at), False
        why = reason(before, made) if before else ""
        if before and not why:
            raise ReleaseError(refusal(before))
        told = told_of(known, made, before, issued_at, today, why)
        told["differences"] = differences(known.number, fresh)
        (fresh / TOLD).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
        put_in_place(fresh, folder_of_releases() / str(known.number))
        return told, True
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def frozen_counts(before: dict[str, Any] | None) -> bytes | None:
    """The numbers as they were first issued, once a name was withheld: they name nobody, and never change."""
    if before and (len(before["issues"]) > 1 or names_someone_withheld_since(before)):
        return (folder_of_releases() / str(before["changeset"]) / COUNTS).read_bytes()
    return None


def renewed(told: dict[str, Any], issued_at: int) -> dict[str, Any]:
    """The same release, found to name nobody who was withheld up to a changeset."""
    told["issues"][-1]["checked_at"] = issued_at
    path = folder_of_releases() / str(told["changeset"]) / TOLD
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return told


def reason(before: dict[str, Any], made: Made) -> str:
    """Why the files may differ from those issued last, as a code; empty where they may not."""
    masked = sum(before["issues"][-1]["masked"].values())
    return taken_back_since(before) or ("shown" if sum(made.masked.values()) < masked else "")


def refusal(before: dict[str, Any]) -> str:
    """Why a release whose files would differ stays as it is, in words."""
    number = {"number": before["changeset"]}
    if before["issues"][-1]["revision"] != revision():
        return _("Release %(number)d is made already, by another revision of the code. It stays as it is.") % number
    return (
        _("Release %(number)d is made already, and nothing of it was withheld since: other files are refused.") % number
    )


def told_of(
    known: Known, made: Made, before: dict[str, Any] | None, issued_at: int, today: date, why: str
) -> dict[str, Any]:
    issue = {
        "made_on": today.isoformat(), "checked_at": issued_at, "revision": revision(), "masked": made.masked,
        "files": made.files, "why": why,
    }  # fmt: skip
    return {
        "changeset": known.number,
        "cut_off": known.cut_off.isoformat(),
        "settings": before["settings"] if before and "settings" in before else settings_now(),
        "issues": [*(before["issues"] if before else []), issue],
    }


def put_in_place(fresh: Path, place: Path) -> None:
    """The old files, which may name someone who is withheld now, are gone when this is over."""
    fresh.chmod(0o755)
    old = place.with_name(f".old-{place.name}")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def differences(number: int, fresh: Path) -> dict[str, Any] | None:
    """How many rows each list gained, lost and changed since the release before; None for the first."""
    earlier = [told["changeset"] for told in releases() if told["changeset"] < number]
    if not earlier:
        return None
    before = folder_of_releases() / str(max(earlier))
    compared = {each.name: compared_rows(before / f"{each.name}.csv", fresh / f"{each.name}.csv") for each in LISTS}
    return {"since": max(earlier), "lists": compared}


def compared_rows(before: Path, after: Path) -> dict[str, int]:
    """Rows by their first value; one is changed when any other value is, in the columns that both have."""
    names = [header(before), header(after)]
    common = [name for name in names[0] if name in names[1]]
    told = ", ".join(f"coalesce({quoted(name)}, '')" for name in common)
    readings = [
        f"(SELECT {quoted(each[0])} AS id, md5(concat_ws(chr(31), {told})) AS told FROM {reading(each)})"
        for each in names
    ]
    with duckdb.connect(":memory:", config=SETTINGS) as engine:
        found = engine.execute(
            "SELECT count(*) FILTER (before.id IS NULL), count(*) FILTER (now.id IS NULL), "
            "count(*) FILTER (before.told <> now.told) "
            f"FROM {readings[0]} AS before FULL JOIN {readings[1]} AS now ON now.id = before.id",
            [str(before), str(after)],
        ).fetchone()
    added, gone, changed = found or (0, 0, 0)
    return {"added": added, "gone": gone, "changed": changed}


def header(exact_csv: Path) -> list[str]:
    with exact_csv.open() as file:
        return file.readline().rstrip("\n").split(",")
