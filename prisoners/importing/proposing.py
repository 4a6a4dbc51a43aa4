"""What the columns of an unknown list probably mean: by their headings, and where these don't say by their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prisoners.importing.cells import Cells
from prisoners.importing.files import Table
from prisoners.importing.mapping import (
    AS_WRITTEN,
    DAY_FIRST,
    MONTH_FIRST,
    NAMES,
    SURNAME_FIRST,
    ColumnOfOurs,
    ListMapping,
    Sources,
    columns_of_ours,
    places_of,
    plain,
    sayings,
)
from prisoners.importing.names import bare_name
from prisoners.importing.values import clean, date_of, in_other_order, says_nothing, word_of
from prisoners.names.words import PATRONYMIC, words

LONGEST_DAY = 12
LIKE_A_NAME = re.compile(r"[^\W\d_][^\d_:;?!]*\s[^\d_:;?!]{1,60}")
OF_RECOGNITION = re.compile(
    r"recogni[sz]|political prisoner|призна|политзакл|прызна|палітвяз|визнан|політв|uznan|reconoc|reconn|anerkannt",
    re.IGNORECASE,
)


def proposed(table: Table) -> ListMapping:
    """A mapping to be looked over; each of their columns is used once."""
    places = places_proposed(table.header)
    numbers = cells_of(table, places.get("external_id", []))
    if len(numbers) > len(set(numbers)):
        # They begin anew with each part of the list, and tell nobody apart.
        del places["external_id"]
    if "recognised_on" in places and not any(ours in places for ours in NAMES):
        # “Political prisoner” stands above names, too.
        cells = cells_of(table, places["recognised_on"])
        if not any(word_of("recognised_on", cell, ListMapping()) or date_of(cell).value for cell in cells):
            places["name"] = places.pop("recognised_on")
    if not any(ours in places for ours in NAMES) and (called := place_of_name(table, places)) is not None:
        places["name"] = [called]
    if "recognised_on" not in places and (answers := place_of_recognition(table, places)) is not None:
        places["recognised_on"] = [answers]
    if "status" not in places and (found := place_of_status(table, places)) is not None:
        places["status"] = [found]
    columns: dict[str, Sources] = {
        ours: tuple(table.header[place] for place in found) for ours, found in places.items()
    }
    # Also of columns that are not known: a list writes all its dates in one order.
    dates = [clean(cell) for cells in table.sample for cell in cells if len(cell) <= LONGEST_DAY]
    names = [bare_name(cell) for cell in cells_of(table, places.get("name", [])[:1])]
    values = {
        "sex": words_of_sex(cells_of(table, places.get("sex", [])[:1])),
        "recognised_on": words_of_recognition(table, places.get("recognised_on", [])[:1]),
    }
    return ListMapping(
        columns=columns, name_order=order_of_names(names), dates=order_of_dates(dates),
        values={ours: words for ours, words in values.items() if words},
    )  # fmt: skip


def places_proposed(header: Cells) -> dict[str, list[int]]:
    """By whole headings first; what no column of ours went by then, by parts of headings."""
    said = [sayings(heading) for heading in header]
    found: dict[str, list[int]] = {}
    for places_by in (
        lambda heading: places_of(heading, header),
        lambda heading: [place for place, parts in enumerate(said) if heading in parts],
    ):
        taken = {place for places in found.values() for place in places}
        for ours in in_order_of_asking(header):
            for heading in ours.headings if ours.name not in found else ():
                if places := [place for place in places_by(heading) if place not in taken]:
                    found[ours.name] = places
                    taken.update(places)
                    break
    if "other_names" in found and not any(ours in found for ours in NAMES):
        # “Name (English)” is another spelling only where there is a first.
        found["name"] = found.pop("other_names")
    return found


def place_of_name(table: Table, places: dict[str, list[int]]) -> int | None:
    """The first column that no heading explains and whose cells are like names: words in capitals, each once."""
    taken = {place for each in places.values() for place in each}
    for place in range(len(table.header)):
        cells = cells_of(table, [place]) if place not in taken else []
        are_names = 2 * sum(bool(LIKE_A_NAME.fullmatch(cell)) and cell != cell.casefold() for cell in cells) > len(
            cells
        )
        if are_names and 2 * len(set(cells)) > len(cells):
            return place
    return None


def place_of_status(table: Table, places: dict[str, list[int]]) -> int | None:
    """The column that no heading explains and whose cells mostly say how people are: “Estado” may be a state."""
    taken = {place for each in places.values() for place in each}
    for place in range(len(table.header)):
        said = [word_of("status", cell, ListMapping()) for cell in cells_of(table, [place])]
        # Of one word alone it may be a kind of people: “political prisoner”.
        says_more = len({*filter(None, said)}) > 1
        if place not in taken and says_more and 2 * sum(map(bool, said)) > len(said):
            return place
    return None


def place_of_recognition(table: Table, places: dict[str, list[int]]) -> int | None:
    """The column that speaks of recognition and whose cells say yes or no."""
    taken = {place for each in places.values() for place in each}
    for place, heading in enumerate(table.header):
        cells = cells_of(table, [place]) if place not in taken and OF_RECOGNITION.search(heading) else []
        if cells and all(word_of("recognised_on", cell, ListMapping()) or says_nothing(cell) for cell in cells):
            return place
    return None


def in_order_of_asking(header: Cells) -> list[ColumnOfOurs]:
    """Our columns; where the surname stands apart, “name” is the given name; a verdict is its length, if alone."""
    ours = columns_of_ours()
    has_surname = any(places_of(heading, header) for heading in ours["surname"].headings)
    apart = [ours["surname"], ours["given_name"]] if has_surname else []
    apart.append(ours["length"])
    return [*apart, *(each for each in ours.values() if each not in apart)]


def cells_of(table: Table, places: Sequence[int]) -> list[str]:
    """What the rows at the beginning of a list write in some of its columns."""
    found = (clean(cells[place]) for cells in table.sample for place in places if place < len(cells))
    return [cell for cell in found if cell]


def order_of_names(names: Sequence[str]) -> str:
    """Surname first where most names say so."""
    return SURNAME_FIRST if 2 * sum(map(is_surname_first, names)) > len(names) else AS_WRITTEN


def is_surname_first(name: str) -> bool:
    """“Surname, Name”, and “Surname Name Patronymic”; not “Name Surname, Father oglu”."""
    before, comma, after = name.partition(",")
    if comma:
        return bool(before.strip() and words(after)) and any(word.kind != PATRONYMIC for word in words(after))
    said = words(name)
    return len(said) > 2 and said[-1].kind == PATRONYMIC and said[-2].kind != PATRONYMIC


def order_of_dates(dates: Sequence[str]) -> str:
    """The month first where some days can mean nothing else, and none the contrary."""
    only_month_first = any(in_other_order(each, DAY_FIRST) for each in dates)
    only_day_first = any(in_other_order(each, MONTH_FIRST) for each in dates)
    return MONTH_FIRST if only_month_first and not only_day_first else DAY_FIRST


def words_of_sex(cells: Sequence[str]) -> dict[str, str]:
    """What one letter means where it is not what it is elsewhere: M beside H alone is mujer, K beside Q is kişi."""
    written = {plain(cell) for cell in cells}
    if written & {"hombre", "mujer"}:
        return {"m": "unknown"}
    if "h" in written and "f" not in written:
        return {"m": "female"}
    return {"k": "male"} if "q" in written else {}


def words_of_recognition(table: Table, places: Sequence[int]) -> dict[str, str]:
    """Where only the recognised have a mark, an empty cell says no."""
    written = [cell for cell in cells_of(table, places) if not says_nothing(cell)]
    is_marked = written and all(word_of("recognised_on", cell, ListMapping()) == "yes" for cell in written)
    return {"": "no"} if is_marked and len(written) < len(table.sample) else {}


def as_toml(mapping: ListMapping) -> str:
    """A mapping file for the columns of a mapping, to be looked over."""
    lines = ["# Theirs stand at the right: look them over.", 'country = ""', 'list_name = ""']
    lines += [f"name_order = {quoted(mapping.name_order)}", f"dates = {quoted(mapping.dates)}", "", "[columns]"]
    for ours, sources in mapping.columns.items():
        names = [quoted(each) for each in (sources.values() if isinstance(sources, dict) else sources)]
        lines.append(f"{ours} = {names[0] if len(names) == 1 else '[' + ', '.join(names) + ']'}")
    for ours, meanings in mapping.values.items():
        lines += ["", f"[values.{ours}]", *(f"{quoted(word)} = {quoted(code)}" for word, code in meanings.items())]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
