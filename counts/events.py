"""Named events one by one, as the flat tables have them: those that announcements can be about, or behind a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from counts.acts import Acts
from counts.filters import people_by_link
from counts.questions import Question
from counts.scope import Scope
from counts.selecting import Select, counted_events, grouping, meeting, rows_in
from pardons.models import Identification

# What may be a place of an announcement until someone checks (rule 23).
UNCHECKABLE = ("pardons", "releases")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one person, in its groups. `is_unchecked`: nobody has said whether an announcement holds it."""

    person: int
    pk: int
    earliest: date | None
    latest: date | None
    sex: str
    country: str
    kind: str
    is_unchecked: bool = False
    form: str = "unknown"
    # False where the person only possibly meets the definition that is asked for (rule 25).
    is_in_scope: bool = True
    # What it stands in by the dimensions of a question: several for charges and occupations.
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, dimension: str) -> tuple[str, ...]:
        return self.groups[dimension] if dimension in self.groups else (getattr(self, dimension),)


# The first and the last day that an event can have.
DAYS = "row.earliest", "row.latest"


def all_events(question: Question, scope: Scope, acts: Acts, *, of_some: bool = False) -> Select:
    """The events of a question, whatever their date and definition; those that only a link tells of are among them."""
    table = rows_in("counts_event", of_some=of_some)
    links = pardons_by_link(acts, scope) if question.metric == "pardons" else []
    found = counted_events(
        question, scope, f"(SELECT {LINKED} FROM {table} AS row UNION ALL {BY_LINK})" if links else table
    )
    found.parameters |= as_columns(links)
    if links and of_some:
        found.where("row.person = ANY(%(people)s)")
    return found


LINKED = """row.metric, row.person, row.event, row.earliest, row.latest, row.sex, row.country, row.kind, row.unchecked,
    row.form, row.withheld"""
BY_LINK = """SELECT 'pardons', link.*, 'unknown', false, 'unknown', false
    FROM unnest(%(link_people)s::bigint[], %(links)s::bigint[], %(link_firsts)s::date[], %(link_lasts)s::date[],
        %(link_sexes)s::text[], %(link_countries)s::text[]) AS link"""


def as_columns(links: Sequence[Event]) -> dict[str, Any]:
    if not links:
        return {}
    return {
        "link_people": [link.person for link in links],
        "links": [link.pk for link in links],
        "link_firsts": [link.earliest.isoformat() if link.earliest else "-infinity" for link in links],
        "link_lasts": [link.latest.isoformat() if link.latest else "infinity" for link in links],
        "link_sexes": [link.sex for link in links],
        "link_countries": [link.country for link in links],
    }


def pardons_by_link(acts: Acts, scope: Scope) -> list[Event]:
    """People linked to a pardon whose own pardon is not recorded: the link says that they were pardoned (rule 7)."""
    acts_of_link = {-event: keys for event, keys in acts.acts_of_event.items() if event < 0}
    if not acts_of_link:
        return []
    links = Identification.objects.filter(pk__in=acts_of_link)
    people = people_by_link(scope.filters)
    links = links if people is None else links.filter(prisoner__in=people)
    found = []
    for key, person, sex in links.order_by("pk").values_list("pk", "prisoner_id", "prisoner__sex"):
        act = acts.by_key[min(acts_of_link[key])]
        found.append(Event(person, -key, act.earliest, act.latest, sex, act.country, "unknown"))
    return found


def read_events(
    found: Select, question: Question, scope: Scope, acts: Acts, days: tuple[str, str] = DAYS
) -> list[Event]:
    """The events of a selection that possibly meet the definition, each once, with the groups of the question."""
    surely = meeting(found, scope)
    first, last = days
    columns = f"""row.person, row.event, nullif({first}, '-infinity'), nullif({last}, 'infinity'), row.sex,
        row.country, row.kind, row.unchecked, row.form, {surely}"""
    return one_by_one(found.rows(", ".join([columns, *grouping(found, question)])), question, acts)


def one_by_one(rows: Iterable[Sequence[Any]], question: Question, acts: Acts) -> list[Event]:
    """Rows as events. One that stands in several groups has a row for each."""
    events: dict[int, Event] = {}
    values: dict[int, set[tuple[str, ...]]] = {}
    for person, pk, earliest, latest, sex, country, kind, unchecked, form, surely, *groups in rows:
        is_unchecked = unchecked and pk not in acts.acts_of_event
        events[pk] = Event(person, pk, earliest, latest, sex, country, kind, is_unchecked, form, surely)
        values.setdefault(pk, set()).add(tuple(groups))
    if not question.group:
        return list(events.values())
    return [replace(event, groups=by_dimension(question.group, values[pk])) for pk, event in events.items()]


def by_dimension(dimensions: Sequence[str], values: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    together = zip(dimensions, zip(*values, strict=True), strict=True)
    return {dimension: tuple(sorted(set(each))) for dimension, each in together}
