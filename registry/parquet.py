"""Parquet from exact CSV: columnar files for bulk analysis, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from registry.column_types import CODES, DAY, INTEGER, TEXTS, YES_NO, ColumnType

PARQUET_TYPES = {INTEGER: "BIGINT", DAY: "DATE", YES_NO: "BOOLEAN"}
# One thread keeps the order of the rows, and with it the bytes.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "256MB",
    "autoinstall_known_extensions": False,
}
LONGEST_LINE = 64 * 1024 * 1024


def write_parquet(exact_csv: Path, output: Path, types: dict[str, ColumnType]) -> None:
    """The rows of a file of exact CSV as Parquet; lists are lists, dates are dates, EDTF stays text."""
    values = ", ".join(f"{value_of(name, found)} AS {quoted(name)}" for name, found in types.items())
    with duckdb.connect(":memory:", config=SETTINGS) as engine:
        engine.execute(
            f"COPY (SELECT {values} FROM {reading(types)}) TO '{str(output).replace(chr(39), chr(39) * 2)}' "
            "(FORMAT parquet, COMPRESSION zstd)",
            [str(exact_csv)],
        )


def reading(names: Iterable[str]) -> str:
    """SQL that reads a file of exact CSV, whose path is bound to it, as texts; null where a cell is empty."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv(?, header = true, auto_detect = false, columns = {{{columns}}}, delim = ',', quote = '\"', "
        f"escape = '\"', nullstr = '', new_line = '\\n', max_line_size = {LONGEST_LINE}, parallel = false)"
    )


def value_of(name: str, found: ColumnType) -> str:
    if found.kind in (TEXTS, CODES):
        return f"""from_json({quoted(name)}, '["VARCHAR"]')"""
    return f"CAST({quoted(name)} AS {PARQUET_TYPES.get(found.kind, 'VARCHAR')})"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
