"""The layers of a chart: grid, bars or lines, ranges, what others report, and all words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from counts.charts.cells import Plan
from counts.charts.frame import Frame, Panel
from counts.charts.lettering import FAMILY
from counts.charts.palettes import Palette
from counts.charts.sizes import Size

Layer = dict[str, Any]
PIXELS = {"type": "quantitative", "scale": None, "axis": None}
COUNTED = {"filter": {"field": "state", "equal": "counted"}}
# Above so many points a line has no dots, and a range is a band without whiskers.
MOST_DOTS = 60
SHADE = 0.16


def layers_of(plan: Plan, frame: Frame, palette: Palette) -> list[Layer]:
    panels = [panel_layer(frame, number, palette) for number in range(len(frame.panels))]
    return [*panels, *legend_layers(frame, palette), *word_layers(frame, palette)]


class Axes:
    """The two scales of a panel: the values and the places, upright over time and lying for a list of bars."""

    def __init__(self, frame: Frame, panel: Panel) -> None:
        upright = frame.plan.is_over_time
        self.value, self.place = ("y", "x") if upright else ("x", "y")
        across, up = [panel.left, panel.right], [panel.bottom, panel.top]
        self.value_scale = scale(up if upright else across, frame.top_value)
        self.place_scale = scale(across if upright else [panel.top, panel.bottom], max(frame.places, 1))

    def values(self, low: Any, high: Any | None = None) -> dict[str, Any]:
        """The channels of a value, or of all between two: of a field and a number, the field comes first."""
        return self.channels(self.value, self.value_scale, low, high)

    def places(self, first: Any, last: Any | None = None) -> dict[str, Any]:
        return self.channels(self.place, self.place_scale, first, last)

    @staticmethod
    def channels(name: str, on: dict[str, Any], first: Any, second: Any | None) -> dict[str, Any]:
        found = {name: {**given(first), "type": "quantitative", "axis": None, "scale": on}}
        return found | ({f"{name}2": given(second)} if second is not None else {})


def given(what: Any) -> dict[str, Any]:
    """A field by its name, or one value for all."""
    return {"field": what} if isinstance(what, str) else {"datum": what}


def scale(pixels: list[float], most: int) -> dict[str, Any]:
    return {"domain": [0, most], "range": pixels, "nice": False, "zero": False}


def panel_layer(frame: Frame, number: int, palette: Palette) -> Layer:
    axes = Axes(frame, frame.panels[number])
    ours = [
        *unfinished_layers(frame, axes, palette),
        *(line_layers if frame.plan.is_line else bar_layers)(frame, axes, palette),
        *unknown_layers(axes, palette),
    ]
    rows = {"data": {"name": "rows"}, "transform": [{"filter": {"field": "panel", "equal": number}}], "layer": ours}
    return {"layer": [*ground_layers(frame, axes, palette), rows, *reported_layers(frame, number, axes, palette)]}


def ground_layers(frame: Frame, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """A line for each round number, and one that bars stand on."""
    across = axes.places(0, max(frame.places, 1))
    yield {
        "data": {"values": [{"tick": tick} for tick in frame.ticks[1:] if frame.plan.highest]},
        "mark": {"type": "rule", "stroke": palette.line},
        "encoding": across | axes.values("tick"),
    }
    yield {
        "data": {"values": [{"tick": 0}]},
        "mark": {"type": "rule", "stroke": palette.soft},
        "encoding": across | axes.values("tick"),
    }


def unfinished_layers(frame: Frame, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """The ground of a period that is not over is shaded (rule 14)."""
    if not frame.plan.is_over_time or not frame.plan.highest:
        return
    yield {
        "transform": [
            {"filter": {"field": "complete", "equal": False}},
            {"calculate": "datum.middle - 0.5", "as": "begins"},
            {"calculate": "datum.middle + 0.5", "as": "ends"},
        ],
        "mark": {"type": "rect", "fill": palette.soft, "fillOpacity": SHADE},
        "encoding": axes.places("begins", "ends") | axes.values(0, frame.top_value),
    }


def bar_layers(frame: Frame, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """Named solid, unnamed as a tint with an edge; a line at the number we print, however low the bar."""
    edge = {"stroke": palette.unnamed, "strokeWidth": 1} if frame.band >= 6 else {}
    wide = axes.places("left", "right")
    yield {
        "transform": [COUNTED, {"filter": "datum.low > datum.solid"}],
        "mark": {"type": "rect", "fill": palette.unnamed_fill, **edge},
        "encoding": wide | axes.values("solid", "low"),
    }
    yield {
        "transform": [COUNTED, {"filter": "datum.solid > 0"}],
        "mark": {"type": "rect", "fill": palette.named},
        "encoding": wide | axes.values("solid", 0),
    }
    yield from range_layers(frame, axes, palette)
    yield from announced_layers(axes, palette)
    yield {
        "transform": [COUNTED],
        "mark": {"type": "rule", "stroke": palette.ink, "strokeWidth": 2},
        "encoding": wide | axes.values("low"),
    }


def range_layers(frame: Frame, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """From the lowest to the highest number: a line with a cap."""
    possible = [COUNTED, {"filter": "datum.high > datum.low"}]
    wide = 1.5 if frame.band >= 4 else 1
    yield {
        "transform": possible,
        "mark": {"type": "rule", "stroke": palette.ink, "strokeWidth": wide},
        "encoding": axes.places("middle") | axes.values("low", "high"),
    }
    if frame.band >= 4:
        yield {
            "transform": possible,
            "mark": cap(axes, palette, min(frame.band * 0.4, 14)),
            "encoding": axes.places("middle") | axes.values("high"),
        }


def cap(axes: Axes, palette: Palette, wide: float) -> dict[str, Any]:
    turned = 0 if axes.value == "y" else 90
    return {
        "type": "point", "shape": "stroke", "size": wide * wide, "angle": turned, "stroke": palette.ink,
        "strokeWidth": 1.5, "opacity": 1,
    }  # fmt: skip


def announced_layers(axes: Axes, palette: Palette) -> Iterator[Layer]:
    """What was announced, overlaps ignored, where that is above the highest number possible."""
    yield {
        "transform": [COUNTED, {"filter": "datum.announced > datum.high"}],
        "mark": {"type": "rule", "stroke": palette.unnamed, "strokeWidth": 1.5, "strokeDash": [2, 2]},
        "encoding": axes.places("left", "right") | axes.values("announced"),
    }


def line_layers(frame: Frame, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """The stock: a line through the numbers we print, broken at gaps, and a band up to what is possible."""
    run = {"detail": {"field": "run", "type": "nominal"}}
    few = frame.places <= MOST_DOTS
    along = axes.places("middle")
    yield {
        "transform": [COUNTED],
        "mark": {"type": "area", "fill": palette.possible, "fillOpacity": 1},
        "encoding": along | axes.values("low", "high") | run,
    }
    # A number between two gaps has no neighbour to draw a band to.
    yield {
        "transform": [COUNTED, {"filter": "datum.high > datum.low && datum.alone"}],
        "mark": {"type": "rule", "stroke": palette.unnamed},
        "encoding": along | axes.values("low", "high"),
    }
    yield {
        "transform": [COUNTED],
        "mark": {"type": "line", "stroke": palette.unnamed, "strokeWidth": 1, "strokeDash": [3, 2]},
        "encoding": along | axes.values("high") | run,
    }
    yield {
        "transform": [COUNTED],
        "mark": {"type": "line", "stroke": palette.named, "strokeWidth": 2},
        "encoding": along | axes.values("low") | run,
    }
    yield {
        "transform": [COUNTED],
        "mark": {"type": "point", "filled": True, "fill": palette.named, "size": 36 if few else 4, "opacity": 1},
        "encoding": along | axes.values("low"),
    }
    yield from announced_layers(axes, palette)


def unknown_layers(axes: Axes, palette: Palette) -> Iterator[Layer]:
    """Not known is neither a bar nor a gap (rule 12)."""
    upright = axes.value == "y"
    if not upright:
        return
    yield {
        "transform": [{"filter": {"field": "state", "equal": "unknown"}}],
        "mark": {"type": "text", "text": "?", "fill": palette.soft, "fontSize": 12, "dy": -9, "align": "center"},
        "encoding": axes.places("middle") | axes.values(0),
    }


def reported_layers(frame: Frame, number: int, axes: Axes, palette: Palette) -> Iterator[Layer]:
    """What others say: a mark with the letter of its speaker; one beyond the scale points there."""
    if not any(spot.panel == number for mark in frame.plan.marks for spot in mark.spots):
        return
    here = {"filter": {"field": "panel", "equal": number}}
    at = axes.places("place") | axes.values("shown_at")
    for beyond, shape in ((False, "diamond"), (True, "triangle-up" if axes.value == "y" else "triangle-right")):
        yield {
            "data": {"name": "marks"},
            "transform": [here, {"filter": {"field": "beyond", "equal": beyond}}],
            "mark": figure_mark(shape, palette),
            "encoding": at,
        }
    letter = {"fill": palette.alert, "fontWeight": "bold", "fontSize": 12, "dx": 8, "dy": -6, "align": "left"}
    written = {
        "data": {"name": "marks"},
        "transform": [here],
        "mark": {"type": "text", **letter},
        "encoding": at | {"text": {"field": "letter", "type": "nominal"}},
    }
    yield from on_paper(written, palette)


def figure_mark(shape: str, palette: Palette) -> dict[str, Any]:
    return {
        "type": "point", "shape": shape, "size": 70, "fill": palette.paper, "stroke": palette.alert, "strokeWidth": 1.8,
        "opacity": 1,
    }  # fmt: skip


def legend_layers(frame: Frame, palette: Palette) -> Iterator[Layer]:
    for name, x, y in frame.legend:
        for mark, corners in sample(name, palette):
            at = [x + corners[0], y + corners[1], x + corners[2], y + corners[3]]
            yield drawn_at(mark, *at)


def sample(name: str, palette: Palette) -> list[tuple[dict[str, Any], tuple[float, float, float, float]]]:
    """What the legend shows for a kind of mark: marks with their corners, from the left end of its middle line."""
    box = (1, -6, 13, 6)
    line = {"type": "rule", "stroke": palette.ink, "strokeWidth": 1.5}
    if name == "named":
        return [({"type": "rect", "fill": palette.named}, box)]
    if name == "unnamed":
        return [({"type": "rect", "fill": palette.unnamed_fill, "stroke": palette.unnamed}, box)]
    if name == "range":
        return [(line, (7, -6, 7, 6)), (line, (3, -6, 11, -6)), (line | {"strokeWidth": 2}, (1, 6, 13, 6))]
    if name == "unfinished":
        return [({"type": "rect", "fill": palette.soft, "fillOpacity": SHADE}, box)]
    if name == "announced":
        dashes = {"stroke": palette.unnamed, "strokeDash": [2, 2]}
        return [(line | dashes, (1, 0, 14, 0))]
    if name == "band":
        edge = {"stroke": palette.unnamed, "strokeWidth": 1, "strokeDash": [3, 2]}
        return [({"type": "rect", "fill": palette.possible}, box), (line | edge, (1, -6, 13, -6))]
    if name == "line":
        dot = {"type": "point", "filled": True, "fill": palette.named, "size": 36, "opacity": 1}
        return [(line | {"stroke": palette.named, "strokeWidth": 2}, (0, 0, 14, 0)), (dot, (7, 0, 7, 0))]
    return [(figure_mark("diamond" if name == "reported" else "triangle-up", palette), (7, 0, 7, 0))]


def drawn_at(mark: dict[str, Any], x: float, y: float, x2: float, y2: float) -> Layer:
    """A mark at pixels, not on a scale."""
    channels = {"x": {"field": "x", **PIXELS}, "y": {"field": "y", **PIXELS}}
    if mark["type"] != "point":
        channels |= {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return {"data": {"values": [{"x": x, "y": y, "x2": x2, "y2": y2}]}, "mark": mark, "encoding": channels}


def word_layers(frame: Frame, palette: Palette) -> Iterable[Layer]:
    """All words, one layer for each style."""
    styles = {(words.style, words.align): None for words in frame.words}
    for style, align in styles:
        chosen = [words for words in frame.words if (words.style, words.align) == (style, align)]
        written = {
            "data": {"values": [{"x": words.x, "y": words.y, "lines": words.lines} for words in chosen]},
            "mark": {"type": "text", "align": align, **letters(style, frame.size, palette)},
            "encoding": {
                "x": {"field": "x", **PIXELS},
                "y": {"field": "y", **PIXELS},
                "text": {"field": "lines", "type": "nominal"},
            },
        }
        # Only the numbers of bars stand on lines of the grid.
        yield from on_paper(written, palette) if (style, align) in ON_LINES else [written]


ON_LINES = (("label", "center"), ("strong", "left"))


def on_paper(written: Layer, palette: Palette) -> list[Layer]:
    """Letters with a rim of paper, so that no line of the chart runs through them."""
    rim = {"stroke": palette.paper, "strokeWidth": 3.5, "strokeJoin": "round", "fill": palette.paper}
    return [{**written, "mark": written["mark"] | rim}, written]


def letters(style: str, size: Size, palette: Palette) -> dict[str, Any]:
    tall = {"title": size.title, "note": size.note, "note-strong": size.note}.get(style, size.label)
    return {
        "font": FAMILY,
        "fontSize": tall,
        "lineHeight": round(tall * 1.3),
        "fontWeight": "bold" if style in ("title", "strong", "note-strong") else "normal",
        "fill": palette.soft if style in ("soft", "note") else palette.ink,
    }
