"""What the reader proposes, as first values of the desk's forms: nothing that the text does not say."""

from __future__ import annotations

from typing import Any

from pardons.models import Announcement, Qualifier, ReportedFigure
from pardons.reading import ProposedAnnouncement, ProposedFigure, Reading
from registry.dates import PartialDate, PartialDateError

Kind = Announcement.Kind
# Below this the page asks the editor to look twice.
SURE = 0.8
LONGEST_QUOTE = 500
LONGEST_NAME = 200
# Where a part's words stand in a form: the reader's name of a value, and the field's where it is another.
FIELD_OF = {
    "date": "act_on",
    "political": "political_number",
    "names_withheld": "names_given",
    "as_of": "on_date",
}


def parts_of(reading: Reading, publisher: str) -> dict[str, dict[str, Any]]:
    """The parts of a proposal by key: acts (a0, a1 ...), those the report is about first; then figures (f0 ...)."""
    acts = sorted(reading.announcements, key=lambda act: act.role != "main")
    parts = {f"a{number}": act_part(act, reading.published) for number, act in enumerate(acts)}
    return parts | {
        f"f{number}": figure_part(figure, reading.published, publisher) for number, figure in enumerate(reading.figures)
    }


def act_part(act: ProposedAnnouncement, published: str | None) -> dict[str, Any]:
    kind = "expulsion" if act.kind == "deportation" else act.kind
    act_on = edtf(act.date)
    total, qualifier = at_least_the_lowest(act.total, act.lowest, act.qualifier)
    values = {
        "kind": kind if kind in Kind.values else Kind.RELEASE,
        "act_on": act_on,
        # Rule 6: an act without a date counts on the date it was announced.
        "announced_on": published if act.role == "main" and not act_on else "",
        "authority": (act.authority or "")[:LONGEST_NAME],
        "conditions": act.conditions or "",
        "total": total,
        "qualifier": qualifier,
        "women": act.women,
        "men": act.men,
        "minors": act.minors,
        "political_number": act.political,
        "frees": "unknown" if kind == Kind.AMNESTY else "all",
        "names_given": names_given(act),
        "named": "\n".join(act.named),
        "words": act.quote[:LONGEST_QUOTE],
    }
    return part("act", values, act.spans, act.confidence) | {"role": act.role}


def figure_part(figure: ProposedFigure, published: str | None, publisher: str) -> dict[str, Any]:
    metric = figure.metric if figure.metric in ReportedFigure.Metric.values else "other"
    on_date = edtf(figure.as_of)
    low, high = (figure.lowest, figure.value) if figure.lowest else (figure.value, None)
    qualifier = "exactly" if high else qualifier_of(figure.qualifier)
    values = {
        "metric": metric,
        "unit": figure.unit,
        "measure": figure.measure,
        "value": low,
        "value_high": high,
        "qualifier": qualifier,
        # A figure that nobody is quoted for is the report's own.
        "who_says": (figure.who_says or publisher)[:LONGEST_NAME],
        "on_date": on_date,
        # A figure is of a day or of a period.
        "period_from": "" if on_date else edtf(figure.period_from),
        "period_to": "" if on_date else edtf(figure.period_to),
        "said_on": published or "",
        "women": figure.women,
        "men": figure.men,
        "quote": figure.quote[:LONGEST_QUOTE],
    }
    return part("figure", values, figure.spans, figure.confidence) | {"role": "main"}


def part(kind: str, values: dict[str, Any], spans: dict[str, Any], confidence: float) -> dict[str, Any]:
    """A part as a draft keeps it: first values, and by field the words that they were read from."""
    words = {FIELD_OF.get(name, name): span for name, span in spans.items()}
    return {"is": kind, "values": values, "words": words, "confidence": confidence}


def blank_part(kind: str) -> dict[str, Any]:
    """A part that an editor adds."""
    values = {"frees": "all"} if kind == "act" else {}
    return part(kind, values, {}, 1.0) | {"role": "main"}


def edtf(text: str | None) -> str:
    """A date as the reader gives it if it is one: a day without its year is left to the editor."""
    try:
        return PartialDate.parse(text).text if text else ""
    except PartialDateError:
        return ""


def qualifier_of(word: str) -> str:
    return word if word in Qualifier.values else Qualifier.EXACTLY


def at_least_the_lowest(total: int, lowest: int | None, qualifier: str) -> tuple[int, str]:
    """A range becomes its smaller end: we claim no more than the text does."""
    return (lowest, Qualifier.AT_LEAST) if lowest else (total, qualifier_of(qualifier))


def names_given(act: ProposedAnnouncement) -> str:
    given = Announcement.NamesGiven
    if act.names_withheld:
        return given.NONE
    if not act.named:
        return given.UNKNOWN
    return given.ALL if len(act.named) >= act.total else given.SOME
