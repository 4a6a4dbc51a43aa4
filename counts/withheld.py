"""Withheld people as an answer may know them: so many in a country and a calendar year, and nothing else (rule 20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Q

from counts.periods import end_of_period
from counts.questions import DEFAULT_FORMS, EVERYONE, UNITS, Question
from counts.scope import Scope
from counts.selecting import counted_rows, event_rows, hidden_people, rows_in
from pardons.models import Announcement, Identification
from registry.known import looking_back


@dataclass(frozen=True, slots=True)
class Withheld:
    """One withheld event, or one withheld person held at the end of a year: all that an answer may know of it."""

    country: str
    year: int

    @property
    def earliest(self) -> date:
        return date(self.year, 1, 1)

    @property
    def latest(self) -> date:
        return date(self.year, 12, 31)

    def values(self, dimension: str) -> tuple[str, ...]:
        """Its groups: answers that count the withheld are grouped by country or by nothing."""
        return (self.country,)


def withheld_count_in(question: Question) -> bool:
    """Whether withheld people may be in the answer: totals by country and whole years, nothing finer (rule 20)."""
    whole_years = question.by in ("year", "total") and question.span.is_whole_years
    unfiltered = question.definition == EVERYONE and question.forms == DEFAULT_FORMS and not question.filters
    return (
        whole_years and unfiltered and set(question.group) <= {"country"} and question.unit == UNITS[question.metric][0]
    )


def withheld_in(question: Question, scope: Scope) -> list[Withheld]:
    """The withheld events of a flow that its answer counts.

    An event whose date leaves the calendar year open counts nowhere, and a person counts once where people are
    counted: else the sum of years and a total over them would tell of one withheld person what only their record says.
    """
    if not withheld_count_in(question):
        return []
    found = in_one_year(question, scope)
    if question.unit == "people":
        # The earliest event of each person.
        found = list(dict(sorted(found, key=lambda pair: pair[1].year, reverse=True)).items())
    return [item for _person, item in found if question.country in (None, item.country)]


def in_one_year(question: Question, scope: Scope) -> list[tuple[int, Withheld]]:
    """Each withheld event, with its person, whose whole date lies in one calendar year."""
    rows = event_rows(replace(question, country=None), scope, of="withheld")
    rows.where("isfinite(row.earliest) AND date_trunc('year', row.earliest) = date_trunc('year', row.latest)")
    events = rows.rows("row.person, row.country, date_part('year', row.earliest)::integer", "ORDER BY row.event")
    linked = pardoned_by_link() if question.metric == "pardons" else []
    return [(person, Withheld(country, year)) for person, country, year in (*events, *linked)]


def pardoned_by_link() -> Iterable[tuple[int, str, int]]:
    """Withheld people who are linked to a pardon and have no public pardon there: the link stands for one (rule 7)."""
    withheld = Q(prisoner__publication="withheld")
    if looking_back() is not None:
        withheld |= Q(prisoner__in=hidden_people())
    links = Identification.objects.counted().filter(
        withheld, announcement__kind=Announcement.Kind.PARDON,
        announcement__day_earliest__year=F("announcement__day_latest__year"),
    )  # fmt: skip
    return links.exclude(pardon__publication="published").values_list(
        "prisoner", "announcement__country", "announcement__day_earliest__year"
    )


def withheld_held(question: Question, scope: Scope, days: Sequence[date]) -> dict[date, list[Withheld]]:
    """By day: the withheld people who are certainly held then, and of whom no sentence has passed without news.

    Whoever is held twice is held where the detention is that was entered last. A day of a year that is not over stands
    for the end of that year: else the clock alone would tell on which day a sentence of one of them ends.
    """
    if not withheld_count_in(question):
        return {}
    rows = counted_rows(question, scope, rows_in("counts_span"), of="withheld")
    rows.tables.append("JOIN unnest(%(days)s::date[]) AS day ON sure_since <= day AND sure_until > day")
    rows.where("silent_since > day")
    rows.parameters["days"] = sorted({end_of_period(day, "year").isoformat() for day in days})
    found = rows.rows("DISTINCT ON (day, row.person) day, row.country", "ORDER BY day, row.person, row.detention DESC")
    at_the_end: dict[date, list[Withheld]] = defaultdict(list)
    for day, country in found:
        at_the_end[day].append(Withheld(country, day.year))
    return {day: at_the_end[end_of_period(day, "year")] for day in days}
