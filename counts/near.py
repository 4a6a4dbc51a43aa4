"""The named events that announcements can be about, one by one; all others are only added up (counts.totals)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db import connection

from counts.acts import DAYS_AFTER, DAYS_BEFORE, Act, Acts, could_be_release_by
from counts.events import UNCHECKABLE, Event, pardons_by_link
from counts.filters import people_by_link
from counts.questions import Question
from counts.scope import Scope
from counts.selecting import Select, event_rows
from prisoners.models import Release


def events_near_acts(question: Question, acts: Acts, scope: Scope) -> list[Event]:
    """All events of the people whom an announcement can be about: who fills a place, or may fill one (rule 23)."""
    every = (*acts.counted, *acts.as_announced)
    linked = {event for act in every for event in act.events}
    filled = {person for act in every for person in act.filled}
    opened = [act for act in acts.counted if act.open_low.total] if question.metric in UNCHECKABLE else []
    if not (linked or filled or opened):
        return []
    rows = event_rows(question, scope)
    rows.where(f"row.person IN ({people_near(rows, opened)})", linked=sorted(linked), filled=sorted(filled))
    # A window of days for each act, and the kinds of release that any of them can be.
    rows.parameters |= {
        "countries": [act.country for act in opened],
        "since": [str(act.earliest - DAYS_BEFORE) if act.earliest else "-infinity" for act in opened],
        "until": [str(act.latest + DAYS_AFTER) if act.latest else "infinity" for act in opened],
        "kinds": [kind for kind in Release.Kind.values if any(could_be_release_by(kind, act) for act in opened)],
    }
    events = list(read(rows, acts, scope))
    if question.metric == "pardons":
        events += within_scope(pardons_by_link(acts, people_by_link(scope.filters)), scope)
    return events


def people_near(rows: Select, opened: list[Act]) -> str:
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


def read(rows: Select, acts: Acts, scope: Scope) -> Iterator[Event]:
    """The events of a selection that meet the definition."""
    columns = """row.person, row.event, nullif(row.earliest, '-infinity'), nullif(row.latest, 'infinity'), row.sex,
        row.country, row.kind, row.unchecked, row.form"""
    with connection.cursor() as cursor:
        cursor.execute(rows.sql(columns), rows.parameters)
        found = cursor.fetchall()
    scope.learn(person for person, *_rest in found)
    events = (
        Event(person, pk, earliest, latest, sex, where, kind, unchecked and pk not in acts.acts_of_event, form)
        for person, pk, earliest, latest, sex, where, kind, unchecked, form in found
    )
    yield from within_scope(events, scope)


def within_scope(events: Iterable[Event], scope: Scope) -> Iterator[Event]:
    """The events that possibly belong, marked where they do not certainly."""
    for event in events:
        certain, possible = scope.meets(event.person, event.earliest, event.latest)
        if possible:
            yield event if certain else replace(event, is_in_scope=False)
