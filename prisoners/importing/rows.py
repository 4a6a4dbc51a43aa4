"""One row of a list understood: what its cells mean, what is odd in them, and why it can't be taken."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from prisoners.importing.cells import Cells
from prisoners.importing.mapping import DATES, NAMES, Bound, ListMapping, plain
from prisoners.importing.names import (
    FIGURES_BEHIND,
    LONGEST_NAME,
    MARKS,
    SEVERAL_PEOPLE,
    names_of,
    remark_in,
)
from prisoners.importing.values import (
    NOT_IMPOSED,
    NOT_ONE,
    Understood,
    articles_of,
    cells_said,
    clean,
    country_of,
    date_of,
    date_of_parts,
    held_in,
    length_in_words,
    length_of,
    main_penalty,
    place_of,
    several,
    unit_in_heading,
    word_of,
)
from prisoners.models import Detention, Place, Prisoner, Release, Stay
from registry.dates import PartialDate

LONGEST_IDENTIFIER = 200
WORD_COLUMNS = ("sex", "ended_how", "release_kind", "form", "sentence")
# Where “unknown” is an answer, or a reason to refuse the row.
AS_IT_STANDS = ("name", "external_id", "country", "died")
TEXT_COLUMNS = {"judge": 200, "court": 200, "home_region": 120, "biography": 10_000, "page": 1000}
SHOWN = 60
# Of a citation.
LONGEST_QUOTE = 500
# Columns of days that some lists answer with yes or no.
ANSWERED = ("recognised_on", "released_on")
BARE_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2}|\s+1/2)?")
WORD_AND_DAY = re.compile(r"(?P<word>\D+?)[\s(:,–-]*(?:\b(?:on|in|el|en|le|am|w|в|у)\b)?\s*(?P<day>\d.*?)\)?")
EX_POST_FACTO = re.compile(r"ex post facto|задним числом|после освобождения|пасля вызвалення", re.IGNORECASE)
# A remark in the column of places.
NO_PLACE = re.compile(
    r"\b(?:transferr|moved to|перевед|этапир|traslad|transfér|przeniesion"
    r"|released|amnest|pardoned|died|deceased|освобожд|умер|вызвал|памёр|libéré|liberad|tahliye)",
    re.I,
)
NOT_RECOGNISED = "not_recognised"
MARKED_NOT_RECOGNISED = "The list marks this person as not recognised: what is new is a draft, not published by it."
FORM_OF_PLACE = {
    Place.Kind.POLICE_STATION: Stay.Form.CUSTODY, Place.Kind.PRE_TRIAL_PRISON: Stay.Form.PRE_TRIAL,
    Place.Kind.PRISON: Stay.Form.PRISON, Place.Kind.COLONY: Stay.Form.PRISON, Place.Kind.OPEN_TYPE: Stay.Form.OPEN_TYPE,
}  # fmt: skip
MUST_BE = {
    "sex": set(Prisoner.Sex.values), "ended_how": set(Detention.End.values), "release_kind": set(Release.Kind.values),
    "form": set(Stay.Form.values),
}  # fmt: skip


NO_NAME = {
    "total": "adds up the list and is nobody",
    "nobody": "is no name: people without one are told of by an announcement or a reported figure",
    "note": "is a remark and no name",
    "heading": "is the heading once more",
}
# “Men: 6”, “Total 8 people”, “8 in total”.
SUM, WORD = re.compile(r":\s*\d"), re.compile(r"[^\W\d_]+")


@dataclass
class ReadRow:
    """What a row means (`told`, by our columns), what is odd in it, and why it is refused; all in words and texts."""

    number: int
    cells: Cells
    external_id: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def note(self, heading: str, written: str, what: str, value: str = "") -> None:
        shown = written if len(written) <= SHOWN else written[:SHOWN] + "…"
        self.odd.append(f"{heading}: “{clean(shown)}” {what}{f' {value}' if value else ''}.")


def read_row(bound: Bound, number: int, cells: Cells) -> ReadRow:
    """A row by a mapping. Nothing of it is lost: what is not understood stays in its cells as written."""
    row = ReadRow(number, cells)
    if len(cells) > len(bound.header):
        row.problems.append(
            f"{len(cells)} cells where {len(bound.header)} are needed; put quotation marks around a cell that holds "
            "the delimiter."
        )
        return row
    for read in READERS:
        read(bound, row)
    row.told = {key: value for key, value in row.told.items() if value not in ("", [], None, False)}
    refuse_contradictions(row)
    return row


def heading_of(bound: Bound, ours: str) -> str:
    places = bound.places.get(ours) or tuple(bound.parts.get(ours, {}).values())
    return bound.header[places[0]] if places else ours


def first_cell(bound: Bound, ours: str, cells: Cells) -> str:
    """The first of a list's cells under one of our columns that says anything."""
    said = bound.cells if ours in AS_IT_STANDS else partial(cells_said, bound)
    return next(iter(said(ours, cells)), "")


# --- Who ---


def read_name(bound: Bound, row: ReadRow) -> None:
    names = names_of(bound, row.cells)
    place = heading_of(bound, "name" if bound.has("name") else "surname")
    written = first_cell(bound, "name", row.cells)
    if not names:
        what = "is empty; give it a value or take the row out."
        if written:
            what = f"“{clean(written)}” has no letters; write the name as the list does."
        row.problems.append(f"column {place}: {what}")
        return
    if kind := no_name(row, written, names[0].text, bound):
        shown = clean(written or names[0].text)[:SHOWN]
        row.problems.append(f"column {place}: “{shown}” {NO_NAME[kind]}; take the row out.")
    elif SEVERAL_PEOPLE.search(names[0].text):
        row.problems.append(f"column {place}: “{names[0].text[:SHOWN]}” are several people; give each a row.")
    elif "," in names[0].text:
        row.note(place, names[0].text, "has a comma: two people, or the surname first")
    for cell in (cell for ours in NAMES for cell in bound.cells(ours, row.cells)):
        if MARKS.search(cell) or FIGURES_BEHIND.search(cell) or remark_in(cell):
            row.note(place, cell, "has a mark or a remark that the list may explain: left out of the name")
    if not row.problems and is_alone(row):
        row.odd.append(f"“{names[0].text[:SHOWN]}” is all that the row says: is it a person?")
    for name in names:
        if len(name.text) > LONGEST_NAME:
            row.problems.append(f"column {place}: has {len(name.text)} characters; at most {LONGEST_NAME} fit.")
    row.told["names"] = [[name.text, str(name.kind)] for name in names]


def no_name(row: ReadRow, written: str, name: str, bound: Bound) -> str:
    """What stands in the place of a name and is none: a sum, “unknown”, a remark below the list; else empty."""
    if kind := word_of("no_name", name.rstrip(" :."), bound.mapping):
        return kind
    spoken = WORD.findall(name)
    is_sum = any(word_of("no_name", each, bound.mapping) == "total" for each in (*spoken[:1], *spoken[-1:]))
    places = (place for ours in NAMES for place in bound.places.get(ours, ()))
    if any(plain(row.cells[place]) == plain(bound.header[place]) for place in places):
        return "heading"
    remarks = map(remark_in, bound.cells("name", row.cells))
    if any(word_of("no_name", each, ListMapping()) == "nobody" for each in (*name.split(), *remarks) if each):
        return "nobody"
    if SUM.search(name) or (is_sum and any(letter.isdigit() for letter in name)):
        return "total"
    return "note" if is_alone(row) and (":" in name or MARKS.match(written)) else ""


def is_alone(row: ReadRow) -> bool:
    """Whether one cell is all that a row holds, where the list has more to say of a person."""
    return len(row.cells) > 2 and sum(bool(cell.strip()) for cell in row.cells) == 1


def read_identifier(bound: Bound, row: ReadRow) -> None:
    """The list's own; of a list without any, one made of the name and the birth, the same in every edition."""
    if bound.has("external_id"):
        row.external_id = clean(first_cell(bound, "external_id", row.cells))
        place = heading_of(bound, "external_id")
        if not row.external_id:
            row.problems.append(f"column {place}: is empty; give it a value or take the row out.")
        elif len(row.external_id) > LONGEST_IDENTIFIER:
            row.problems.append(
                f"column {place}: has {len(row.external_id)} characters; at most {LONGEST_IDENTIFIER} fit."
            )
    elif row.told.get("names"):
        who = f"{' '.join(row.told['names'][0][0].casefold().split())}|{row.told.get('born_on', '')}"
        row.external_id = f"name-{hashlib.sha256(who.encode()).hexdigest()[:16]}"


def read_country(bound: Bound, row: ReadRow) -> None:
    written = first_cell(bound, "country", row.cells)
    country = country_of(written) if written else bound.mapping.country
    if country is None:
        row.problems.append(
            f"column {heading_of(bound, 'country')}: “{clean(written)[:SHOWN].upper()}” is no country; use two letters "
            "such as BY, or leave it empty if unknown."
        )
    row.told["country"] = country or ""


def read_citizenships(bound: Bound, row: ReadRow) -> None:
    found = []
    for written in several(cells_said(bound, "citizenships", row.cells)):
        country = country_of(written)
        if country is None:
            row.note(heading_of(bound, "citizenships"), written, "is no country: left out")
        elif country not in found:
            found.append(country)
    row.told["citizenships"] = found


def read_texts(bound: Bound, row: ReadRow) -> None:
    for ours, longest in TEXT_COLUMNS.items():
        text = first_cell(bound, ours, row.cells)
        kept = text.strip() if ours == "biography" else clean(text)
        if len(kept) > longest:
            row.note(heading_of(bound, ours), text, f"is longer than {longest:,} characters: left out")
        elif ours != "page" or kept.startswith(("http://", "https://")):
            row.told[ours] = kept
    row.told["occupations"] = [name[:100] for name in several(cells_said(bound, "occupations", row.cells))]


# --- When ---


def read_dates(bound: Bound, row: ReadRow) -> None:
    for ours in DATES:
        if ours in bound.parts:
            parts = {part: row.cells[place] for part, place in bound.parts[ours].items()}
            understood, written = date_of_parts(parts), ""
        else:
            written, understood = date_written(bound, ours, row.cells)
            if not written or (ours in ANSWERED and word_of("recognised_on", written, bound.mapping)):
                continue
        if is_later(understood.value, bound.latest):
            understood = Understood("", "is later than the list, and so is nothing that happened: left empty")
        row.told[ours] = understood.value
        if understood.odd:
            row.told.setdefault("written", {})[ours] = clean(written)[:LONGEST_QUOTE]
            row.note(heading_of(bound, ours), written, understood.odd, understood.value)


def date_written(bound: Bound, ours: str, cells: Cells) -> tuple[str, Understood]:
    """A cell and the date that it means; of several, as of two calendars, the first that is understood."""
    is_event = ours in ("taken_on", "released_on")
    found = [(cell, date_of(cell, bound.mapping.dates, is_event=is_event)) for cell in cells_said(bound, ours, cells)]
    return next((each for each in found if each[1].value), found[0] if found else ("", Understood()))


def is_later(value: str, day: date | None) -> bool:
    earliest = PartialDate.parse(value).earliest if value else None
    return bool(earliest and day and earliest > day)


# --- What ---


def read_words(bound: Bound, row: ReadRow) -> None:
    for ours in WORD_COLUMNS:
        written = first_cell(bound, ours, row.cells)
        said = main_penalty(written) if ours == "sentence" else written
        code = word_of(ours, said, bound.mapping) if written else ""
        if code is None or (code and code not in MUST_BE.get(ours, {code})):
            row.note(heading_of(bound, ours), written, "is not understood: kept as written")
            code = ""
        row.told[ours] = code


def read_status(bound: Bound, row: ReadRow) -> None:
    """Where the list says the person stands. An empty cell means what the mapping says of it, else nothing."""
    if not bound.has("status"):
        row.told["status"] = bound.mapping.status
        return
    written = "\n".join(cells_said(bound, "status", row.cells))
    says = bool(written) or "" in bound.mapping.values.get("status", {})
    status = word_of("status", written, bound.mapping) if says else ""
    if status is None and not (status := dated_status(bound, row, written)):
        row.note(heading_of(bound, "status"), written, "is not understood: kept as written")
    row.told["status"] = status or ""
    row.told["says_status"] = bool(status)
    row.told["ex_post_facto"] = bool(EX_POST_FACTO.search(written))
    if status == NOT_RECOGNISED:
        row.odd.append(MARKED_NOT_RECOGNISED)


def read_answered_release(bound: Bound, row: ReadRow) -> None:
    """“Released: yes” beside nothing or “held”; who died or is not recognised stays so."""
    answer = first_cell(bound, "released_on", row.cells)
    if row.told["status"] in ("", "held") and answer and word_of("recognised_on", answer, ListMapping()) == "yes":
        row.told["status"], row.told["says_status"] = "released", True


def dated_status(bound: Bound, row: ReadRow, written: str) -> str:
    """What a word with a day behind it says: “released on 12 May 2023”; empty where either is not understood."""
    match = WORD_AND_DAY.fullmatch(clean(written))
    status = word_of("status", match["word"], bound.mapping) if match else None
    day = date_of(match["day"], bound.mapping.dates).value if match and status else ""
    if not status or not day or is_later(day, bound.latest):
        return ""
    if status == "released" and not row.told.get("released_on"):
        row.told["released_on"] = day
        row.note(heading_of(bound, "status"), written, "was read as a release on", day)
    return status


def read_recognition(bound: Bound, row: ReadRow) -> None:
    """A column of recognitions holds a day, or only yes and no. Who has no yes is not recognised by the list."""
    if not bound.has("recognised_on"):
        return
    written = first_cell(bound, "recognised_on", row.cells)
    answer = "yes" if row.told.get("recognised_on") else word_of("recognised_on", written, bound.mapping)
    if answer == "no" and row.told.get("status") != NOT_RECOGNISED:
        row.told["status"] = NOT_RECOGNISED
        row.odd.append(MARKED_NOT_RECOGNISED)
    row.told["recognised"] = answer or ("unclear" if written else "")


def read_death(bound: Bound, row: ReadRow) -> None:
    written, place = clean(first_cell(bound, "died", row.cells)), "died"
    is_sign = word_of("nothing", written, bound.mapping) == "sign"
    if is_sign or word_of("recognised_on", written, ListMapping()) == "no":
        written = ""
    if not written and row.told.get("status") == "died":
        written, place = clean(first_cell(bound, "status", row.cells)), "status"
    if not written and (remark := next(filter(None, map(remark_in, bound.cells("name", row.cells))), "")):
        says_death = held_in("status", f" {plain(remark)} ") == "died"
        written, place = (remark, "name") if says_death else ("", "died")
    row.told["died"] = written[:SHOWN]
    if written:
        row.note(heading_of(bound, place), written, "says that the person died: it waits for a person’s word")


def read_place(bound: Bound, row: ReadRow) -> None:
    written = first_cell(bound, "place", row.cells)
    form = held_in("form", plain(written))
    if form or NO_PLACE.search(written):
        row.note(heading_of(bound, "place"), written, "is no place: kept as written")
        row.told["form"] = row.told.get("form") or form
        written = ""
    name, kind = place_of(written, bound.mapping) if written else ("", "")
    row.told["place"], row.told["place_kind"] = name, kind
    if kind in FORM_OF_PLACE and not row.told.get("form"):
        row.told["form"] = str(FORM_OF_PLACE[Place.Kind(kind)])


def read_sentence(bound: Bound, row: ReadRow) -> None:
    written = length_written(bound, row.cells)
    main = main_penalty(written)
    length = length_of(main)
    row.told["months"], row.told["days"] = length.months, length.days
    # A range is of one kind; of two sentences in one cell each may have its own.
    kind = word_of("sentence", main, bound.mapping) if written and length.odd not in (NOT_ONE, NOT_IMPOSED) else ""
    if kind and not row.told.get("sentence"):
        row.told["sentence"] = kind
    read = length_in_words(length.months, length.days)
    if length.odd:
        row.note(heading_of(bound, "length"), written, length.odd, read and f"({read})")
    elif main != written:
        beside = "is read without what is imposed beside the imprisonment"
        row.note(heading_of(bound, "length"), written, beside, read and f"({read})")
    elif written and length.months is length.days is None:
        row.note(heading_of(bound, "length"), written, "has no length in months or days: kept as written")


def length_written(bound: Bound, cells: Cells) -> str:
    """The cell of a length; a bare number has the unit of its heading, and years and months may stand apart."""
    numbers = {
        unit: cells[place]
        for place in reversed(bound.places.get("length", ()))
        if BARE_NUMBER.fullmatch(cells[place].strip()) and (unit := unit_in_heading(bound.header[place]))
    }
    amounts = [f"{numbers[unit].strip()} {unit}" for unit in ("years", "months", "days") if unit in numbers]
    return " ".join(amounts) or first_cell(bound, "length", cells)


def read_articles(bound: Bound, row: ReadRow) -> None:
    code_text = first_cell(bound, "code_text", row.cells)
    found, unread = articles_of(cells_said(bound, "articles", row.cells), bound.mapping, code_text)
    row.told["articles"] = [list(article) for article in found]
    for text in unread:
        row.note(heading_of(bound, "articles"), text, "names no article: kept as written")


READERS: tuple[Callable[[Bound, ReadRow], None], ...] = (
    read_name, read_dates, read_identifier, read_country, read_citizenships, read_texts, read_words, read_status,
    read_answered_release, read_recognition, read_death, read_place, read_sentence, read_articles,
)  # fmt: skip


# --- Contradictions ---


def refuse_contradictions(row: ReadRow) -> None:
    """What the database could not hold: an end before its beginning, an arrest before the birth."""
    for first, then, words in (
        ("taken_on", "released_on", "released on {then}, before being taken on {first}"),
        ("born_on", "taken_on", "taken on {then}, before being born on {first}"),
    ):
        one, other = row.told.get(first), row.told.get(then)
        if one and other and PartialDate.parse(other).certainly_before(PartialDate.parse(one)):
            row.problems.append(f"{words.format(first=one, then=other)}: mend one of the dates.")
