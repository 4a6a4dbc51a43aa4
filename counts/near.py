"""The named events that announcements can be about, one by one; all others are only added up (counts.totals)."""

from __future__ import annotations

from counts.acts import DAYS_AFTER, DAYS_BEFORE, Act, Acts, could_be_release_by
from counts.events import UNCHECKABLE, Event, all_events, read_events
from counts.questions import Question
from counts.scope import Scope
from counts.selecting import Select
from prisoners.models import Release


def events_near_acts(question: Question, acts: Acts, scope: Scope) -> list[Event]:
    """All events of the people whom an announcement can be about: who fills a place, or may fill one (rule 23)."""
    every = (*acts.counted, *acts.as_announced)
    linked = {event for act in every for event in act.events}
    filled = {person for act in every for person in act.filled}
    opened = [act for act in acts.counted if act.open_low.total] if question.metric in UNCHECKABLE else []
    if not (linked or filled or opened):
        return []
    rows = all_events(question, scope, acts)
    rows.where(f"row.person IN ({people_near(rows, opened)})", linked=sorted(linked), filled=sorted(filled))
    # A window of days for each act, and the kinds of release that any of them can be.
    rows.parameters |= {
        "countries": [act.country for act in opened],
        "since": [str(act.earliest - DAYS_BEFORE) if act.earliest else "-infinity" for act in opened],
        "until": [str(act.latest + DAYS_AFTER) if act.latest else "infinity" for act in opened],
        "kinds": [kind for kind in Release.Kind.values if any(could_be_release_by(kind, act) for act in opened)],
    }
    return read_events(rows, question, scope, acts)


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
