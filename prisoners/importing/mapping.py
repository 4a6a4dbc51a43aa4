"""Which column of a list means what: profiles, mapping files (both TOML of one form), and proposals for a header."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from prisoners.importing.cells import Cells, ListFileError
from prisoners.names.scripts import script_of
from registry.countries import is_country
from registry.dates import PartialDate, PartialDateError

HERE = Path(__file__).parent
DATES = ("born_on", "recognised_on", "taken_on", "released_on", "confirmed_on", "decided_on")
NAMES = ("name", "surname", "given_name")
DATE_PARTS = ("year", "month", "day")
# A column that only tells which code the articles stand in.
UNLABELLED = ("code_text",)
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
AS_WRITTEN, SURNAME_FIRST = "as-written", "surname-first"
BY_THEN, THE_LIST = "by-then", "list"
ONE_OF = {
    "dates": (DAY_FIRST, MONTH_FIRST),
    "name_order": (AS_WRITTEN, SURNAME_FIRST),
    "recognised": (BY_THEN, THE_LIST),
}
# Titles of profiles that are more than a mapping: what our own files say of identifiers holds; a bare list says little.
OWN_EXPORT, BARE = "this registry’s own files", "identifiers and names"
LARGEST_MAPPING = 100_000
# The columns that a report adds: a report may be mended and sent as a list.
OF_A_REPORT = "import: "
# What programs write for an empty cell.
NOTHING = ("", "nan", "NaN", "NaT", "NULL", "null", "None", "<NA>", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!")
# One kind of apostrophe; letters that Persian and Arabic keyboards write differently.
ALIKE = str.maketrans("’‘ʼ`´يىك", "'''''ییک")

# A day that is to come is none: “Release date (expected)”.
EXPECTED = re.compile(
    r"expected|planned|scheduled|projected|estimated|earliest|possible|ожид|предполаг|планир|возможн|чакан|магчым"
    r"|очікуван|можлив|previst|prévu|posible|estimad|voraussicht|erwartet|geplant|przewidyw|planowan|beklenen|tahmin",
    re.IGNORECASE,
)
# “(e)” and “(s)” behind a word; anything in brackets.
ENDING, BRACKETED = re.compile(r"(?<=\w)\(\w{1,3}\)"), re.compile(r"\([^()]*\)|\[[^\[\]]*\]")

Sources = tuple[str, ...] | dict[str, str]


@dataclass(frozen=True)
class ColumnOfOurs:
    """What a list's column can be: its name in mappings, its label, help, and the headings it goes by."""

    name: str
    label: str
    help: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class ListMapping:
    """How a list's cells become what the registry knows. `columns` names for each of ours the list's own, or patterns
    such as articles/*; for a date in parts the columns of its year, month and day."""

    title: str = ""
    list_name: str = ""
    publisher: str = ""
    source_title: str = ""
    published: str = ""
    licence: str = ""
    country: str = ""
    code: str = ""
    code_version: str = ""
    status: str = ""
    dates: str = DAY_FIRST
    name_order: str = AS_WRITTEN
    recognised: str = BY_THEN
    all_or_none: bool = False
    empty: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    other_signature: tuple[str, ...] = ()
    columns: dict[str, Sources] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_profile: bool = False


@cache
def columns_of_ours() -> dict[str, ColumnOfOurs]:
    """In the order in which a person thinks of them."""
    told = tomllib.loads((HERE / "columns.toml").read_text(encoding="utf-8"))
    return {
        name: ColumnOfOurs(name, each["label"], each["help"], tuple(map(plain, each["headings"])))
        for name, each in told.items()
    }


@cache
def headings_of_names() -> frozenset[str]:
    return frozenset(heading for ours in NAMES for heading in columns_of_ours()[ours].headings)


@cache
def headings_of_ours() -> frozenset[str]:
    return frozenset(heading for ours in columns_of_ours().values() for heading in ours.headings)


def known_headings(row: Sequence[str]) -> frozenset[str]:
    """The cells of a row that are headings which a column of ours goes by."""
    return headings_of_ours() & {said for cell in row for said in sayings(cell)}


def names_people(row: Sequence[str]) -> bool:
    """Whether a row can be the headings of a list of people."""
    known = known_headings(row)
    return len(known) > 1 and bool(known & headings_of_names())


def sayings(heading: str) -> list[str]:
    """What a heading says: the whole of it, then its parts. “Né(e) le”, “Name / Имя”, “Name အမည်” and “D.O.B.”
    say one thing more than once."""
    whole = plain(heading)
    if EXPECTED.search(whole):
        return [whole]
    parts = [
        whole,
        whole.replace(".", ""),
        ENDING.sub("", whole),
        BRACKETED.sub(" ", whole),
        *re.split(r"[/|]", BRACKETED.sub(" ", whole)),
    ]
    parts += [" ".join(words) for _script, words in groupby(parts[2].split(), key=script_of)]
    return list(dict.fromkeys(plain(part).strip(" :*?¿") for part in parts if part.strip()))


# --- Reading mappings ---


def profile(name: str) -> ListMapping:
    """A mapping that comes with the registry. Raises ListFileError for a name that none has."""
    if name not in profile_names():
        raise ListFileError(f"There is no profile “{name}”; there are {', '.join(profile_names())}.")
    return parsed((HERE / "profiles" / f"{name}.toml").read_text(encoding="utf-8"), name, is_profile=True)


@cache
def profile_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (HERE / "profiles").glob("*.toml")))


def mapping_file(path: Path) -> ListMapping:
    try:
        if path.stat().st_size > LARGEST_MAPPING:
            raise ListFileError(f"{path.name}: too large for a mapping; it has at most {LARGEST_MAPPING:,} bytes.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ListFileError(f"{path}: the file can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ListFileError(f"{path.name}: not UTF-8 text; save the mapping as UTF-8.") from error
    return parsed(text, path.name)


def parsed(text: str, name: str, *, is_profile: bool = False) -> ListMapping:
    """A mapping from TOML. Raises ListFileError with everything that is wrong in it."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ListFileError(f"{name}: not TOML: {error}.") from error
    if problems := [f"{name}: {problem}" for problem in wrong_in(told)]:
        raise ListFileError("\n".join(problems))
    return mapping_of(told, is_profile=is_profile)


def mapping_of(told: Mapping[str, Any], *, is_profile: bool = False) -> ListMapping:
    """A mapping from what its TOML, or a saved form, says; it has been checked."""
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    given["columns"] = {ours: theirs(each) for ours, each in told.get("columns", {}).items()}
    given["values"] = {ours: lowered(words) for ours, words in told.get("values", {}).items()}
    given["places"] = {place: tuple(spellings) for place, spellings in told.get("places", {}).items()}
    return ListMapping(**{**given, "is_profile": is_profile})


def theirs(told: Any) -> Sources:
    return dict(told) if isinstance(told, dict) else (told,) if isinstance(told, str) else tuple(told)


def lowered(words: Mapping[str, str]) -> dict[str, str]:
    return {plain(word): meaning for word, meaning in words.items()}


def plain(text: str) -> str:
    """For comparing headings and words: small letters, single blanks, letters that are alike as one."""
    return " ".join(text.casefold().translate(ALIKE).split())


def wrong_in(told: Mapping[str, Any]) -> Iterator[str]:
    kinds = {each.name: each.type for each in fields(ListMapping) if each.name != "is_profile"}
    for key, value in told.items():
        if key not in kinds:
            yield f"“{key}” is not known; a mapping has {', '.join(kinds)}."
        elif kinds[key] == "str" and not isinstance(value, str):
            yield f"{key} must be a text in quotation marks."
        elif kinds[key].startswith("tuple") and not is_texts(value):
            yield f"{key} must be a list of texts."
        elif kinds[key].startswith("dict") and not isinstance(value, dict):
            yield f'{key} must be a table: a line [{key}], then lines such as name = "text".'
        elif key in ONE_OF and value not in ONE_OF[key]:
            yield f"{key} is {' or '.join(ONE_OF[key])}; found “{value}”."
    if isinstance(told.get("columns"), dict):
        yield from wrong_columns(told["columns"])
    for table in ("values", "places"):
        if isinstance(told.get(table), dict):
            yield from wrong_table(table, told[table])
    yield from wrong_facts(told)


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def wrong_columns(columns: Mapping[str, Any]) -> Iterator[str]:
    for ours, each in columns.items():
        if ours not in columns_of_ours() and ours not in UNLABELLED:
            yield f"[columns] has no “{ours}”; there are {', '.join(columns_of_ours())}."
        elif isinstance(each, dict):
            if ours not in DATES or set(each) - set(DATE_PARTS) or "year" not in each or not is_texts([*each.values()]):
                yield f'{ours}: only a date has parts: {{year = "...", month = "...", day = "..."}}.'
        elif not (isinstance(each, str) or is_texts(each)):
            yield f'{ours} names one of the list’s columns, or several in ["...", "..."].'


def wrong_table(table: str, told: Mapping[str, Any]) -> Iterator[str]:
    for name, each in told.items():
        if table == "values" and name not in columns_of_ours():
            yield f"[values.{name}] is not known; there are {', '.join(columns_of_ours())}."
        is_right = is_texts(each) if table == "places" else isinstance(each, dict) and is_texts([*each.values()])
        if not is_right:
            right = "a list of spellings" if table == "places" else 'lines such as "their word" = "ours"'
            yield f"[{table}] {name} must be {right}."


def wrong_facts(told: Mapping[str, Any]) -> Iterator[str]:
    country, published = told.get("country"), told.get("published")
    if isinstance(country, str) and country and not is_country(country):
        yield f"country “{country}” is no country; use two letters such as BY."
    if isinstance(published, str) and published:
        try:
            PartialDate.parse(published)
        except PartialDateError as error:
            yield f"published: {error}"


# --- Headers ---


@dataclass(frozen=True)
class Bound:
    """A mapping laid over a file's header: the places of the columns that each of ours is read from.

    Nothing that the list tells of is later than its `latest` day; None where that is not known.
    """

    mapping: ListMapping
    header: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    parts: dict[str, dict[str, int]]
    latest: date | None = None

    def cells(self, ours: str, cells: Sequence[str]) -> list[str]:
        """What the list writes under one of our columns: each cell that is not empty."""
        empty = self.empty
        return [cells[place] for place in self.places.get(ours, ()) if cells[place].strip() not in empty]

    @property
    def empty(self) -> set[str]:
        return {*NOTHING, *self.mapping.empty}

    def has(self, ours: str) -> bool:
        return ours in self.places or ours in self.parts

    @property
    def unused(self) -> list[str]:
        """Columns that stay as written and are not read."""
        used = {place for places in self.places.values() for place in places}
        used |= {place for parts in self.parts.values() for place in parts.values()}
        return [heading for place, heading in enumerate(self.header) if place not in used]


def bind(mapping: ListMapping, header: Cells, name: str) -> Bound:
    """Raises ListFileError where the header has no name, or lacks a column that a mapping file names."""
    places, parts, missing = {}, {}, []
    for ours, sources in mapping.columns.items():
        if isinstance(sources, dict):
            found = {part: places_of(source, header)[:1] for part, source in sources.items()}
            missing += [source for part, source in sources.items() if not found[part]]
            parts[ours] = {part: place[0] for part, place in found.items() if place}
        else:
            found_places = tuple(dict.fromkeys(place for each in sources for place in places_of(each, header)))
            missing += [] if found_places else list(sources)
            if found_places:
                places[ours] = found_places
    if missing and not mapping.is_profile:
        raise ListFileError(
            f"{name}, row 1: no column {', '.join(f'“{each}”' for each in missing)}; found {', '.join(header)}."
        )
    bound = Bound(mapping, tuple(header), places, {ours: each for ours, each in parts.items() if "year" in each})
    if not any(bound.has(ours) for ours in NAMES):
        raise ListFileError(f"{name}, row 1: no column holds the name; found {', '.join(header)}.")
    return bound


def places_of(source: str, header: Sequence[str]) -> tuple[int, ...]:
    """Where a heading, or a pattern such as articles/*, stands: whatever the case of its letters."""
    pattern = plain(source)
    return tuple(
        place for place, heading in enumerate(header)
        if plain(heading) == pattern or ("*" in pattern and fnmatchcase(plain(heading), pattern))
    )  # fmt: skip


def own_headings(header: Sequence[str]) -> set[str]:
    """What a list's own columns are called, without those that a report adds."""
    return {plain(heading) for heading in header if not heading.startswith(OF_A_REPORT)}


def recognised_profile(header: Cells) -> str:
    """The profile that a header belongs to; empty if none says so."""
    headings = own_headings(header)
    if headings == {plain(each) for each in profile("bare").signature}:
        return "bare"
    for name in ("viasna", "azerbaijan", "registry"):
        known = profile(name)
        for signature in (known.signature, known.other_signature):
            if signature and headings >= {plain(each) for each in signature}:
                return name
    return ""
