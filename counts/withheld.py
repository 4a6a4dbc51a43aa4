"""Withheld people as an answer may know them: so many in a country and a calendar year, and nothing else (rule 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from counts.acts import Acts
from counts.events import events_of
from counts.held import held_detentions
from counts.questions import DEFAULT_FORMS, EVERYONE, UNITS, Question
from counts.scope import Scope
from pardons.models import Announcement, Identification

NO_ACTS = Acts("", (), (), frozenset(), {})


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
    found = [(person, item) for person, item in in_one_year(question.metric, scope)]
    if question.unit == "people":
        first = dict(sorted(found, key=lambda pair: pair[1].year, reverse=True))
        found = list(first.items())
    return [item for _person, item in found if question.country in (None, item.country)]


def in_one_year(metric: str, scope: Scope) -> Iterator[tuple[int, Withheld]]:
    """Each withheld event, with its person, whose whole date lies in one calendar year."""
    events = [
        (event.person, event.country, event.earliest, event.latest)
        for event in events_of(metric, None, NO_ACTS, scope, of="withheld")
    ]
    if metric == "pardons":
        events += pardoned_by_link()
    for person, country, earliest, latest in events:
        if earliest is not None and latest is not None and earliest.year == latest.year:
            yield person, Withheld(country, earliest.year)


def pardoned_by_link() -> Iterable[tuple[int, str, date | None, date | None]]:
    """Withheld people who are linked to a pardon and have no public pardon there: the link stands for one (rule 7)."""
    links = Identification.objects.counted().filter(
        prisoner__publication="withheld", announcement__kind=Announcement.Kind.PARDON
    )
    return links.exclude(pardon__publication="published").values_list(
        "prisoner", "announcement__country", "announcement__day_earliest", "announcement__day_latest"
    )


def withheld_held(question: Question, scope: Scope) -> Callable[[date], list[Withheld]]:
    """By day: the withheld people who are certainly held then, and of whom no sentence has passed without news."""
    if not withheld_count_in(question):
        return lambda day: []
    detentions = held_detentions(question.country, scope, of="withheld")

    def on(day: date) -> list[Withheld]:
        sure = [one for one in detentions if one.certainly_counts(day, scope) and not one.has_no_news(day)]
        return [Withheld(country, day.year) for country in {one.person: one.country for one in sure}.values()]

    return on
