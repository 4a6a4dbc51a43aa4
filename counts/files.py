"""Answers as files: CSV for spreadsheets and JSON, in one piece or streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse

from registry.downloads import Started
from registry.formula_guard import guarded

BOM = "\ufeff"
BLOCK = 64 * 1024
CSV, JSON = "text/csv; charset=utf-8", "application/json"


def json_answer(answer: Any) -> JsonResponse:
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def csv_answer(rows: Iterable[list[Any]], name: str) -> HttpResponse:
    return named(HttpResponse("".join(csv_lines(rows)), content_type=CSV), name)


def streamed(lines: Iterator[str], content_type: str) -> StreamingHttpResponse:
    """A file that is sent while it is made; what is wrong with the question is said before anything is sent."""
    return StreamingHttpResponse(Started(in_blocks(lines)), content_type=content_type)


def named(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_lines(rows: Iterable[list[Any]]) -> Iterator[str]:
    """UTF-8 with BOM, and no cell that a spreadsheet would take for a formula."""
    yield BOM
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        yield line.getvalue()


def in_blocks(lines: Iterator[str]) -> Iterator[bytes]:
    """A block at a time: each costs the server as much as any other."""
    block = bytearray()
    for line in lines:
        block += line.encode()
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
