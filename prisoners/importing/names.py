"""The names in a list's cells: parts put together, a patronymic after a comma, aliases in brackets."""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

from prisoners.importing.mapping import SURNAME_FIRST, Bound, ListMapping, plain
from prisoners.importing.values import cells_said, clean, several, word_of
from prisoners.models import Name
from prisoners.names.index import has_words
from prisoners.names.scripts import script_of
from prisoners.names.words import PATRONYMIC, words

LONGEST_NAME = 200
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")
# “Maung X (a) Ko Y”, as lists of Myanmar write it.
ALIAS_IN_BRACKETS = re.compile(r"\s+\(a\)\s+")
# The row's number before a name, and signs beside it that lead to a footnote.
NUMBERED = re.compile(r"\A\d{1,5}\s*[.)]\s*(?=[^\W\d_])")
MARKS = re.compile(r"[*†‡§#⁰¹²³⁴-⁹]+")
# “Jan Uzor & Ewa Muster”, “Jan Uzor + 3”: a row of several people.
SEVERAL_PEOPLE = re.compile(
    r"\s&\s|\s\+\s*\d|\s(?:and|und|и|і|та|ve|və)\s|\b(?:et al|others|и др|и другие|та інші)\b", re.IGNORECASE
)
ALSO = re.compile(r"\s+(?:aka|a\.k\.a\.|also known as|alias|он же|она же|ён жа)\s+", re.IGNORECASE)
KNOWN_AS = re.compile(
    r"(?:a\.k\.a\.|(?:aka|also known as|known as|alias|nickname|псевдоним|позывной|кличка|он же|она же)\b)[\s:]*",
    re.IGNORECASE,
)
TITLES = ("mr", "mrs", "ms", "miss", "dr", "prof", "m", "mme", "sr", "sra", "г-н", "г-жа")
SLASH = re.compile(r"\s+/\s+")
# “Jan Uzor, 34 years”, “Узорны Ян, 1990 г.р.”
FIGURES_BEHIND = re.compile(r"\s*,\s*\d.*\Z")
# Of two scripts in a cell each has a whole name, of two words or of one that needs no second.
WITHOUT_BLANKS = ("han", "hangul", "burmese")


class Spelling(NamedTuple):
    """One spelling of a name and its kind."""

    text: str
    kind: str


def names_of(bound: Bound, cells: list[str]) -> list[Spelling]:
    """The main name first, then every other spelling, each once; empty where no cell holds a name."""
    found: dict[str, Spelling] = {}
    others = [name for text in several(cells_said(bound, "other_names", cells)) for name in names_in(text)]
    for whole in [*whole_names(bound, cells), *others]:
        for text in spellings_in(whole):
            if is_said(text) and text.casefold() not in found:
                found[text.casefold()] = Spelling(text, kind_of(text, is_first=not found))
    return list(found.values())


def whole_names(bound: Bound, cells: list[str]) -> list[str]:
    """A name that stands in one cell, or is put together from its parts."""
    written = [name for cell in bound.cells("name", cells) for name in names_in(cell)]
    if bound.mapping.name_order == SURNAME_FIRST:
        written = [surname_last(name) for name in written]
    given, patronymic, surname = (" ".join(map(bare_name, cells_said(bound, part, cells))) for part in NAME_PARTS)
    # A father's name alone is not the person's.
    together = " ".join(filter(None, (given, patronymic, surname))) if given or surname else ""
    return [name for name in (*written[:1], together, *written[1:]) if name]


def bare_name(cell: str) -> str:
    """A name without the number before it, and without footnote marks and figures beside it."""
    return clean(MARKS.sub(" ", FIGURES_BEHIND.sub("", NUMBERED.sub("", clean(cell)))))


def names_in(cell: str) -> list[str]:
    """“Jan Uzor / Ян Узор”, and the same without a stroke: the spellings of a cell."""
    return [name for spelling in SLASH.split(bare_name(cell)) for name in by_script(spelling)]


def by_script(name: str) -> list[str]:
    runs = [(script, [*words]) for script, words in groupby(name.split(), key=script_of)]
    are_whole = all(script != "other" and (len(words) > 1 or script in WITHOUT_BLANKS) for script, words in runs)
    if len(runs) != 2 or not are_whole or BRACKETS.search(name):
        return [name]
    return [" ".join(words) for _script, words in runs]


def is_said(name: str) -> bool:
    """Whether a text could be called out: a number or a sign alone is no name."""
    return has_words(name) and any(letter.isalpha() for letter in name)


NAME_PARTS = ("given_name", "patronymic", "surname")


def surname_last(name: str) -> str:
    """“Surname, Name Patronymic” and “Surname Name Patronymic” as “Name Patronymic Surname”."""
    surname, comma, rest = name.partition(",")
    if not comma:
        surname, _blank, rest = name.partition(" ")
    return f"{rest.strip()} {surname.strip()}".strip()


def spellings_in(written: str) -> list[str]:
    """A name as it is said, and the aliases beside it in brackets or after “aka”."""
    written = ALIAS_IN_BRACKETS.sub(" aka ", written)
    # What begins with a small letter is a remark.
    aliases = [alias for text in BRACKETS.findall(written) if (alias := alias_in(text))]
    first, *more = ALSO.split(clean(BRACKETS.sub(" ", written)))
    return [with_patronymic_inside(name) for name in (first, *more, *aliases) if name]


def remark_in(cell: str) -> str:
    """What stands in brackets beside a name and begins with a small letter; “(a)” is read as “aka”."""
    found = (clean(text) for text in BRACKETS.findall(ALIAS_IN_BRACKETS.sub(" ", cell)))
    return next((text for text in found if text[:1].islower() and not KNOWN_AS.match(text)), "")


def alias_in(text: str) -> str:
    """A name in brackets; no remark, sex or title."""
    alias = KNOWN_AS.sub("", clean(text)).strip("\"'“”«»")
    return "" if remark_in(f"({text})") or plain(alias).strip(".") in TITLES or is_sex(alias) else alias


def is_sex(text: str) -> bool:
    return word_of("sex", text, ListMapping()) is not None


def with_patronymic_inside(name: str) -> str:
    """“Given Surname, Father oglu” as “Given Father oglu Surname”: what stands after the comma is the father’s name."""
    before, comma, after = name.partition(",")
    said = words(after)
    if not comma or not said or any(word.kind != PATRONYMIC for word in said):
        return name.strip(" ,")
    given, _blank, surname = before.strip().rpartition(" ")
    return f"{given} {after.strip()} {surname}".strip()


def kind_of(text: str, *, is_first: bool) -> str:
    if is_first:
        return Name.Kind.MAIN
    has_patronymic = any(word.kind == PATRONYMIC for word in words(text))
    return Name.Kind.PATRONYMIC if has_patronymic else Name.Kind.TRANSLITERATION
