"""What a text that is no partial date was probably meant to be: "16.07.2024", "July 2024", "16 июля 2024 г."."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP

from registry.date_points import OPEN, is_point

LANGUAGES_OF_MONTHS = (
    "en", "ru", "be", "uk", "pl", "de", "es", "fr", "it", "pt", "lt", "lv", "tr", "az",
    "ar", "fa", "kk", "ka", "hy", "ro", "uz",
)  # fmt: skip
# Django's Belarusian names are few and in one of two spellings, so these beginnings stand in.
BELARUSIAN_MONTHS = (
    ("студзен", 1), ("лют", 2), ("сакавік", 3), ("красавік", 4), ("трав", 5), ("чэрвен", 6),
    ("ліпен", 7), ("жні", 8), ("верас", 9), ("кастрычнік", 10), ("лістапад", 11), ("снеж", 12), ("сьнеж", 12),
)  # fmt: skip
# Nor has it the case of "в августе", "у серпні".
CASED_MONTHS = (
    ("январ", 1), ("феврал", 2), ("март", 3), ("апрел", 4), ("мае", 5), ("июн", 6), ("июл", 7), ("август", 8),
    ("сентябр", 9), ("октябр", 10), ("ноябр", 11), ("декабр", 12),
    ("січн", 1), ("берез", 3), ("квіт", 4), ("черв", 6), ("лип", 7), ("серп", 8), ("жовт", 10), ("груд", 12),
)  # fmt: skip
SEASONS = (
    ("spring", 21), ("весн", 21), ("вясн", 21), ("summer", 22), ("лет", 22),
    ("autumn", 23), ("fall", 23), ("осен", 23), ("восен", 23), ("winter", 24), ("зим", 24), ("зім", 24),
)  # fmt: skip
FILLERS = frozenset({
    "г", "год", "года", "году", "р", "r", "н", "нар", "ж", "le",
    "el", "am", "dnia", "в", "у", "of", "the", "in", "on", "de", "del",
})  # fmt: skip
DASHES = re.compile(r"[\u2010-\u2015\u2212]")
YEAR_FIRST = re.compile(r"([0-9]{4})[-./ ]([0-9]{1,2})(?:[-./ ]([0-9]{1,2}))?(?:[t ][0-9]{1,2}:[0-9:.,+z -]*)?")
DAY_FIRST = re.compile(r"([0-9]{1,2})([-./ ])([0-9]{1,2})[-./ ]([0-9]{4})")
MONTH_FIRST = re.compile(r"([0-9]{1,2})[-./]([0-9]{4})")
QUARTER = re.compile(r"([0-9]{4})[ -]?q([1-4])|q([1-4])[ -/]?([0-9]{4})")
RUN_TOGETHER = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
DAY_IN_WORDS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|-?го)?")
ABOUT = re.compile(
    r"(?:~|(?:about|around|approximately|approx|circa|ca?|около|примерно|приблизительно|каля|прыкладна|близько"
    r"|ok|około|environ|vers|hacia|etwa)[. ]) *"
)
IN_CHINESE = re.compile(r"([0-9]{4}) ?年(?: ?([0-9]{1,2}) ?月(?: ?([0-9]{1,2}) ?日)?)?")
BEFORE = re.compile(r"(?:(?:on or |in or )?before|not later than|by|until|till|до|не позднее|да) +")
AFTER = re.compile(r"(?:(?:on or |in or )?after|not earlier than|since|from|после|не ранее|с|пасля|з) +")
RANGES = tuple(
    re.compile(form)
    for form in (
        r"(?:between|между|паміж) +(.+?) +(?:and|и|і) +(.+)",
        r"(?:from|с|з) +(.+?) +(?:to|till|until|по|до|па|да) +(.+)",
        r"([^/]+?) +to +([^/]+)",
        r"([^/]+?) - ([^/]+)",
        r"([0-9./]{5,})-([0-9./]{5,})",
        r"([^/]+?)\.\.([^/]+)",
        r"([0-9]{1,2})-([0-9]{1,2} .+)",
        r"([0-9]{4})-([0-9]{4})",
        r"([^/]+?) ?/ ?([^/]+)",
    )
)


def guess(text: str) -> str:
    """What `text` was probably meant to be, or "". It has the right form, but its month or day may not exist."""
    plain = simplified(text)
    return (
        _guess_point(plain) or _guess_quarter(plain) or _guess_interval(plain)
        or _guess_with(ABOUT, plain, "{}~")
        or _guess_with(BEFORE, plain, OPEN + "/{}") or _guess_with(AFTER, plain, "{}/" + OPEN)
    )  # fmt: skip


def other_guess(text: str) -> str:
    """The second reading of a day such as 03/07/2024, which people write in both orders; else ""."""
    match = DAY_FIRST.fullmatch(simplified(text))
    if match is None or match[2] != "/":
        return ""
    swapped = _dashed(match[4], match[1], match[3])
    return swapped if is_point(swapped) and swapped != guess(text) else ""


def simplified(text: str) -> str:
    """Small letters, plain digits and dashes, single blanks, and none in "16. 07. 2024"."""
    plain = DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold())
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)
    return re.sub(r"(?<=[0-9])([./]) (?=[0-9])", r"\1", " ".join(digits.split()))


def _guess_point(plain: str) -> str:
    return _guess_from_digits(plain) or _guess_from_words(plain)


def _guess_from_digits(plain: str) -> str:
    plain = (
        plain.removesuffix(" г.")
        .removesuffix(" г")
        .removesuffix("г.")
        .removesuffix(" r.")
        .removesuffix(" р.")
        .rstrip(".")
    )
    if match := YEAR_FIRST.fullmatch(plain) or RUN_TOGETHER.fullmatch(plain) or IN_CHINESE.fullmatch(plain):
        return _dashed(*match.groups())
    if match := DAY_FIRST.fullmatch(plain):
        day, _, month, year = match.groups()
        # In 07/16/2024 the month comes first.
        return _dashed(year, day, month) if int(month) > 12 >= int(day) else _dashed(year, month, day)
    if match := MONTH_FIRST.fullmatch(plain):
        return _dashed(match[2], match[1])
    return plain if re.fullmatch(r"[0-9]{4}", plain) else ""


def _dashed(year: str, *parts: str | None) -> str:
    return "-".join([year, *(f"{int(part):02}" for part in parts if part is not None)])


def _guess_from_words(plain: str) -> str:
    """One year, one month or season and at most one day, in any order; anything else gives ""."""
    words = [word for word in re.split(r"[ ,.]+", plain) if word and word not in FILLERS]
    years = [word for word in words if re.fullmatch(r"[0-9]{4}", word)]
    months = [number for word in words if (number := month_number(word) or season_number(word))]
    days = [match[1] for word in words if (match := DAY_IN_WORDS.fullmatch(word))]
    if len(years) != 1 or len(months) > 1 or len(days) > 1 or len(words) != len(years + days) + len(months):
        return ""
    if days and (not months or months[0] > 12):
        return ""
    return _dashed(years[0], *(str(number) for number in months), *days)


def _guess_quarter(plain: str) -> str:
    match = QUARTER.fullmatch(plain)
    if match is None:
        return ""
    year, last_month = match[1] or match[4], int(match[2] or match[3]) * 3
    return f"{year}-{last_month - 2:02}/{year}-{last_month:02}"


def _guess_interval(plain: str) -> str:
    for form in RANGES:
        if match := form.fullmatch(plain):
            end = _guess_end(match[2])
            start = next(filter(None, map(_guess_end, _completed(match[1], match[2]))), "")
            if start and end and (start, end) != (OPEN, OPEN):
                return f"{start}/{end}"
    return ""


def _guess_end(plain: str) -> str:
    return OPEN if plain == OPEN else _guess_point(plain)


def _completed(start: str, end: str) -> Iterator[str]:
    """What the start of a range may mean: in "3 to 16 July 2024" the end lends it month and year."""
    yield start
    if any(letter.isalnum() for letter in start):
        words = end.split(" ")
        yield from (" ".join([start, *words[-count:]]) for count in (1, 2))


def _guess_with(opening: re.Pattern[str], plain: str, form: str) -> str:
    match = opening.match(plain)
    found = _guess_point(plain[match.end() :]) if match else ""
    return form.format(found) if found else ""


def season_number(word: str) -> int:
    return next((number for beginning, number in SEASONS if word.startswith(beginning)), 0)


def month_number(word: str) -> int:
    """1 to 12 for the name of a month in the languages that editors use, else 0."""
    begun = (number for beginning, number in BELARUSIAN_MONTHS + CASED_MONTHS if word.startswith(beginning))
    return _month_names().get(word.rstrip(".")) or next(begun, 0)


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES_OF_MONTHS:
        with translation.override(language):
            for table in (MONTHS, MONTHS_ALT, MONTHS_3, MONTHS_AP):
                names.update({str(name).casefold().rstrip("."): number for number, name in table.items()})
    return names
