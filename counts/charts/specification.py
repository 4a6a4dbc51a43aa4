"""The Vega-Lite specification of a chart, with its data: the one thing that SVG, PNG and download are made from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from counts.answers import line_as_json, reading_as_json, reported_as_json
from counts.charts.cells import Cell, Plan, plan_of
from counts.charts.frame import Frame, Zone, frame_of
from counts.charts.layers import layers_of
from counts.charts.lettering import FAMILY
from counts.charts.palettes import PALETTES, Palette
from counts.charts.sizes import SIZES
from counts.charts.words import address_of, description, reported_in_words, row_in_words, source_line
from counts.labels import heading
from counts.series import Series

# What the pinned renderer draws with, and the schema that says so.
VEGA_LITE = "6.4"
SCHEMA = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json"


@dataclass(frozen=True)
class Chart:
    """A chart before it is drawn."""

    specification: dict[str, Any]
    title: str
    description: str
    width: int
    height: int


def chart_of(series: Series, *, scheme: str = "light", width: str = "wide") -> Chart:
    """The chart of a series; raises BadParameter where it has more periods than a picture can show."""
    plan = plan_of(series)
    title = heading(series.question)
    frame = frame_of(plan, title, SIZES[width])
    told = description(series, title, plan.where)
    specification = {
        "$schema": SCHEMA,
        "description": told,
        "usermeta": about(plan, frame, title),
        "width": frame.size.width,
        "height": frame.height,
        "padding": 0,
        "autosize": {"type": "none"},
        "background": PALETTES[scheme].paper,
        "config": config(PALETTES[scheme]),
        "datasets": datasets_of(plan, frame),
        "layer": layers_of(plan, frame, PALETTES[scheme]),
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
    }
    return Chart(specification, title, told, frame.size.width, frame.height)


def config(palette: Palette) -> dict[str, Any]:
    """Names are data: nothing on a page or in a picture is a link, and no mark describes itself but the whole."""
    return {
        "view": {"stroke": None},
        "aria": False,
        "text": {"font": FAMILY, "fill": palette.ink, "baseline": "middle"},
    }


def about(plan: Plan, frame: Frame, title: str) -> dict[str, Any]:
    """Title, source and permanent address, and for a pointing reader where each row of the table stands."""
    return {
        "title": title,
        "source": source_line(plan.series),
        "address": address_of(plan.series),
        "zones": [zone_as_json(plan, cell, frame.zone(cell)) for cell in plan.cells],
    }


def zone_as_json(plan: Plan, cell: Cell, zone: Zone | None) -> dict[str, Any]:
    return {"box": zone, "text": row_in_words(cell.row, plan.where(cell.row))}


def datasets_of(plan: Plan, frame: Frame) -> dict[str, list[dict[str, Any]]]:
    """The answer's rows as the JSON has them, each with its place in the picture; then what is in no bar."""
    return {
        "rows": [row_of(plan, cell, frame) for cell in plan.cells],
        "not_placed": [line_as_json(plan.question, line) for line in plan.series.not_placed],
        "reported": [
            reported_as_json(mark.reported)
            | {"letter": mark.letter, "text": reported_in_words(mark.reported, plan.question)}
            for mark in plan.marks
        ],
        "marks": [
            {"id": mark.reported.figure.public_id, "letter": mark.letter, **asdict(spot), **frame.height_of(spot)}
            for mark in plan.marks
            for spot in mark.spots
        ],
    }


def row_of(plan: Plan, cell: Cell, frame: Frame) -> dict[str, Any]:
    row, reading = cell.row, cell.row.reading
    flat = reading_as_json(reading)
    best = flat.pop("best") or {"low": None, "value": None, "high": None}
    solid = min(reading.named, reading.low) if reading else None
    return {
        "period": row.period.text, "label": plan.period_labels[row.period],
        "group": plan.label(row) or None, **(row.group or {}),
        "state": row.state, "complete": row.is_complete, "withheld": row.withheld, **flat, **best,
        "solid": solid, "panel": cell.panel, "run": cell.run, "alone": (cell.panel, cell.run) in plan.alone,
        **frame.across(cell),
    }  # fmt: skip
