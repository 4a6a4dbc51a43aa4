"""The SQL of a question: which rows of the flat tables it is about, whether they meet its definition, their groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from counts.filters import filter_of
from counts.groups import AGES, group_of_age
from counts.questions import (
    ANY_ORGANISATION,
    METRICS_WITH_FORMS,
    UNRECOGNISED,
    WIDE_DEFINITIONS,
    Question,
)
from counts.scope import Scope
from counts.traits import STANDING
from registry.known import looking_back

Parameters = dict[str, Any]


def hidden_people() -> set[int]:
    """Who is withheld today, in whatever state a question is asked: nobody learns more of them from an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.counts_hidden_people()")
        return {person for (person,) in cursor.fetchall()}


def rows_in(table: str, *, of_some: bool = False) -> str:
    """A flat table; while an earlier state is asked for, the definition itself, which answers from the history.

    `of_some` takes the rows of `people`, a parameter, alone.
    """
    if looking_back() is not None:
        every, some = {
            "counts_event": ("counts_every_event()", "counts_events_of(%(people)s)"),
            "counts_span": ("counts_every_span()", "counts_spans_of(%(people)s)"),
        }[table]
        return some if of_some else every
    return f"(SELECT * FROM {table} WHERE person = ANY(%(people)s))" if of_some else table


@dataclass
class Select:
    """A query in the making: its parts before, its tables, its conditions, and the values of its parameters."""

    parts: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    parameters: Parameters = field(default_factory=dict)

    def where(self, condition: str, **parameters: Any) -> None:
        self.conditions.append(condition)
        self.parameters |= parameters

    def sql(self, columns: str) -> str:
        before = f"WITH {', '.join(self.parts)} " if self.parts else ""
        return f"{before}SELECT {columns} FROM {' '.join(self.tables)} WHERE {' AND '.join(self.conditions)}"

    def rows(self, columns: str, after: str = "") -> list[tuple[Any, ...]]:
        """What the database answers; `after` orders or limits it."""
        with connection.cursor() as cursor:
            cursor.execute(f"{self.sql(columns)} {after}", self.parameters)
            return cursor.fetchall()

    def row(self, columns: str) -> tuple[Any, ...]:
        return self.rows(columns)[0]


def counted_rows(question: Question, scope: Scope, table: str, *, of: str = "published") -> Select:
    """The rows of a flat table that a question is about, whatever their date and definition."""
    found = Select(tables=[f"{table} AS row"])
    found.where("withheld" if of == "withheld" else "NOT withheld")
    if question.country is not None:
        found.where("row.country = %(country)s", country=question.country)
    if scope.filters:
        key = "row.detention" if question.metric == "held" else "row.event"
        # Whom a link alone makes an event, with a number below zero, was asked for before.
        found.where(f"({key} < 0 OR {key} IN ({filtered_rows(question.metric, scope)}))")
    if question.metric in METRICS_WITH_FORMS:
        found.where("row.form = ANY(%(forms)s)", forms=sorted(scope.forms))
    return found


def filtered_rows(metric: str, scope: Scope) -> str:
    """The keys of the records that the filters ask for, as a query with its values in it."""
    rows = filter_of(metric, scope.filters).qs.order_by().values("pk")
    # An impossible filter is a query too: it finds nothing.
    statement, values = rows.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(statement, values)).replace("%", "%%")


def event_rows(question: Question, scope: Scope, *, of: str = "published") -> Select:
    return counted_events(question, scope, rows_in("counts_event"), of=of)


def counted_events(question: Question, scope: Scope, table: str, *, of: str = "published") -> Select:
    found = counted_rows(question, scope, table, of=of)
    found.where("row.metric = %(metric)s", metric=question.metric)
    if question.metric == "recognitions" and scope.definition not in WIDE_DEFINITIONS:
        # One organisation's recognitions, not everyone's of the people it recognised.
        found.where(
            "EXISTS (SELECT FROM prisoners_recognitionby AS by JOIN prisoners_organisation AS organisation "
            "ON organisation.id = organisation_id WHERE recognition_id = row.event AND slug = %(definition)s)",
            definition=scope.definition,
        )
    return found


# --- The definition (rule 25) ---

BY = """AND EXISTS (
        SELECT FROM prisoners_recognitionby AS by JOIN prisoners_organisation AS organisation
        ON organisation.id = organisation_id WHERE recognition_id = act.id AND slug = %(definition)s
    )"""
BY_CUTOFF = """recognised AS (
    SELECT DISTINCT person FROM standing
    WHERE since_earliest <= %(cut_off)s AND NOT (is_withdrawn AND until_earliest <= %(cut_off)s)
)"""


def standing(found: Select, scope: Scope) -> None:
    """Adds the recognitions that the definition looks at."""
    is_wide = scope.definition in (ANY_ORGANISATION, UNRECOGNISED)
    found.parts.append(STANDING.format(by="" if is_wide else BY, of=""))
    found.parameters |= {"definition": scope.definition, "cut_off": scope.cut_off}


def meeting(found: Select, scope: Scope) -> str:
    """Keeps the rows that possibly meet the definition by the cut-off or then; gives what is true where they surely do.

    `found` needs the columns earliest and latest of `row`.
    """
    if scope.is_everyone:
        return "true"
    standing(found, scope)
    is_not = "NOT " if scope.definition == UNRECOGNISED else ""
    if scope.is_by_cutoff:
        found.parts.append(BY_CUTOFF)
        found.where(f"{is_not}EXISTS (SELECT FROM recognised WHERE recognised.person = row.person)")
        return "true"
    found.parts.append(f"""met AS (
        SELECT row.event, row.earliest, row.latest,
            bool_or(since_latest <= row.earliest AND (NOT is_withdrawn OR until_earliest > row.latest)) AS surely,
            bool_or(since_earliest <= row.latest AND (NOT is_withdrawn OR until_latest > row.earliest)) AS possibly
        FROM {found.tables[0]} JOIN standing ON standing.person = row.person
        WHERE {" AND ".join(found.conditions)} GROUP BY 1, 2, 3
    )""")
    found.tables.append(
        "LEFT JOIN met ON met.event = row.event AND met.earliest = row.earliest AND met.latest = row.latest"
    )
    if is_not:
        found.where("NOT coalesce(surely, false)")
        return "NOT coalesce(possibly, false)"
    found.where("coalesce(possibly, false)")
    return "surely"


def who_may_meet(scope: Scope, asked: Sequence[tuple[int, date | None, date | None]]) -> set[int]:
    """Whom the definition possibly means, by place: each person is asked about, on some day between two."""
    if scope.is_everyone:
        return set(range(len(asked)))
    people = "unnest(%(places)s::bigint[], %(people)s::bigint[], %(firsts)s::date[], %(lasts)s::date[])"
    found = Select(tables=[f"{people} AS row (event, person, earliest, latest)"], conditions=["row.person IS NOT NULL"])
    found.parameters |= {
        "places": list(range(len(asked))),
        "people": [person for person, _first, _last in asked],
        "firsts": [first.isoformat() if first else "-infinity" for _person, first, _last in asked],
        "lasts": [last.isoformat() if last else "infinity" for _person, _first, last in asked],
    }
    meeting(found, scope)
    return {place for (place,) in found.rows("row.event")}


# --- The groups ---

HOME = "LEFT JOIN prisoners_prisoner AS home ON home.id = row.person"
CHARGES = """LEFT JOIN (
    SELECT DISTINCT prisoner_id AS key, code || ' ' || article.number AS value
    FROM prisoners_charge AS charge JOIN prisoners_case AS prosecution ON prosecution.id = case_id
    JOIN prisoners_article AS article ON article.id = article_id
    WHERE charge.publication = 'published' AND prosecution.publication = 'published'
) AS charge ON charge.key = row.person"""
ARTICLES = """LEFT JOIN (
    SELECT DISTINCT conviction_id AS key, code || ' ' || article.number AS value
    FROM prisoners_convictionarticle JOIN prisoners_article AS article ON article.id = article_id
) AS charge ON charge.key = row.event"""
OCCUPATIONS = """LEFT JOIN prisoners_prisoneroccupation AS link ON link.prisoner_id = row.person
    LEFT JOIN prisoners_occupation AS occupation ON occupation.id = link.occupation_id"""


# Two countries may each have a “north”.
REGION = "CASE WHEN region.country = %(asked_country)s THEN region.slug ELSE region.country || '/' || region.slug END"


def grouping(found: Select, question: Question, *, age: str = "") -> list[str]:
    """Adds the tables that the groups need; gives an expression for each. Ages are those of the row's days."""
    if {"region", "age"} & set(question.group):
        found.tables.append(HOME)
    if "region" in question.group:
        found.parameters["asked_country"] = question.country or ""
        found.tables.append("LEFT JOIN prisoners_region AS region ON region.id = home.home_region_id")
    if "occupation" in question.group:
        found.tables.append(OCCUPATIONS)
    if "charge" in question.group:
        found.tables.append(ARTICLES if question.metric == "convictions" else CHARGES)
    values = {
        "region": f"coalesce({REGION}, 'unknown')",
        "occupation": "coalesce(occupation.slug, 'unknown')",
        "charge": "coalesce(charge.value, 'unknown')",
        "age": age or age_between("row.earliest", "row.latest"),
    }
    return [values.get(dimension, f"row.{dimension}") for dimension in question.group]


def age_between(first: str, last: str) -> str:
    """The age group on some day from `first` to `last`, where all that is known of both dates gives one: 25-34."""
    youngest, oldest = group_of(f"age({first}, born_on_latest)"), group_of(f"age({last}, born_on_earliest)")
    known = f"isfinite({first}) AND isfinite({last}) AND {first} >= born_on_latest AND born_on_earliest IS NOT NULL"
    return f"CASE WHEN {known} AND {youngest} = {oldest} THEN {youngest} ELSE 'unknown' END"


def group_of(age: str) -> str:
    steps = " ".join(f"WHEN date_part('year', {age}) >= {start} THEN '{group_of_age(start)}'" for start in AGES[::-1])
    return f"CASE {steps} END"
