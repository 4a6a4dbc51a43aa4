"""Hostile files: refused within two seconds, with a sentence, and nothing staged."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from prisoners.importing.cells import ListFileError
from prisoners.importing.commanding import Asked, carry_out
from prisoners.models import ListImport

pytestmark = pytest.mark.django_db
HEADER = b"external_id,name,country\n"
LONGEST_SECONDS = 2.0


def text(content: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def zipped(**parts: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/") + ".xml", content)

    return write


def workbook(*cells: tuple[int, int, str]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = Workbook()
        for row, column, value in ((1, 1, "external_id"), (1, 2, "name"), (1, 3, "country"), *cells):
            book.worksheets[0].cell(row, column, value)
        book.save(path)

    return write


def laughs(path: Path) -> None:
    """A workbook whose sheet is an XML bomb."""
    workbook((2, 1, "X1"))(path)
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">{entities}]><worksheet>&l9;</worksheet>'
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bomb if name.endswith("sheet1.xml") else content)


HOSTILE = {
    "a million columns": (text(b"name," * 1_000_000), "more than 1,000,000 characters; is it a table"),
    "columns by the thousand": (text(b"name," * 5_000 + b"x\n"), "5,001 columns; at most 500"),
    "a cell of 200 kB": (text(HEADER + b"X1," + b"a" * 200_000 + b",BY\n"), "; at most 32,767"),
    "a cell that never ends": (text(HEADER + b'X1,"' + b"a,\n" * 400_000), "quotation mark"),
    "a zip bomb": (zipped(xl__sheet=b"0" * 50_000_000), "unpacked it would be"),
    "a zip of other things": (zipped(letter=b"<a/>"), "but no workbook"),
    "an XML bomb": (laughs, "not a workbook that can be read"),
    "half a workbook": (text(b"PK\x03\x04" + b"\x00" * 5_000), "not a workbook that can be read"),
    "an old workbook": (text(b"\xd0\xcf\x11\xe0" + b"\x00" * 500), "an old Excel file"),
    "a picture": (text(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), "a NUL character"),
    "a mixture of encodings": (text(HEADER + "Вера".encode() + b"\x81\x98\xff\xfe" * 99), "line 2"),
    "two files put together": (
        text(HEADER + "X1,Вера,BY\n".encode() * 9 + "X2,Вера,BY\n".encode("cp1251") * 9), "line 11: not UTF-8, though",
    ),
    "a NUL": (text(HEADER + b"X1,a\0b,BY\n"), "line 2: a NUL character"),
    "a formula in a text": (text(HEADER + b"X1,\"=cmd|' /C calc'!A0\",BY\n"), "row 2, column 2 (name): a formula"),
    "a formula in a workbook": (workbook((2, 1, "X1"), (2, 2, "=1+1")), "row 2, column 2 (name): a formula"),
    "a sheet as wide as they get": (workbook((2, 16_384, "X")), "16,384 columns; at most 500"),
    "a row a million rows below": (workbook((1_048_576, 1, "X1")), "no rows below the header"),
    "nothing": (text(b""), "the file is empty"),
    "half UTF-16": (text(b"\xff\xfe" + b"a" * 501), "not utf-16 throughout"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_refused_in_two_seconds_with_a_sentence(tmp_path: Path, kind: str) -> None:
    write, sentence = HOSTILE[kind]
    path = tmp_path / "hostile.csv"
    write(path)
    started = time.monotonic()

    with pytest.raises(ListFileError) as refused:
        carry_out(Asked(path))

    assert sentence in str(refused.value) and str(refused.value).startswith("hostile.csv")
    assert time.monotonic() - started < LONGEST_SECONDS and not ListImport.objects.exists()
