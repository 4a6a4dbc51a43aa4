"""The named events that announcements can be about, one by one; all others are only added up (counts.totals)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

from counts.acts import DAYS_AFTER, DAYS_BEFORE, Act, Acts, Days, could_be_by, could_be_release_by
from counts.events import UNCHECKABLE, Event, all_events, read_events
from counts.questions import DEFAULT_FORMS, EVERYONE, METRICS_WITH_FORMS, Question
from counts.readings import MayFill, could_be_place
from counts.scope import Scope
from counts.selecting import Select
from prisoners.models import Release
from registry.known import looking_back


def with_open_places(acts: Acts) -> list[Act]:
    """The acts that people may be meant by whom nobody has held against announcements (rule 23)."""
    return [act for act in acts.counted if act.open_low.total] if acts.metric in UNCHECKABLE else []


def events_near_acts(question: Question, acts: Acts, scope: Scope, opened: Collection[Act]) -> list[Event]:
    """All events of the people whom an announcement can be about: who fills a place, or may fill one of these acts."""
    every = (*acts.counted, *acts.as_announced)
    linked = {event for act in every for event in act.events}
    filled = {person for act in every for person in act.filled}
    if not (linked or filled or opened):
        return []
    rows = all_events(question, scope, acts)
    rows.where(f"row.person IN ({people_near(rows, opened)})", linked=sorted(linked), filled=sorted(filled))
    # A window of days for each act.
    rows.parameters |= {
        "countries": [act.country for act in opened],
        "since": [str(act.earliest - DAYS_BEFORE) if act.earliest else "-infinity" for act in opened],
        "until": [str(act.latest + DAYS_AFTER) if act.latest else "infinity" for act in opened],
        "kinds": kinds_of(opened),
    }
    return read_events(rows, question, scope, acts)


def kinds_of(acts: Collection[Act]) -> list[str]:
    """The kinds of release that any of these can be."""
    return [kind for kind in Release.Kind.values if any(could_be_release_by(kind, act) for act in acts)]


def people_near(rows: Select, opened: Collection[Act]) -> str:
    """The people with an event that fills a place, or that is not checked and near an act with open places."""
    table = rows.tables[0]
    near = f"""
        SELECT row.person FROM {table} WHERE row.metric = %(metric)s AND row.event = ANY(%(linked)s)
        UNION SELECT unnest(%(filled)s::bigint[])
    """
    if not opened:
        return near
    kinds = "AND row.kind = ANY(%(kinds)s)" if rows.parameters["metric"] == "releases" else ""
    return f"""{near} UNION
        SELECT row.person FROM unnest(%(countries)s::text[], %(since)s::date[], %(until)s::date[])
            AS act (country, since, until)
        JOIN {table} ON row.country = act.country AND row.earliest <= act.until AND row.latest >= act.since
        WHERE row.metric = %(metric)s AND row.unchecked {kinds}"""


# Whom the sums tell of, as far as they fill a place: they are taken off.
# By person first (OFFSET): of the unchecked there are as many as the registry has.
FILLING = """SELECT country, kind, sex, date_trunc('week', earliest)::date, -1
    FROM (SELECT * FROM counts_event WHERE person = ANY(%(filled)s) OFFSET 0) AS theirs
    WHERE metric = %(metric)s AND unchecked AND alone AND usual AND NOT withheld
    AND isfinite(earliest) AND date_trunc('week', earliest) = date_trunc('week', latest)"""
SUMS = f"""(SELECT country, kind, sex, week, people FROM counts_unchecked WHERE metric = %(metric)s
    UNION ALL {FILLING}) AS sums (country, kind, sex, week, people)"""
A_WEEK = timedelta(days=6)


def added_up_near(question: Question, acts: Acts) -> MayFill | None:
    """How many people, at least, may be meant by which acts, and of which sex: some of those who may be, and no others.

    Those with one event in a week that lies wholly near an act. Where they are enough for all its places, nobody has
    to be looked at one by one. None where the sums can't tell, or where no place is open.
    """
    usual = question.forms == DEFAULT_FORMS or question.metric not in METRICS_WITH_FORMS
    if looking_back() is not None or question.definition != EVERYONE or question.filters or not usual:
        return None
    opened = with_open_places(acts)
    if not opened:
        return None
    filled = {person for act in (*acts.counted, *acts.as_announced) for person in act.filled}
    found = Select(tables=[SUMS], parameters={"metric": question.metric, "filled": sorted(filled)})
    found.where("country = ANY(%(countries)s)", countries=sorted({act.country for act in opened}))
    if question.metric == "releases":
        found.where("kind = ANY(%(kinds)s)", kinds=kinds_of(opened))
    near = cache(lambda week: [act for act in opened if is_near_all_of(week, act)])
    sums: MayFill = Counter()
    for country, kind, sex, week, people in found.rows("country, kind, sex, week, people"):
        keys = frozenset(act.key for act in near(week) if could_be_place(country, kind, act, question.metric))
        sums[keys, sex] += people
    return sums


def is_near_all_of(week: date, act: Act) -> bool:
    """Whether whatever happened in the week that begins on a day is near the act, on whichever of its days."""
    return all(could_be_by(Days(day, day), act) for day in (week, week + A_WEEK))
