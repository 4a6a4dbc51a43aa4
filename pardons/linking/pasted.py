"""A pasted list of names taken apart: one person each, with the birth or age it gives and whatever else it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prisoners.names.tables import particles

LONGEST_LIST = 100_000
LONGEST_NAME = 200
LONGEST_REMARKS = 500
# Longer parts of a line are prose and hold no name by themselves.
LONGEST_PART = 300
MOST_WORDS_OF_A_NAME = 7
YOUNGEST, OLDEST = 10, 110

LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029;；]+|\s[•▪●◦‣·]\s")
NUMBERING = re.compile(
    r"\s*(?:(?:[-–—*+•▪●◦‣·►>→]+|\(?\d{1,4}\s?[.)\]:](?!\d)|[№#]\s?\d{1,4}[.)]?|\d{1,3}(?=\s+[^\W\d])|[a-zа-я]\))\s*)+"
)
PARTS = re.compile(r"[,，、()\[\]{}|\t]|\s[-–—]+\s|[–—]|\s/\s|:\s")
AND = re.compile(r"\s+(?:and|und|et|oraz|та|&|[yeiиій])\s+")
DATE = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:19\d|20[01])\d)"
BEFORE_BIRTH = r"(?:born(?: in| on)?|b\.?|d\.?o\.?b\.?|ur\.?|geb\.?|né|née|нар\.?|народ\w*|род\.?|рожд\w*|нарадз\w*|\*)"
AFTER_BIRTH = r"(?:[гр]\.?\s?[рнд]\.?|г\.|год[ау]?\s(?:рожд\w*|нарадж\w*)|рок[уі]\sнародж\w*|year of birth|r\.)"
BIRTH = re.compile(rf"(?:{BEFORE_BIRTH}:?\s?)?({DATE})(?:\s?{AFTER_BIRTH})?", re.IGNORECASE)
YEARS = r"(?:years?(?: old)?|y\.?\s?o\.?|лет|год[ау]?|гад[ыоў]\w*|рок\w*|lat[a]?|jahre|años|anos|anni|ans)"
AGE = re.compile(rf"(?:(?:aged?|возраст|узрост|вік|wiek):?\s?)?(\d{{1,3}})(?:[\s-]?{YEARS})?", re.IGNORECASE)
LAST_PART = re.compile(rf"(.*\S)\s+((?:{BEFORE_BIRTH}\s?)?{DATE}(?:\s?{AFTER_BIRTH})?)", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f'’ʼ‘`´\-‐‑.][^\W\d_]*)*[.]?")


@dataclass(frozen=True, slots=True)
class Named:
    """One person of a list: the name, other spellings beside it, `born` in EDTF, and the words it was written with."""

    name: str
    written: str
    also: tuple[str, ...] = ()
    born: str = ""
    age: int | None = None
    remarks: str = ""

    @property
    def birth_year(self) -> int | None:
        return int(self.born[:4]) if self.born else None


@dataclass(slots=True)
class Pasted:
    """A list as it was read: the people named, by line too, the lines without a name, and whether it was cut off."""

    named: list[Named] = field(default_factory=list)
    lines: list[tuple[str, list[Named]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_cut: bool = False


def read_names(text: str) -> Pasted:
    """The people named in a pasted list, in its order. Never raises; reads the first 100,000 characters."""
    kept = unicodedata.normalize("NFC", text[:LONGEST_LIST]).replace("\x00", " ").replace("\xa0", " ")
    pasted = Pasted(is_cut=len(text) > LONGEST_LIST)
    for line in LINES.split(kept):
        if not (written := " ".join(line.split())):
            continue
        found = list(people_of(NUMBERING.sub("", line.strip(), count=1) if NUMBERING.match(line) else line, written))
        pasted.named += found
        pasted.lines.append((written, found))
        if not found:
            pasted.unread.append(written[:LONGEST_PART])
    return pasted


def lines_after(pasted: Pasted, count: int) -> list[str]:
    """The list after its first `count` people, in its own lines: nothing that stands beside a name is lost."""
    kept: list[str] = []
    for line, found in pasted.lines:
        left = found[max(count, 0) :]
        count -= len(found)
        if left:
            kept += [line] if left == found else end_of(line, left)
    return kept


def end_of(line: str, left: list[Named]) -> list[str]:
    """A line from the first of the people who are left on; their names alone where the line can't be cut so."""
    end = line[max(line.find(left[0].name), 0) :]
    read = [each.name for each in people_of(end, end)]
    return [end] if read == [each.name for each in left] else [each.name for each in left]


def people_of(line: str, written: str) -> Iterator[Named]:
    """The people of one line: a name, then what is said of that person, until the next full name."""
    current: Named | None = None
    for part, is_aside in parts_of(without_heading(line)):
        names, remark = names_in(part)
        if current is None and names and not is_full(names[0]) and remark:
            # A word with a capital that a sentence goes on from is no name.
            return
        if current is None or (len(names) >= 1 and is_full(names[0]) and is_full(current.name) and not is_aside):
            for name in names:
                if current is not None:
                    yield current
                current = Named(name, written[:LONGEST_NAME])
            if current is not None:
                current = with_remark(current, remark)
        else:
            current = with_part(current, part, names if is_aside else [])
    if current is not None:
        yield current


def without_heading(line: str) -> str:
    """“Freed: A B, C D” without what leads to the names; a line that ends with its colon as it is."""
    heading, _colon, rest = line.partition(": ")
    names, _remark = names_in(heading)
    return rest if rest.strip() and not any(is_full(name) for name in names) else line


def parts_of(line: str) -> Iterator[tuple[str, bool]]:
    """The parts of a line between commas, brackets and dashes; True for one that stands aside: bracketed or slashed."""
    start, is_aside = 0, False
    for mark in PARTS.finditer(line):
        yield from split_birth(line[start : mark.start()].strip(), is_aside)
        start, is_aside = mark.end(), mark.group().strip() in ("(", "[", "{", "/")
    yield from split_birth(line[start:].strip(), is_aside)


def split_birth(part: str, is_aside: bool) -> Iterator[tuple[str, bool]]:
    """A part, with a birth that stands right after a name as a part of its own: “arrested in 2011” is no birth."""
    if not part:
        return
    found = None if len(part) > LONGEST_PART or BIRTH.fullmatch(part) else LAST_PART.fullmatch(part)
    if found and is_name_word(found.group(1).split()[-1]):
        yield found.group(1), is_aside
        yield found.group(2), is_aside
    else:
        yield part, is_aside


def with_part(person: Named, part: str, spellings: list[str]) -> Named:
    """A person with what a further part says: the birth, the age, another spelling, or a remark."""
    if not person.born and (born := birth_in(part)):
        return replace(person, born=born)
    if person.age is None and (age := age_in(part)) is not None:
        return replace(person, age=age)
    if len(person.name.split()) == 1 and not spellings and is_given_name(part):
        return replace(person, name=f"{person.name} {part}"[:LONGEST_NAME])
    if len(spellings) == 1 and is_full(spellings[0]):
        return replace(person, also=(*person.also, spellings[0]))
    return with_remark(person, part)


def with_remark(person: Named, remark: str) -> Named:
    if not remark:
        return person
    return replace(person, remarks=", ".join(each for each in (person.remarks, remark) if each)[:LONGEST_REMARKS])


def birth_in(part: str) -> str:
    """The birth that a whole part gives, in EDTF; empty if it gives none that can be one."""
    found = BIRTH.fullmatch(part.strip())
    if not found:
        return ""
    day = found.group(1)
    numbers = [int(number) for number in re.split(r"[-./]", day)]
    if len(numbers) == 1:
        return day
    year, month, of_month = numbers if "-" in day else reversed(numbers)
    if not (1 <= month <= 12 and 1 <= of_month <= days_in(month)):
        return str(year)
    return f"{year:04}-{month:02}-{of_month:02}"


def days_in(month: int) -> int:
    """A birth on the last days of February or of a short month is told as its year alone."""
    return 28 if month == 2 else 30


def age_in(part: str) -> int | None:
    found = AGE.fullmatch(part.strip())
    age = int(found.group(1)) if found else 0
    return age if YOUNGEST <= age <= OLDEST else None


def names_in(part: str) -> tuple[list[str], str]:
    """The names in a part of a line, and the rest of its words."""
    if len(part) > LONGEST_PART:
        return [], part
    halves = AND.split(part)
    if len(halves) > 1:
        names = [name_in(half) for half in halves]
        if all(name for name, _rest in names) and is_full(names[-1][0]):
            full = [with_surname(name, names[-1][0]) for name, _rest in names]
            return full, " ".join(rest for _name, rest in names if rest)
    name, rest = name_in(part)
    return ([name] if name else []), rest


def with_surname(name: str, full: str) -> str:
    """“Siarhei and Maria Ivanou”: who stands without a surname has that of the next."""
    return name if is_full(name) else f"{name} {full.split()[-1]}"


def name_in(part: str) -> tuple[str, str]:
    """The first run of name words in a part, and the rest; ("", part) where there is none."""
    words = part.split()
    is_name = [is_name_word(word) for word in words]
    if not any(is_name) and len(words) <= 4 and all(WORD.fullmatch(word) for word in words):
        # Typed without capitals: a line of a few words that is nothing else.
        return (part, "") if len(words) >= 2 else ("", part)
    first = next((place for place, is_one in enumerate(is_name) if is_one), len(words))
    last = first
    while last < len(words) and (is_name[last] or (is_particle(words[last]) and any(is_name[last + 1 :]))):
        last += 1
    rest = " ".join([*words[:first], *words[last:]])
    name = " ".join(words[first:last])
    return (name[:LONGEST_NAME], rest) if 0 < last - first <= MOST_WORDS_OF_A_NAME else ("", part)


def is_name_word(word: str) -> bool:
    """Whether a word is written as a part of a name is: with a capital, or in a script that has none."""
    # al-Exemplar and d’Exemplar begin small.
    return bool(WORD.fullmatch(word)) and not all(part[:1].islower() for part in re.split("['’ʼ-]", word))


def is_particle(word: str) -> bool:
    return word.casefold().strip(".'’") in particles()


def is_full(name: str) -> bool:
    """Whether it can stand alone: two words, not all initials; or a run in a script without spaces."""
    words = name.split()
    is_run = len(words) == 1 and 2 <= len(name) <= 4 and unicodedata.name(name[0], "").startswith(("CJK", "HANGUL"))
    return is_run or (len(words) >= 2 and any(len(word.rstrip(".")) > 1 for word in words))


def is_given_name(part: str) -> bool:
    """“Ivanou, Siarhei Piatrovich”: what follows a surname and a comma."""
    words = part.split()
    return 1 <= len(words) <= 2 and all(is_name_word(word) for word in words)
