"""Answers as files: CSV for spreadsheets and JSON, in one piece or streamed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse

from registry.downloads import CONTENT_TYPES, Started
from registry.formula_guard import guarded

BOM = "\ufeff"
BLOCK = 64 * 1024
CSV, JSON = "text/csv; charset=utf-8", "application/json"
# For programs: codes as they are, nothing guarded.
MACHINE_FORMS = ("exact.csv", "jsonl")
ENDINGS = (".csv", ".exact.csv", ".json", ".jsonl")
PlainRows = Iterable[Mapping[str, Any]]


def json_answer(answer: Any) -> JsonResponse:
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def csv_answer(rows: Iterable[list[Any]], name: str) -> HttpResponse:
    return named(HttpResponse("".join(csv_lines(rows)), content_type=CSV), name)


def streamed(lines: Iterator[str], content_type: str) -> StreamingHttpResponse:
    """A file that is sent while it is made; what is wrong with the question is said before anything is sent."""
    return StreamingHttpResponse(Started(in_blocks(lines)), content_type=content_type)


def machine_answer(form: str, columns: Sequence[str], rows: PlainRows, name: str) -> StreamingHttpResponse:
    """Plain rows as exact CSV or JSON lines."""
    return named(streamed(machine_lines(form, columns, rows), CONTENT_TYPES[form]), name, form)


def machine_lines(form: str, columns: Sequence[str], rows: PlainRows) -> Iterator[str]:
    return exact_lines(columns, rows) if form == "exact.csv" else json_lines(rows)


def named(response: Any, name: str, form: str = "csv") -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def csv_lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    """UTF-8 with BOM, and no cell that a spreadsheet would take for a formula."""
    yield BOM
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        yield line.getvalue()


def exact_lines(columns: Sequence[str], rows: PlainRows) -> Iterator[str]:
    """As exact CSV of lists: a list or an object as JSON in its cell, true or false, nothing for what is missing."""
    yield exact_line(columns)
    for row in rows:
        yield exact_line([exact_cell(row[column]) for column in columns])


def exact_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def exact_cell(value: Any) -> Any:
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value


def json_lines(rows: PlainRows) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def in_blocks(lines: Iterator[str]) -> Iterator[bytes]:
    """A block at a time: each costs the server as much as any other."""
    block = bytearray()
    for line in lines:
        block += line.encode()
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
