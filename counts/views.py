"""Public pages of the numbers: home, counts, explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from counts.answers import (
    PLAIN_COLUMNS,
    as_json,
    as_plain_rows,
    as_rows,
    changes_address,
    count_address,
    explain_address,
    notes_on,
    rows_address,
)
from counts.beside import our_count_beside
from counts.charts.pages import chart_on_page
from counts.explain import Explanation
from counts.filters import filters_in_words
from counts.home import headlines, small_charts
from counts.labels import (
    BY_LABELS,
    DIMENSION_LABELS,
    FORM_LABELS,
    RECOGNISED_LABELS,
    UNIT_LABELS,
    definition_label,
    group_label,
    has_default_scope,
    heading,
    on_day,
    scope_label,
)
from counts.like_with_like import Alike, alike, of_row
from counts.questions import (
    CELL_PARAMETERS,
    METRICS,
    METRICS_WITH_FORMS,
    PARAMETERS,
    UNITS,
    WIDE_DEFINITIONS,
    Question,
    dimensions_of,
    question_from,
)
from counts.row_pages import COLUMNS as COLUMNS_OF_ROWS
from counts.row_pages import RowsPage, page_asked, rows_as_cells, rows_as_json, rows_as_plain
from counts.rows import Row
from counts.sentences import print_sentence
from counts.series import Series, count
from pardons.filters import ReportedFigureFilter
from pardons.models import Announcement, ReportedFigure
from pardons.places import figure_in_words, for_rows, row_of, time_in_words
from pardons.views import figure_context
from prisoners.lists import lists_compared
from prisoners.models import Organisation, Prisoner
from registry.countries import country_name
from registry.downloads import CONTENT_TYPES
from registry.earlier_views import KNOWN_ON, as_readers_knew, state_of
from registry.facets import Chosen
from registry.known import in_state, one_state
from registry.paging import PAGE_PARAMETERS
from registry.parameters import Parameters, canonical_query
from registry.public_connection import is_signed_in
from registry.row_files import (
    CSV,
    ENDINGS,
    JSON,
    csv_answer,
    csv_lines,
    json_answer,
    machine_answer,
    machine_lines,
    named,
    streamed,
)


@canonical_query(Parameters.of(one=["country"]))
def home(request: HttpRequest) -> HttpResponse:
    """The numbers of the registry's default country; the others are one click away."""
    question = asked("held", request)
    announcements = for_rows(Announcement.public.in_country(question.country).newest_first())[:5]
    context = {
        "section": "home",
        "country": question.country,
        "country_label": question.country_label,
        "other_countries": other_countries(question),
        "headlines": headlines(question.country, question.cut_off),
        "charts": small_charts(question.country, question.cut_off),
        "announcements": [row_of(announcement) for announcement in announcements],
        "figures": latest_figures(question.country),
        "cut_off": question.cut_off,
    }
    return render(request, "counts/home.html", context)


def other_countries(question: Question) -> list[dict[str, str]]:
    """The other countries that have anything to show."""
    people = Prisoner.public.order_by().values_list("country", flat=True).distinct()
    announced = Announcement.public.order_by().values_list("country", flat=True).distinct()
    codes = sorted({*people, *announced} - {question.country})
    return [{"code": code, "name": country_name(code)} for code in codes]


def latest_figures(country: str | None) -> list[dict[str, Any]]:
    figures = ReportedFigure.public.select_related("source").order_by("-ends", "-value")
    if country is not None:
        figures = figures.filter(country=country)
    return [
        {"figure": figure, "words": figure_in_words(figure), "time": time_in_words(figure)} for figure in figures[:5]
    ]


@canonical_query(lambda: ReportedFigureFilter.parameters() | PAGE_PARAMETERS | KNOWN_ON)
@as_readers_knew
def figure_list(request: HttpRequest) -> HttpResponse:
    """What others report, each figure with our count of the same thing and time beside it."""
    context = figure_context(request)
    state = state_of(request.GET)
    rows = [
        {
            "figure": figure,
            "words": figure_in_words(figure),
            "time": time_in_words(figure),
            "ours": our_count_beside(figure, state),
        }
        for figure in context["page"].rows
    ]
    return render(request, "counts/figure_list.html", context | {"rows": rows, "lists": lists_compared()})


@canonical_query()
def count_list(request: HttpRequest) -> HttpResponse:
    """All metrics, each with what it counts and the ways to ask it."""
    metrics = [
        {"name": name, "label": label, "units": [UNIT_LABELS[unit] for unit in UNITS[name]]}
        for name, label in METRICS.items()
    ]
    return render(request, "counts/count_list.html", {"section": "counts", "metrics": metrics})


@canonical_query(PARAMETERS)
def count_detail(request: HttpRequest, metric: str) -> HttpResponse:
    with answering(metric, request) as question:
        series = count(question)
        context = page_of(series) | {"sentence": sentence_of(series), "chart": chart_on_page(series)}
        return render(request, "counts/count_detail.html", context)


@canonical_query(PARAMETERS)
def count_json(request: HttpRequest, metric: str) -> HttpResponse:
    with answering(metric, request) as question:
        return json_answer(as_json(count(question)))


@canonical_query(PARAMETERS)
def count_csv(request: HttpRequest, metric: str) -> HttpResponse:
    with answering(metric, request) as question:
        return csv_answer(as_rows(count(question)), f"{metric}-{question.cut_off.isoformat()}")


def count_file(form: str) -> Callable[..., HttpResponseBase]:
    """The view of a series as a file for programs."""

    @canonical_query(PARAMETERS)
    def view(request: HttpRequest, metric: str) -> Any:
        with answering(metric, request) as question:
            rows = list(as_plain_rows(count(question)))
            return machine_answer(form, PLAIN_COLUMNS, rows, f"{metric}-{question.cut_off.isoformat()}")

    return view


@canonical_query(CELL_PARAMETERS)
def count_explain(request: HttpRequest, metric: str) -> HttpResponse:
    with answering(metric, request) as question:
        explanation = explanation_of(question, for_editors=is_signed_in(request))
        context = page_of(explanation.series) | {"explanation": explanation}
        # A number of one group is drawn among the others.
        drawn = count(replace(explanation.question, cell=())) if question.cell else explanation.series
        context["chart"] = chart_on_page(drawn)
        context["downloads"] = {ending: count_address(drawn.question, ending) for ending in ENDINGS}
        about = explanation.question
        context["own_file"] = explain_address(about, about.span, about.group_of_cell, ".json")
        for shown, rival in zip(context["reported"], explanation.reported, strict=False):
            shown["rival"] = rival
        return render(request, "counts/count_explain.html", context)


@canonical_query(CELL_PARAMETERS)
def count_explain_json(request: HttpRequest, metric: str) -> HttpResponse:
    """What the public is told, whoever asks."""
    with answering(metric, request) as question:
        return json_answer(explanation_of(question).as_json())


def explanation_of(question: Question, *, for_editors: bool = False) -> Explanation:
    """One number over the whole range, whatever `by` says."""
    return Explanation(question.about(question.span), for_editors)


@canonical_query(CELL_PARAMETERS | Parameters.of(one=["page"]))
def count_rows(request: HttpRequest, metric: str) -> HttpResponse:
    """The named people or events of one number, all of them, some on each page."""
    with answering(metric, request) as question:
        shown = RowsPage(explanation_of(question), page_asked(request.GET.get("page", "")))
        return render(request, "counts/count_rows.html", rows_context(shown))


@canonical_query(CELL_PARAMETERS)
def count_rows_json(request: HttpRequest, metric: str) -> Any:
    return streamed(lines_of_rows(request, metric, rows_as_json), JSON)


@canonical_query(CELL_PARAMETERS)
def count_rows_csv(request: HttpRequest, metric: str) -> Any:
    lines = lines_of_rows(request, metric, lambda explanation: csv_lines(rows_as_cells(explanation)))
    return named(streamed(lines, CSV), f"{metric}-rows-{timezone.now().date().isoformat()}")


def count_rows_file(form: str) -> Callable[..., HttpResponseBase]:
    """The view of the rows behind a number as a file for programs."""

    def lines(explanation: Explanation) -> Iterator[str]:
        return machine_lines(form, COLUMNS_OF_ROWS, rows_as_plain(explanation))

    @canonical_query(CELL_PARAMETERS)
    def view(request: HttpRequest, metric: str) -> Any:
        response = streamed(lines_of_rows(request, metric, lines), CONTENT_TYPES[form])
        return named(response, f"{metric}-rows-{timezone.now().date().isoformat()}", form)

    return view


def lines_of_rows(request: HttpRequest, metric: str, lines: Callable[[Explanation], Iterator[str]]) -> Iterator[str]:
    """The file of the rows, in one state of the registry from its first line to its last."""
    with answering(metric, request) as question:
        if request.method != "HEAD":
            yield from lines(explanation_of(question))


def rows_context(shown: RowsPage) -> dict[str, Any]:
    """What the page of the rows prints."""
    question = shown.explanation.question
    return {
        "section": "counts",
        "title": shown.explanation.title,
        "question": question,
        "metrics": metric_links(question),
        "unit": UNIT_LABELS[question.unit],
        "as_known_on": on_day(question),
        "shown": shown,
        "explain": explain_address(question, question.span, question.group_of_cell),
        "previous": shown.address(shown.number - 1) if shown.number > 1 else "",
        "next": shown.address(shown.number + 1) if shown.number < shown.pages else "",
        "downloads": {
            ending: rows_address(question, question.span, question.group_of_cell, ending) for ending in ENDINGS
        },
    }


def metric_links(question: Question) -> list[dict[str, Any]]:
    return [{"name": name, "label": label, "is_current": name == question.metric} for name, label in METRICS.items()]


def asked(metric: str, request: HttpRequest) -> Question:
    if metric not in METRICS:
        raise Http404
    return question_from(metric, request.GET.dict(), today=timezone.now().date())


@contextmanager
def answering(metric: str, request: HttpRequest) -> Iterator[Question]:
    """The question that an address asks; whatever is read inside is of the one state that its answer names."""
    with one_state():
        question = asked(metric, request)
        with in_state(question.state):
            yield question


def page_of(series: Series) -> dict[str, Any]:
    """What the page of a series prints."""
    question, compared = series.question, alike(series)
    highest = [row.reading.high for row in series.rows if row.reading]
    return {
        "section": "counts",
        "series": series,
        "question": question,
        "title": heading(question),
        "metrics": metric_links(question),
        "unit": UNIT_LABELS[question.unit],
        # Said once: a scope that is not the default stands in the title.
        "scope": scope_label(question) if has_default_scope(question) else "",
        "notes": notes_on(series),
        "as_known_on": on_day(question),
        "rows": [
            {
                "row": row,
                "period": row.period.label,
                "group": group_label(question, row.group),
                "explain": explain_address(question, row.period, row.group),
                "named": rows_address(question, row.period, row.group),
                "alike": compared_in(question, row, of_row(compared, row)),
            }
            for row in series.rows
        ],
        "lines": [
            {
                "line": line,
                "period": line.period.label,
                "group": group_label(question, line.group),
                # A line is a part of a larger number: that one is explained.
                "explain": explain_address(question, line.period, line.group),
            }
            for line in series.not_placed
        ],
        "reported": [
            {
                "reported": item,
                "figure": item.figure,
                "words": figure_in_words(item.figure),
                "time": time_in_words(item.figure),
            }
            for item in series.reported
        ],
        "scale": max(highest, default=0),
        "changes": changes_address(question),
        "downloads": {ending: count_address(question, ending) for ending in ENDINGS},
        "choices": choices_for(question),
        "chosen": chosen_filters(question),
    }


def compared_in(question: Question, row: Row, pair: Alike | None) -> list[dict[str, Any]]:
    """The days of a part of a year, and the same days of the year before, each with its explanation."""
    if pair is None:
        return []
    sides = ((pair.days, pair.reading), (pair.before, pair.reading_before))
    return [
        {"days": days.label, "reading": reading, "explain": explain_address(question, days, row.group)}
        for days, reading in sides
    ]


def chosen_filters(question: Question) -> list[Chosen]:
    """The filters of the people list that are in force, each with the address of the answer without it."""
    found = []
    for name, value in question.filters:
        rest = tuple(pair for pair in question.filters if pair != (name, value))
        [words] = filters_in_words(question.metric, ((name, value),))
        label, _colon, in_words = words.partition(": ")
        found.append(Chosen(label, in_words, count_address(replace(question, filters=rest))))
    return found


def sentence_of(series: Series) -> str:
    """The sentence to print: of the only row, else of the newest that counts anything."""
    question = series.question
    rows = [row for row in series.rows if row.reading and row.reading.value]
    if not rows:
        return ""
    if question.cell or not question.group:
        return print_sentence(question, rows[-1])
    # Of all groups together: they need not add up to it.
    whole = replace(question.about(rows[-1].period), group=())
    return print_sentence(whole, count(whole).rows[0])


def choices_for(question: Question) -> dict[str, Any]:
    """The form of a count page: each choice with its label and whether it is the one shown."""
    return {
        "by": [
            {"value": value, "label": label, "is_chosen": value == question.by} for value, label in BY_LABELS.items()
        ],
        "unit": [
            {"value": value, "label": UNIT_LABELS[value], "is_chosen": value == question.unit}
            for value in UNITS[question.metric]
        ],
        "group": [
            {"value": value, "label": DIMENSION_LABELS[value], "is_chosen": value in question.group}
            for value in dimensions_of(question.metric)
        ],
        "definition": [
            {"value": value, "label": definition_label(value), "is_chosen": value == question.definition}
            for value in (*WIDE_DEFINITIONS, *Organisation.public.order_by("name").values_list("slug", flat=True))
        ],
        "recognised": [
            {"value": value, "label": label, "is_chosen": value == question.recognised}
            for value, label in RECOGNISED_LABELS.items()
        ],
        "forms": [
            {"value": value, "label": label, "is_chosen": value in question.forms}
            for value, label in FORM_LABELS.items()
            if question.metric in METRICS_WITH_FORMS
        ],
        "query": question.query,
    }
