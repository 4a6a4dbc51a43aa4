"""One sentence that can be printed: the number, what it counts, its parts, its day and its address."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from counts.answers import explain_address
from counts.filters import one_sex_asked
from counts.labels import documented, group_label, grouped, has_default_scope, on_day, scope_label, when
from counts.questions import Question
from counts.rows import Row
from counts.series import Series, count


def print_sentence(question: Question, row: Row) -> str:
    """“at least 30 people documented as released in Belarus in 2024, 14 of them women ...”; empty if nothing counts."""
    if row.reading is None or not row.reading.has_anything:
        return ""
    parts = [
        documented(question, row.reading.value) + in_country(question) + when_counted(question, row),
        *in_group(question, row),
        *sexes_in_words(question, row),
        by_name(question, row),
        _("as known on %(day)s") % {"day": on_day(question)},
    ]
    address = settings.SITE_URL + explain_address(question.permanent, row.period, row.group)
    return "; ".join([", ".join(parts[:-2]), *parts[-2:], address])


def by_name(question: Question, row: Row) -> str:
    named = row.reading.named - row.withheld if row.reading else 0
    words = (_("%(n)s recorded by name") if question.is_stock else _("%(n)s by name")) % {"n": grouped(named)}
    return words + (", " + _("%(n)s with the name withheld") % {"n": grouped(row.withheld)} if row.withheld else "")


def in_country(question: Question) -> str:
    if question.country is None:
        return ""
    return " " + _("in %(country)s") % {"country": question.country_label}


def in_group(question: Question, row: Row) -> list[str]:
    """The group and the scope that the number is of, where it is not of everyone."""
    of_all = has_default_scope(question)
    return [*filter(None, [group_label(question, row.group), "" if of_all else scope_label(question)])]


def when_counted(question: Question, row: Row) -> str:
    if not question.is_stock:
        return when(row.period)
    last = row.period.last
    day = question.cut_off if last is None or last > question.cut_off else last
    return when(replace(row.period, first=day, last=day))


def sexes_in_words(question: Question, row: Row) -> list[str]:
    """How many are women, and for how many nobody says: of people, and not of a group of them."""
    if question.unit != "people" or row.group or one_sex_asked(question.filters):
        return []
    by_sex = readings_by_sex(question, row)
    women = by_sex.get("female", 0)
    # What is left of the number that is printed: the groups are worked out apart and need not add up (rule 10).
    unknown = max(0, row.reading.value - women - by_sex.get("male", 0) - by_sex.get("other", 0)) if row.reading else 0
    words = [_("%(n)s of them women") % {"n": grouped(women)}] if women else []
    return words + ([_("sex not stated for %(n)s") % {"n": grouped(unknown)}] if unknown else [])


def readings_by_sex(question: Question, row: Row) -> dict[str, int]:
    series: Series = count(replace(question.about(row.period), group=("sex",)))
    return {row.group["sex"]: row.reading.value for row in series.rows if row.group and row.reading}
