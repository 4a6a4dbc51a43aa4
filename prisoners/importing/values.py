"""What single cells of lists mean: dates, words, lengths, articles, places. What is odd is said beside what was
understood; what is not understood stays as written and nothing is guessed."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils import translation

from prisoners.importing.mapping import ALIKE, HERE, MONTH_FIRST, Bound, ListMapping, plain
from registry.countries import country_choices, is_country
from registry.date_guesses import LANGUAGES_OF_MONTHS, guess, other_guess
from registry.dates import PartialDate, PartialDateError

LONGEST_DATE_CELL = 64
LONGEST_NOTHING = 40
LAST_MONTH = 12
FIRST_YEAR, LAST_YEAR = 1850, 2150
DAY_IN_DIGITS = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./][0-9]{4}")
# From 1954 to 2064.
NUMBER_OF_A_DAY = re.compile(r"[2-5][0-9]{4}")
# What a spreadsheet makes of the article 3-4.
DAY_OF_A_SPREADSHEET = re.compile(r"(?:[0-9]{4}|-)-[0-9]{2}(?:-[0-9]{2}.*)?", re.DOTALL)
ZEROS_BEFORE = re.compile(r"\A(?:00?[-./]){1,2}(?=(?:[0-9]{1,2}[-./])?[0-9]{4}\Z)")
ZEROS_BEHIND = re.compile(r"\A([0-9]{4}(?:[-./][0-9]{1,2})??)(?:[-./]00?){1,2}\Z")
LONGEST_LENGTH = 1200
NOT_SHOWN = {"Cc", "Cf", "Co", "Cs"}
JOINERS = "\u200c\u200d"
RUN_TOGETHER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])(?!(?:st|nd|rd|th)\b)")
DAY_TWICE = re.compile(r"\b(\d{1,2})(\D+?)\b\1\b(?=\D)")
ORDINAL_COMMA = re.compile(r"(?<=\d)(st|nd|rd|th),")
# Our own downloads part values by a bar between blanks.
SEPARATORS = re.compile(r"[;\n\r]+| \| ")
# A day that a text names is not the day of an arrest where it is the day of something else.
OTHER_EVENT = re.compile(
    r"decision|verdict|sentenc|convict|court|trial|charged|released|прыгавор|приговор|решени|рашэнн|суд|освобожд",
    re.IGNORECASE,
)


class Understood(NamedTuple):
    """What a cell means, as a text; and what was odd about it, as a sentence. Either may be empty."""

    value: str = ""
    odd: str = ""


# --- Texts ---


def clean(text: str) -> str:
    """A text on one line, without signs that can't be seen and turn or hide others."""
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or letter in JOINERS or unicodedata.category(letter) not in NOT_SHOWN
    )
    return " ".join(kept.split())


def several(cells: list[str]) -> list[str]:
    """The values of cells that may hold more than one: on lines of their own, or parted by semicolons, or as JSON."""
    parts = (part for cell in cells for part in listed(cell) or SEPARATORS.split(cell))
    return list(dict.fromkeys(text for part in parts if (text := clean(part))))


def listed(cell: str) -> list[str]:
    """The texts of a list in JSON, as exact CSV writes them; a list of none has one that is empty."""
    if not (cell.startswith("[") and cell.endswith("]")):
        return []
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    return (found or [""]) if all(isinstance(each, str) for each in found) else []


# --- Dates ---


@lru_cache(maxsize=16_384)
def date_of(text: str, dates: str = "", *, is_event: bool = False) -> Understood:
    """A partial date as EDTF. `is_event`: a text that names another event, such as a decision, is not understood."""
    understood = date_read(text, dates, is_event=is_event)
    if understood.value and not is_of_our_calendar(PartialDate.parse(understood.value)):
        return Understood("", "has a year of another calendar, or none that can be right: left empty")
    return understood


def is_of_our_calendar(found: PartialDate) -> bool:
    """Whether a year can be one of a person's life. 1401 is of the Persian calendar, 2565 of the Thai one."""
    return all(FIRST_YEAR <= day.year <= LAST_YEAR for day in (found.earliest, found.latest) if day is not None)


def date_read(text: str, dates: str, *, is_event: bool) -> Understood:
    written = clean(text)
    if (exact := exactly(written)) is not None:
        return Understood(exact)
    if len(written) > LONGEST_DATE_CELL or (is_event and OTHER_EVENT.search(written)):
        return Understood("", "is not the date itself: left empty")
    if NUMBER_OF_A_DAY.fullmatch(written):
        return Understood("", "is a spreadsheet’s number of a day: show the column as dates and save it again")
    other = other_guess(written)
    if dates == MONTH_FIRST and other:
        return Understood(other)
    if (other_order := in_other_order(written, dates)) and exactly(guess(written)) is not None:
        return Understood(guess(written), f"has the {other_order} first, unlike what is said of the list: read as")
    for attempt in (written, mended(written)):
        found = guess(attempt)
        if found and (exact := exactly(found)) is not None:
            return Understood(exact, "" if attempt == written else "was read as the date")
    return Understood("", "is not understood as a date: left empty")


def in_other_order(written: str, dates: str) -> str:
    """“month” or “day” where a day in digits can only be read in the order that the list is said not to have."""
    match = DAY_IN_DIGITS.fullmatch(written)
    if match is None or not dates:
        return ""
    first, second = int(match[1]), int(match[2])
    if dates == MONTH_FIRST:
        return "day" if first > LAST_MONTH >= second else ""
    return "month" if second > LAST_MONTH >= first else ""


def exactly(text: str) -> str | None:
    try:
        return PartialDate.parse(text).text
    except PartialDateError:
        return None


def mended(text: str) -> str:
    """Slips that leave no doubt: letters and digits run together, a day written twice, a stop at the end, noughts for a
    day or a month that is not known."""
    text = ZEROS_BEHIND.sub(r"\1", ZEROS_BEFORE.sub("", text))
    spaced = RUN_TOGETHER.sub(" ", ORDINAL_COMMA.sub(r"\1 ", text)).rstrip(". ")
    return DAY_TWICE.sub(r"\1\2", spaced)


def date_of_parts(parts: dict[str, str]) -> Understood:
    """A date whose year, month and day stand apart; the month may be a word."""
    written = " ".join(parts[each] for each in ("day", "month", "year") if parts.get(each))
    year, month, day = (clean(parts.get(each, "")) for each in ("year", "month", "day"))
    if not year:
        return Understood("", f"“{written}” has no year: left empty") if written else Understood()
    if month.isdecimal() and (day.isdecimal() or not day):
        found = "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
    else:
        found = guess(written) if month else year if not day else ""
    exact = exactly(found) if found else None
    if exact is None or not is_of_our_calendar(PartialDate.parse(exact)):
        return Understood("", f"“{written}” is no date: left empty")
    return Understood(exact)


# --- Words ---


@cache
def vocabulary() -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8").translate(ALIKE))


def word_of(column: str, text: str, mapping: ListMapping) -> str | None:
    """The code that a word means: by the mapping's own table, then ours; None if nobody knows it."""
    sought = plain(clean(text))
    own = mapping.values.get(column, {})
    if sought in own:
        return own[sought]
    first_line = plain(text.strip().splitlines()[0]) if text.strip() else ""
    if first_line in own:
        return own[first_line]
    tables = vocabulary().get(column, {})
    for code, words in tables.get("is", {}).items():
        if sought in words or first_line in words:
            return code
    # The blank lets a word say that nothing stands before it.
    return held_in(column, f" {sought}")


def held_in(column: str, sought: str) -> str | None:
    """The code of the first word that a text holds."""
    for code, words in vocabulary().get(column, {}).get("has", {}).items():
        if any(word in sought for word in words):
            return code
    return None


@cache
def countries_by_name() -> dict[str, str]:
    """In the languages that lists are written in; a name that means two countries means none."""
    found: dict[str, str] = {}
    for language in LANGUAGES_OF_MONTHS:
        with translation.override(language):
            for code, name in country_choices():
                known = found.setdefault(plain(str(name)), code)
                found[plain(str(name))] = code if known == code else ""
    return {name: code for name, code in found.items() if code}


def cells_said(bound: Bound, ours: str, cells: list[str]) -> list[str]:
    """What a list writes under one of our columns, but for dashes, “n/a” and “unknown”."""
    own = bound.mapping.values.get(ours, {})
    return [cell for cell in bound.cells(ours, cells) if not says_nothing(cell) or plain(cell) in own]


def says_nothing(cell: str) -> bool:
    return len(cell) <= LONGEST_NOTHING and plain(cell) in words_for_nothing()


@cache
def words_for_nothing() -> frozenset[str]:
    return frozenset(word for words in vocabulary()["nothing"]["is"].values() for word in words)


def country_of(text: str) -> str | None:
    """The code of a country, by its code or its name; None if it is neither."""
    code = clean(text).upper()
    return code if is_country(code) else countries_by_name().get(plain(clean(text)))


# --- Sentences ---


class Length(NamedTuple):
    """The length of a sentence in months or in days; both None where the text gives none."""

    months: int | None = None
    days: int | None = None
    odd: str = ""


FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
HALF = r"(?:and a half|et demie?|y medi[oa]|с половиной|з паловай|з половиною|і паўгода)"
HALF_BEHIND = re.compile(rf"(\d+)(\s*[^\W\d_]+\.?)?\s+{HALF}\b")
AMOUNT = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3})(?:\s+(?P<half>1/2)|[.,](?P<part>\d{1,2}))?\s*(?P<unit>[^\W\d_]+\.?)", re.IGNORECASE
)
# What stands before the second number of a range (or the “one” of “twenty one”), or before a limit.
RANGE = re.compile(r"\d\s*(?:[-–—/]|to|or|a|à|ou|o|bis|do|lub|до|да|по|или|або)?\s*\Z")
LIMIT = re.compile(r"\b(?:up to|at most|hasta|jusqu['’]à|bis zu|до|да)\s*\Z")
# “2 years and 6 months” is one length, “2 years of which 6 months” is not.
JOINING = re.compile(r"[\s,.+&]*(?:and|et|y|e|und|i|oraz|и|і|ды|да|ve|və|و)?[\s,]*")
MORE = re.compile(JOINING.pattern + r"(?P<number>\d+)\s*[^\W\d_]")
A_HUNDRED = 100
OF_WHICH = re.compile(r"\b(?:of which|dont|de los cuales|de las cuales|из них|из которых|з них|з якіх|davon|z czego)\b")
NOT_ONE = "is not read as one length: left empty"
NOT_IMPOSED = "is asked for or threatened, not imposed: left empty"
# What a prosecutor asks for, or a law threatens with, is no sentence.
ASKED_FOR = re.compile(
    r"petici[oó]n|\bpide|solicit|\bfiscal|requis(?!ition)|request|demand|\bsought|\bseek|\bfac(?:es|ing)\b|threat"
    r"|prosecut|грозит|запрос|запраш|просит|попросил|требу|прокур|загрожу|вимага|пагражае|патраб|żąda|\bgrozi"
    r"|prokurat|droht|gefordert|talep|isteniyor|istendi",
    re.IGNORECASE,
)
# What is imposed beside imprisonment, and what parts one penalty from the next.
BESIDE = re.compile(
    r"probation|house arrest|supervis|surveill|\bban(?:ned)?\b|exile|banish|lash|\bfines?\b|deprivation of the right"
    r"|disqualif|ограничени[а-я]+ свобод|запрет|лишени[а-я]+ прав|штраф|ссылк|надзор|забарон|обмежен[а-я]+ вол|заборон"
    r"|vigilad|multa|inhabilitaci|destierro|amende|interdiction|grzywn|para cezası|quản chế|شلاق|تبعید|غرامة|مراقبة",
    re.IGNORECASE,
)
BETWEEN_PENALTIES = re.compile(r"\s*(?:[;,+&\n]|\b(?:and|plus|with|y|con|et|avec|und|oraz|ve|и|с|со|і|та|з|ды)\b)\s*")
IMPRISONMENT = "imprisonment"
WORD = re.compile(r"[^\W\d_]{3,}")
WORD_OR_TWO = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")


@lru_cache(maxsize=16_384)
def length_of(text: str) -> Length:
    """“2 1/2 years”, “1 год 6 месяцев”, “four years”, “15 days”; fines and other words have no length.

    All of it is understood or nothing: a range, a limit, a sum of two sentences is no length.
    """
    plainly = in_digits(plain(clean(text)))
    if ASKED_FOR.search(plainly):
        return Length(odd=NOT_IMPOSED)
    found: dict[str, float] = {}
    rest, end, odd = "", 0, ""
    for amount in AMOUNT.finditer(plainly):
        unit = unit_of(amount["unit"])
        if not unit:
            continue
        before = plainly[: amount.start()]
        is_joined = not found or JOINING.fullmatch(before[end:])
        if unit in found or not is_joined or RANGE.search(before) or LIMIT.search(before):
            return Length(odd=NOT_ONE)
        found[unit] = float(f"{amount['whole']}.{amount['part'] or (5 if amount['half'] else 0)}")
        rest, end = rest + " " + before[end:], amount.end()
        odd = "was read as months" if amount["unit"].startswith("minth") else odd
    if found and any(unit_of(word) for word in WORD.findall(f"{rest} {plainly[end:]}")):
        return Length(odd=NOT_ONE)
    length = whole_length(12 * found.get("years", 0) + found.get("months", 0), int(found.get("days", 0)), odd)
    is_more = found and not length.odd and MORE.match(plainly[end:])
    if OF_WHICH.search(plainly) or (is_more and int(is_more["number"]) < A_HUNDRED):
        # Perhaps months in a word that nobody knows here.
        return Length(odd=NOT_ONE)
    return length._replace(odd="goes on after the length that was read") if is_more else length


@lru_cache(maxsize=16_384)
def main_penalty(text: str) -> str:
    """“9 years of imprisonment, 3 years of probation” without the probation; all of it where no prison is named."""
    penalties = BETWEEN_PENALTIES.split(plain(clean(text)))
    main = ", ".join(each for each in penalties if each and not BESIDE.search(each))
    is_beside = any(map(BESIDE.search, penalties))
    return main if is_beside and held_in("sentence", main) == IMPRISONMENT else text


def length_in_words(months: int | None, days: int | None) -> str:
    return f"{months} months" if months else f"{days} days" if days else ""


def in_digits(text: str) -> str:
    """Numbers in words, and halves, as digits: “four years and a half” is “4.5 years”."""
    for sign, point in FRACTIONS.items():
        text = re.sub(rf"\s*{sign}", point, text)
    counted = WORD_OR_TWO.sub(lambda word: numbers_in_words().get(word[0], word[0]), text)
    return HALF_BEHIND.sub(r"\1.5\2", counted)


@cache
def numbers_in_words() -> dict[str, str]:
    return {word: number for number, words in vocabulary()["number"]["is"].items() for word in words}


def unit_of(written: str) -> str:
    word = written.rstrip(".")
    for unit, beginnings in vocabulary()["unit"]["has"].items():
        if any(word == each or (len(each) > 3 and word.startswith(each)) for each in beginnings):
            return unit
    return ""


def unit_in_heading(heading: str) -> str:
    """The unit that a heading names, as in “Sentence (years)”."""
    return next((unit for word in WORD.findall(plain(heading)) if (unit := unit_of(word))), "")


def whole_length(months: float, days: int, odd: str) -> Length:
    if months > LONGEST_LENGTH or days > 36_525:
        return Length(odd="is longer than a century: left empty")
    if months and days:
        return Length(int(months), odd="has days besides months: the days are left out")
    if months != int(months):
        return Length(odd="is not a whole number of months: left empty")
    return Length(int(months) or None, days or None, odd)


# --- Articles ---


class ArticleNamed(NamedTuple):
    """An article as the registry writes it: its code, number such as “342 part 2”, and title."""

    code: str
    version: str
    number: str
    title: str = ""


NUMBER = r"\d{1,4}(?:[.\-–]\d{1,3}|\^\d)*(?:-?[a-z](?![^\W\d_]))?(?:\([a-z0-9]{1,3}\))*"
PART = r"(?:parts?|p\.|ч(?:аст[а-я]+)?\.?|частк[а-яі]+)\s*(?P<part>\d{1,2}(?:\s*(?:,|and|и|і)\s*\d{1,2})*)"
ARTICLE = r"(?:articles?|art[íi]culos?|artyku[łl]\w*|artikel|art\.?|§+|ст(?:ать[а-я]+|\.)?|арт(?:ыкул[а-я]*|\.)?)"
NAMED = re.compile(
    # A part before “ст.” is the part of the article behind it.
    rf"(?:{PART}\s*(?:of\s+)?)?{ARTICLE}\s*(?P<number>{NUMBER})"
    rf"(?:\s*,?\s*{PART.replace('?P<part>', '?P<after>')}(?!\d|\s*(?:of\s+)?{ARTICLE}))?",
    re.IGNORECASE,
)
CODE = r"(?:УК|КК|КоАП|CC|CP|kk|TCK|StGB)"
BARE = re.compile(rf"(?P<number>{NUMBER})(?:\s*,?\s*{PART})?(?:\s*{CODE}\b[\w\s.]*)?\Z", re.IGNORECASE)
# A further number of “статьи 130, 342 и 364”: short, for a year is none, and with nothing behind it that counts.
FURTHER = re.compile(
    rf"\s*(?:,|(?:and|и|і|y|et|i|oraz|und|ve|e)\b)\s*(?P<number>\d{{1,3}}(?:[.\-–]\d{{1,3}}|\^\d)*)(?:\s*{PART})?"
    rf"(?=\s*(?:\Z|[,;)]|(?:and|и|і|y|et|i|oraz|und|ve|e|of|{CODE})\b))",
    re.IGNORECASE,
)
TITLE = re.compile(r"\s[—–-]\s(?P<title>.+)\Z")
YEAR_OF_CODE = re.compile(r"code\s*\(?(?:of\s*)?(?P<year>19\d\d|20\d\d)\)?", re.IGNORECASE)


def articles_of(cells: list[str], mapping: ListMapping, code_text: str = "") -> tuple[list[ArticleNamed], list[str]]:
    """The articles that cells name, each once, and the texts in which none was found."""
    found: dict[ArticleNamed, None] = {}
    unread = []
    for text in several(cells):
        is_day = DAY_OF_A_SPREADSHEET.fullmatch(text)
        articles = [] if is_day else list(articles_in(text, mapping, code_text))
        unread += [] if articles else [text]
        found |= dict.fromkeys(articles)
    return list({(each.code, each.version, each.number): each for each in found}.values()), unread


def articles_in(text: str, mapping: ListMapping, code_text: str) -> list[ArticleNamed]:
    code = held_in("code", plain(text)) or mapping.code or "Criminal Code"
    stated = YEAR_OF_CODE.search(f"{text} {code_text[:80]}")
    version = stated["year"] if stated else mapping.code_version
    title = TITLE.search(text)
    # What goes on with an article is no title: “ч. 1 ст. 30 - ст. 278”.
    title = None if title and NAMED.match(title["title"]) else title
    body = text[: title.start()] if title else text
    named = [article for first in NAMED.finditer(body) for article in (first, *further(body, first.end()))]
    if not named:
        bare = [BARE.match(part.strip()) for part in body.split(",")]
        named = [each for each in bare if each] if all(bare) else []
    words = title["title"].strip()[:300] if title and len(named) == 1 else ""
    return [ArticleNamed(code, version, numbered(each), words) for each in named]


def further(body: str, end: int) -> Iterator[re.Match[str]]:
    while found := FURTHER.match(body, end):
        yield found
        end = found.end()


def numbered(named: re.Match[str]) -> str:
    number = named["number"].replace("–", "-").replace("^", "-").rstrip(".-")
    part = named["part"] or named.groupdict().get("after") or ""
    return f"{number} part {' '.join(part.split())}"[:40] if part else number


# --- Places ---


def place_of(text: str, mapping: ListMapping) -> tuple[str, str]:
    """A place’s name in one spelling, and its kind; empty for a word that is no place."""
    name = clean(text.strip().splitlines()[0]) if text.strip() else ""
    own = mapping.values.get("place", {})
    name = own.get(plain(name), name)
    for known, spellings in mapping.places.items():
        if any(fnmatchcase(plain(name), plain(spelling)) for spelling in spellings):
            name = known
    name = re.sub(r"\s*(?:№|#|\bn[or]\.?)\s*(?=\d)", " No. ", name, flags=re.IGNORECASE).strip()
    return name[:200], held_in("place", plain(name) + " ") or ""
