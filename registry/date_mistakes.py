"""What to answer when a text is not a partial date: what was wrong, and what would be right."""

import re
from collections.abc import Callable

from django.utils.dates import MONTHS
from django.utils.translation import gettext

from registry.date_guesses import guess, other_guess, simplified
from registry.date_points import days_in_month, is_point, read_point

LONGEST_TEXT = 64
LONGEST_QUOTE = 40
# "uuuu" is how the draft of EDTF wrote an unknown year.
UNKNOWN = frozenset(
    (
        *("-", "?", "??", "x", "xx", "xxxx", "uuuu", "..", "../..", "/"),
        *("n/a", "na", "no", "none", "null", "nil", "unknown", "not known", "no date"),
        *("нет", "нет данных", "неизвестно", "не известно", "няма", "невядома", "не вядома"),
    )
)
MOVING = re.compile(
    r"(?:today|yesterday|tomorrow|now|last|this|next|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|.* ago$"
    r"|(?:сегодня|вчера|завтра|сейчас|сёння|учора|заўтра|цяпер)\b|.* назад$"
)


def explain_mistake(text: str) -> str:
    """A sentence that an editor can act on; `text` was refused as a partial date."""
    if len(text) > LONGEST_TEXT:
        return gettext("“%(text)s” is too long for a date. %(usage)s") % {"text": quoted(text), "usage": usage()}
    for explain in EXPLANATIONS:
        if sentence := explain(text):
            return sentence
    return gettext("“%(text)s” is not a date. %(usage)s") % {"text": quoted(text), "usage": usage()}


def usage() -> str:
    return gettext(
        "Write 16 July 2024 as 2024-07-16, July 2024 as 2024-07, the year as 2024, "
        "and a time between two days as 2024-07-03/2024-07-16."
    )


def quoted(text: str) -> str:
    """The text as it can be shown on one line."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:LONGEST_QUOTE])
    return shown + "…" if len(text) > LONGEST_QUOTE else shown


def instead_of(text: str, right: str) -> str:
    return gettext("Write %(right)s for “%(text)s”.") % {"right": right, "text": quoted(text)}


def missing_date(text: str) -> str:
    plain = simplified(text)
    if not plain:
        return gettext("There is no date here. %(usage)s") % {"usage": usage()}
    if plain not in UNKNOWN:
        return ""
    return gettext("“%(text)s” is not a date. Where no date is known, leave it empty.") % {"text": quoted(text)}


def two_readings(text: str) -> str:
    first, second = guess(text), other_guess(text)
    if not second or not is_point(first):
        return ""
    words = {"text": quoted(text), "first": first, "second": second}
    return gettext("“%(text)s” can be read in two ways: write %(first)s or %(second)s.") % words


def other_notation(text: str) -> str:
    """A date that can be understood, written in another way, perhaps with a day that does not exist."""
    guessed = guess(text)
    if not guessed or guessed == text:
        return ""
    if is_reversed(guessed):
        return backwards(guessed)
    flaw = wrong_point(guessed)
    return with_flaw(text, flaw) if flaw else instead_of(text, guessed)


def wrong_interval(text: str) -> str:
    """Two ends that are right by themselves, or one end and nothing."""
    start, slash, end = text.partition("/")
    if is_reversed(text):
        return backwards(text)
    if slash and is_point(start) and not end:
        return gettext("Write %(start)s/.. for on or after %(start)s.") % {"start": start}
    if slash and is_point(end) and not start:
        return gettext("Write ../%(end)s for on or before %(end)s.") % {"end": end}
    if "/" in end:
        return with_flaw(text, gettext("one slash at most, between the first and the last day."))
    return ""


def wrong_part(text: str) -> str:
    flaw = wrong_point(text)
    return with_flaw(text, flaw) if flaw else ""


def missing_year(text: str) -> str:
    with_year = (f"{text} 2024", re.sub(r"([0-9]{2})$", r"20\1", text))
    if re.search(r"[0-9]{4}", simplified(text)) or not any(map(guess, with_year)):
        return ""
    return gettext("“%(text)s” has no year in four digits. %(usage)s") % {"text": quoted(text), "usage": usage()}


def moving_date(text: str) -> str:
    if not MOVING.match(simplified(text)):
        return ""
    return gettext("“%(text)s” means another day in another week. %(usage)s") % {"text": quoted(text), "usage": usage()}


def with_flaw(text: str, flaw: str) -> str:
    return gettext("“%(text)s”: %(flaw)s") % {"text": quoted(text), "flaw": flaw}


def is_reversed(text: str) -> bool:
    start, _, end = text.partition("/")
    return is_point(start) and is_point(end) and read_point(start).earliest > read_point(end).latest


def backwards(text: str) -> str:
    start, _, end = text.partition("/")
    words = {"start": start, "end": end}
    return gettext("“%(start)s/%(end)s” ends before it begins. Write %(end)s/%(start)s if that is meant.") % words


def wrong_point(text: str) -> str:
    """What is wrong with the first wrong end of what looks like a partial date, else ""."""
    wrong_ends = (end for end in text.split("/") if not is_point(end))
    return next((flaw for end in wrong_ends for check in POINT_CHECKS if (flaw := check(end))), "")


def year_out_of_range(end: str) -> str:
    match = re.fullmatch(r"[Yy]?(-?[0-9]{4,})(?:-[0-9X]{2}){0,2}[~?%]?", end)
    if match is None or 1000 <= int(match[1]) <= 2999:
        return ""
    return gettext("the year must lie between 1000 and 2999. Where no date is known, leave it empty.")


def wrong_month(end: str) -> str:
    match = re.fullmatch(r"[0-9]{4}-([0-9]{2})(-[0-9X]{2})?[~?%]?", end)
    if match is None or 1 <= int(match[1]) <= 12:
        return ""
    if match[2] and 21 <= int(match[1]) <= 24:
        return gettext("a season (21 to 24) has no days.")
    months = gettext("Months are 01 to 12, seasons 21 (spring), 22 (summer), 23 (autumn) and 24 (winter).")
    return gettext("there is no month %(month)s. %(months)s") % {"month": match[1], "months": months}


def wrong_day(end: str) -> str:
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])-[0-9]{2}[~?%]?", end)
    if match is None:
        return ""
    year, month = int(match[1]), int(match[2])
    words = {"month": MONTHS[month], "year": year, "days": days_in_month(year, month)}
    return gettext("%(month)s %(year)d has the days 01 to %(days)d.") % words


def wrong_unknown_digits(end: str) -> str:
    """X stands for a whole month or day that is not known; a part of one is an interval."""
    if not re.fullmatch(r"[0-9]{1,4}[Xx_*u?]{0,3}(-[0-9Xx_*u?]{2}){0,2}", end) or not re.search(r"[Xx_*u]|\?.", end):
        return ""
    whole = re.sub(r"-[Xx_*u?]{2}", "-XX", end)
    if is_point(whole):
        return gettext("write %(right)s.") % {"right": whole}
    return gettext(
        "XX stands for a whole day or month at the end (2020-08-XX). "
        "For anything else give the first and the last day, such as 2020-08-10/2020-08-19."
    )


def misplaced_qualifier(end: str) -> str:
    marks, bare = set(re.findall(r"[~?%]", end)), re.sub(r"[~?%]", "", end)
    if not marks or not is_point(bare):
        return ""
    words = {"right": bare + (marks.pop() if len(marks) == 1 else "%")}
    return gettext("write %(right)s, with one mark at the end: ~ is about, ? is uncertain, %% is both.") % words


POINT_CHECKS: tuple[Callable[[str], str], ...] = (
    year_out_of_range, wrong_month, wrong_day, wrong_unknown_digits, misplaced_qualifier,
)  # fmt: skip

EXPLANATIONS: tuple[Callable[[str], str], ...] = (
    missing_date, two_readings, other_notation, wrong_interval, wrong_part, missing_year, moving_date,
)  # fmt: skip
