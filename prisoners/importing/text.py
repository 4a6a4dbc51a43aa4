"""Rows of text files: CSV in any common encoding, with any common delimiter, with a byte order mark or without."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes

from prisoners.importing.cells import LONGEST_CELL, Cells, ListFileError, refuse_formula
from registry.formula_guard import unguarded

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LOOKED_AT = 50
PIECE = 1024 * 1024
SAMPLE = 64 * 1024
SURELY_UTF_8 = 4
# Of a row of the widest table with the longest cells far more; of one that somebody typed far less.
LONGEST_LINE = 1_000_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# What spreadsheets and older programs write where these lists come from.
ENCODINGS = [
    "cp1251",
    "koi8_r",
    "cp866",
    "cp1250",
    "cp1252",
    "cp1254",
    "cp1257",
    "iso8859_9",
    "mac_cyrillic",
    "gb18030",
    "cp1256",
    "big5",
    "koi8_u",
]
# Encodings of one script differ in a few letters: ñ of one is ń of another. Beside each the letters of its languages.
LATIN = {
    "cp1252": ("áéíñóúü", "àâæçèéêëîïôùûüÿœ", "àáâãçéêíóôõúü", "àèéìíîòóùú", "äöüß", "åäöæøé"),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "âîăşţ", "čćđšž"),
    "cp1254": ("çöüğışâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}


def text_rows(path: Path, name: str) -> tuple[Iterator[tuple[int, Cells]], str]:
    """The rows of a text file, and how it was read: such as “cp1251, semicolons”. Raises ListFileError."""
    encoding = encoding_of(path, name)
    delimiter, skips = delimiter_of(path, name, encoding)
    read_as = f"{encoding.removesuffix('-sig')}, {DELIMITERS[delimiter]}"
    return rows_of(path, name, encoding, delimiter, skips), read_as


def encoding_of(path: Path, name: str) -> str:
    """By its mark; else UTF-8 if the whole file is; else the likeliest of the older encodings."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        for mark, encoding in MARKS:
            if sample.startswith(mark):
                return proven(path, name, encoding)
        file.seek(0)
        wrong = first_wrong_line(iter(lambda: file.read(PIECE), b""), name)
    if wrong is None:
        return "utf-8-sig"
    if letters_before(path, wrong[1]) >= SURELY_UTF_8:
        raise ListFileError(
            f"{name}, line {wrong[0]}: not UTF-8, though the lines before it are; two files were put together, or one "
            "was cut. Save it as “CSV UTF-8” again."
        )
    likeliest = from_bytes(around(path, wrong[1]), cp_isolation=ENCODINGS).best()
    if likeliest is None or likeliest.encoding not in ENCODINGS:
        raise ListFileError(f"{name}, line {wrong[0]}: not text in an encoding we know; save it as “CSV UTF-8”.")
    return proven(path, name, likeliest_of_latin(around(path, wrong[1]), likeliest.encoding))


def likeliest_of_latin(sample: bytes, found: str) -> str:
    """Of the encodings of the Latin script the one whose letters belong to one language; another one stays."""
    if found not in (*LATIN, "iso8859_9"):
        return found
    return max(LATIN, key=lambda encoding: letters_of_one_language(sample, encoding))


def letters_of_one_language(sample: bytes, encoding: str) -> int:
    """How many letters of a text, beyond the plain ones, belong to the language that they speak for most."""
    letters = [letter for letter in sample.decode(encoding, "ignore").casefold() if letter > "\x7f"]
    return max(sum(letter in alphabet for letter in letters) for alphabet in LATIN[encoding])


def letters_before(path: Path, place: int) -> int:
    """How many letters that take several bytes of UTF-8 stand before a place. In an older encoding hardly any do."""
    start = max(0, place - SAMPLE)
    with path.open("rb") as file:
        file.seek(start)
        return sum(letter > "\x7f" for letter in file.read(place - start).decode("utf-8", "ignore"))


def around(path: Path, place: int) -> bytes:
    """Whole lines around a place: letters of another alphabet stand there."""
    with path.open("rb") as file:
        file.seek(max(0, place - SAMPLE // 2))
        return file.read(SAMPLE)


def first_wrong_line(pieces: Iterator[bytes], name: str) -> tuple[int, int] | None:
    """The line and the place of the first byte that is not UTF-8; None if all are. A NUL is refused."""
    decoder, line, place = codecs.getincrementaldecoder("utf-8")(), 1, 0
    for piece in pieces:
        if (nul := piece.find(b"\0")) >= 0:
            found = line + piece.count(b"\n", 0, nul)
            raise ListFileError(f"{name}, line {found}: a NUL character; save the table as “CSV UTF-8” again.")
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return line + piece.count(b"\n", 0, error.start), place + error.start
        line, place = line + piece.count(b"\n"), place + len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line, place
    return None


def proven(path: Path, name: str, encoding: str) -> str:
    """The encoding, if the whole file can be read with it."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                line += decoder.decode(piece).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise ListFileError(
                f"{name}, line {line} or after: not {encoding} throughout; save the file as “CSV UTF-8”."
            ) from error
    return encoding


def lines_of(path: Path, name: str, encoding: str) -> Iterator[str]:
    """The lines of a file; a line without end is refused before it fills the memory."""
    with path.open(encoding=encoding, newline="") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) >= LONGEST_LINE:
                raise ListFileError(f"{name}, line {number}: more than {LONGEST_LINE:,} characters; is it a table?")
            yield line


def delimiter_of(path: Path, name: str, encoding: str) -> tuple[str, int]:
    """What parts the cells, and how many lines to skip: one that says so itself, as spreadsheets write it."""
    lines = list(islice(lines_of(path, name, encoding), LOOKED_AT))
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and first[4:] in (*DELIMITERS, ""):
        return first[4:] or "\t", 1
    return max(DELIMITERS, key=lambda delimiter: consistency(lines, delimiter)), 0


def consistency(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How many of the first rows are as wide as the header, and how wide that is; nothing where it is one column."""
    widths: list[int] = []
    try:
        widths += (len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        # A cell that is too long, or one that the sample cut in two: the rows before it tell.
        widths = widths[:-1] if len(widths) > 1 else widths
    if not widths or widths[0] < 2:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths) * min(widths[0], 4), widths[0]


def rows_of(path: Path, name: str, encoding: str, delimiter: str, skips: int) -> Iterator[tuple[int, Cells]]:
    """Rows with the number of their last line, as an editor of texts counts."""
    reader = csv.reader(islice(lines_of(path, name, encoding), skips, None), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            refuse_formula(name, reader.line_num + skips, cells)
            yield reader.line_num + skips, [unguarded(cell) for cell in cells]
    except csv.Error as error:
        number = reader.line_num + skips
        if "field limit" in str(error):
            raise ListFileError(
                f"{name}, row {number}: a cell of more than {csv.field_size_limit():,} characters; at most "
                f"{LONGEST_CELL:,} are read. Is a quotation mark not closed?"
            ) from error
        raise ListFileError(f"{name}, row {number}: not a CSV row ({error}); close the quotation marks.") from error
