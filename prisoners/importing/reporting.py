"""The report of an import: each row as it was written, with what happened to it. Mended, it can be sent as a list."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from prisoners.importing.mapping import OF_A_REPORT, ListMapping, columns_of_ours
from prisoners.importing.meanings import MEANINGS
from prisoners.importing.recording import is_covered
from prisoners.importing.staging import Said, mapping_in, said_of
from prisoners.importing.values import length_in_words
from prisoners.models import ImportRow, ListImport
from registry.formula_guard import guarded

BYTE_ORDER_MARK = "\ufeff"
ADDED = ("row", "outcome", "person", "why", "odd", "changed", "conflicts")
ROWS_AT_ONCE = 1_000
LONGEST_SHOWN = 100
# A death waits for a person; a page is only kept in its cell.
NOT_ENTERED = ("died", "page")


def report_header(list_import: ListImport) -> list[str]:
    own = own_cells(list_import.header, own_places(list_import))
    return [*own, *(f"{OF_A_REPORT}{name}" for name in ADDED)]


def own_places(list_import: ListImport) -> list[int]:
    """The columns of a list, without those that a report added to it."""
    return [place for place, heading in enumerate(list_import.header) if not heading.startswith(OF_A_REPORT)]


def own_cells(cells: list[str], places: list[int]) -> list[str]:
    return [cells[place] if place < len(cells) else "" for place in places]


def written_rows(list_import: ListImport) -> Iterator[list[str]]:
    """The header and the rows of a list as they were written, in its order."""
    places = own_places(list_import)
    yield own_cells(list_import.header, places)
    rows = list_import.rows.order_by("number").values_list("cells", flat=True)
    yield from (own_cells(cells, places) for cells in rows.iterator(chunk_size=ROWS_AT_ONCE))


def report_lines(list_import: ListImport) -> Iterator[str]:
    """The file, row by row, in the order of the list; cells are guarded as in every download."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow([BYTE_ORDER_MARK + report_header(list_import)[0], *report_header(list_import)[1:]])
    places, said, mapping = own_places(list_import), said_of(list_import), mapping_in(list_import)
    for row in list_import.rows.order_by("number").iterator(chunk_size=ROWS_AT_ONCE):
        writer.writerow([guarded(cell) for cell in [*own_cells(row.cells, places), *told_of(row, said, mapping)]])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def told_of(row: ImportRow, said: Said, mapping: ListMapping) -> list[str]:
    """What happened to a row, in the order of ADDED."""
    why = [*row.problems, *row.reasons]
    taken = [in_words(change) for change in row.changes if change["take"]] or entered_of(row, said, mapping)
    conflicts = [change for change in row.changes if change["is_conflict"]]
    return [
        str(row.number), outcome_in_words(row), row.person, sentence(why), sentence(row.odd),
        "; ".join(taken), "; ".join(in_words(change) for change in conflicts),
    ]  # fmt: skip


def outcome_in_words(row: ImportRow) -> str:
    """A known person of whom nothing is taken isn't called changed."""
    if row.outcome == ImportRow.Outcome.CHANGE and not any(change["take"] for change in row.changes):
        return _("known person, conflicts alone")
    return str(ImportRow.Outcome(row.outcome).label)


def entered_of(row: ImportRow, said: Said, mapping: ListMapping) -> list[str]:
    """All that is entered of a new person, in the order of the columns: “date of birth: 1984”."""
    if row.outcome != ImportRow.Outcome.CREATE:
        return []
    told = dict(row.told)
    told["other_names"] = [text for text, _kind in told.get("names", [])[1:]]
    told["articles"] = [number for _code, _version, number, _title in told.get("articles", [])]
    told["length"] = length_in_words(told.get("months"), told.get("days"))
    told["recognised_on"] = ""
    if is_covered(told, said, mapping):
        organisations = ", ".join(said.recognised_by)
        told["recognised_on"] = f"{row.told.get('recognised_on') or _('by the date of the list')} ({organisations})"
    values = {name: value_in_words(name, told[name]) for name in columns_of_ours() if told.get(name)}
    return [f"{label_of(name)}: {value}" for name, value in values.items() if name not in NOT_ENTERED]


def value_in_words(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    said = str(dict(MEANINGS.get(name, ())).get(value, value))
    # Of a status what follows its word is help.
    text = said.partition(": ")[0] if name == "status" else " ".join(said.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def sentence(parts: list[str]) -> str:
    return " | ".join(parts)


def in_words(change: dict[str, Any]) -> str:
    """One changed cell: “date of birth: 1984 → 1985 (before: 1983)”."""
    said = f"{label_of(change['field'])}: {change['now'] or '–'} → {change['after']}"
    if change["is_conflict"] and change["before"]:
        said += _(" (before: %(before)s)") % {"before": change["before"]}
    return said


def label_of(field: str) -> str:
    """What a compared cell is called on the page of columns."""
    ours = columns_of_ours().get("status" if field == "state" else field)
    return _(ours.label) if ours else field


def write_report(list_import: ListImport, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(report_lines(list_import))
