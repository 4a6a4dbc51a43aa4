"""The frame of a chart: where its words, panels and numbers stand, in pixels from the upper left corner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from counts.charts.cells import Cell, Plan, Spot
from counts.charts.lettering import shortened, width_of, wrapped
from counts.charts.scales import period_marks, round_ticks
from counts.charts.sizes import Size
from counts.charts.words import address_of, notes, range_in_words, reported_in_words, source_line, subtitle
from counts.labels import STATE_LABELS, grouped, on_day
from counts.readings import Reading

Zone = list[float]
MARGIN = 12
GAP = 28
BAR = 30
WIDEST_BAR = 64
ROOM_FOR_NUMBERS = 74


@dataclass(frozen=True, slots=True)
class Words:
    """Lines that begin at a point, or end there, or stand around it."""

    x: float
    y: float
    lines: list[str]
    style: str = "label"
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Panel:
    """Where one panel's bars stand."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass
class Frame:
    """Laid out from top to bottom; `height` is known once it is."""

    plan: Plan
    size: Size
    words: list[Words] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    # What is drawn, and so explained: its name and where its sample stands.
    legend: list[tuple[str, float, float]] = field(default_factory=list)
    height: int = 0

    @cached_property
    def ticks(self) -> list[int]:
        return round_ticks(self.plan.highest, 5 if len(self.plan.panels) == 1 else 3)

    @property
    def top_value(self) -> int:
        return self.ticks[-1]

    @property
    def places(self) -> int:
        """How many places stand beside each other, or below each other, in a panel."""
        if self.plan.is_over_time:
            return len(self.plan.periods)
        return max((cell.place + 1 for cell in self.plan.cells if cell.panel is not None), default=0)

    @property
    def band(self) -> float:
        """Pixels from one place to the next."""
        panel = self.panels[0]
        room = panel.right - panel.left if self.plan.is_over_time else panel.bottom - panel.top
        return room / max(self.places, 1)

    def across(self, cell: Cell) -> dict[str, float]:
        """Where a bar begins and ends, in places; the bars of many periods touch, that of one is not a wall."""
        share = 1.0 if self.band < 4 else min(0.76, WIDEST_BAR / self.band)
        middle = cell.place + 0.5
        return {"left": round(middle - share / 2, 4), "middle": middle, "right": round(middle + share / 2, 4)}

    def zone(self, cell: Cell) -> Zone | None:
        """The part of the picture that belongs to a row, as shares of width and height: left, top, right, bottom."""
        if cell.panel is None:
            return None
        panel = self.panels[cell.panel]
        if self.plan.is_over_time:
            left = panel.left + cell.place * self.band
            box = (left, panel.top - GAP / 2, left + self.band, panel.bottom + GAP / 2)
        else:
            top = panel.top + cell.place * self.band
            box = (0, top, self.size.width, top + self.band)
        return [round(edge / whole, 5) for edge, whole in zip(box, (self.size.width, self.height) * 2, strict=True)]

    def height_of(self, spot: Spot) -> dict[str, Any]:
        """Where a reported figure stands on the scale: at its value, else at the edge that it is beyond."""
        return {"shown_at": min(spot.value, self.top_value), "beyond": spot.value > self.top_value}


def frame_of(plan: Plan, title: str, size: Size) -> Frame:
    frame = Frame(plan, size)
    y = above(frame, title)
    y = columns(frame, y) if plan.is_over_time else bars(frame, y)
    frame.height = round(below(frame, y) + MARGIN)
    return frame


def above(frame: Frame, title: str) -> float:
    """Title, unit and scope, and what each kind of mark means."""
    size = frame.size
    y = paragraph(frame, wrapped(title, size.title * 1.08, size.width - 2 * MARGIN), MARGIN, "title", size.title)
    y = paragraph(frame, wrapped(subtitle(frame.plan.question), size.label, size.width - 2 * MARGIN), y + 3, "soft")
    return explained(frame, y + 6) + GAP


def paragraph(frame: Frame, lines: list[str], y: float, style: str, type_size: float = 0) -> float:
    """Adds lines at the left edge; gives where they end."""
    tall = leading(type_size or frame.size.label)
    if lines:
        frame.words.append(Words(MARGIN, y + tall / 2, lines, style))
    return y + tall * len(lines)


def leading(type_size: float) -> float:
    return round(type_size * 1.3)


def explained(frame: Frame, y: float) -> float:
    """The legend: samples with their words, in as many lines as they need."""
    x: float = MARGIN
    for name, words in kinds_drawn(frame):
        wide = 22 + width_of(words, frame.size.label)
        if x > MARGIN and x + wide > frame.size.width - MARGIN:
            x, y = MARGIN, y + 18
        frame.legend.append((name, x, y + 8))
        frame.words.append(Words(x + 19, y + 8, [words]))
        x += wide + 12
    return y + 16 if frame.legend else y


def kinds_drawn(frame: Frame) -> Iterator[tuple[str, str]]:
    """Each kind of mark that this chart has, with its meaning."""
    plan = frame.plan
    found = [cell.row.reading for cell in plan.counted if cell.row.reading]
    if plan.is_line:
        if found:
            yield "line", _("at least: the number we print")
    elif any(min(reading.named, reading.low) for reading in found):
        yield "named", _("named, or the name is withheld")
    if any(reading.low > reading.named for reading in found):
        yield "unnamed", _("announced, not named yet")
    if any(reading.high > reading.low for reading in found):
        yield ("band" if plan.is_line else "range"), _("possible, not certain")
    if any(reading.announced > reading.high for reading in found):
        yield "announced", _("announced, overlaps ignored")
    if plan.is_over_time and plan.highest and any(not cell.row.is_complete for cell in plan.cells):
        yield "unfinished", _("not over: up to %(day)s") % {"day": on_day(plan.question)}
    beyond = {frame.height_of(spot)["beyond"] for mark in plan.marks for spot in mark.spots}
    if False in beyond:
        yield "reported", _("reported by others")
    if True in beyond:
        yield "beyond", _("reported, beyond the scale")


def columns(frame: Frame, y: float) -> float:
    """Panels with periods beside each other; gives where they end."""
    size, plan = frame.size, frame.plan
    grouped_panels = len(plan.panels) > 1 or bool(plan.panels[0])
    beside = min(size.panels_beside, len(plan.panels))
    wide = (size.inner - (beside - 1) * GAP) / beside
    tall = size.panel_height if len(plan.panels) > 1 or not plan.highest else size.height
    for number in range(len(plan.panels)):
        left = size.left + number % beside * (wide + GAP)
        top = y + number // beside * (tall + 2 * GAP + leading(size.label)) + (GAP / 2 if grouped_panels else 0)
        frame.panels.append(Panel(left, left + wide, top, top + tall))
    for number, panel in enumerate(frame.panels):
        if grouped_panels:
            name_panel(frame, panel, plan.labels[plan.panels[number]])
        if number % beside == 0 and plan.highest:
            numbers_up(frame, panel)
        periods_under(frame, panel)
        numbers_above(frame, number)
    nothing_drawn(frame)
    return frame.panels[-1].bottom + 2 * leading(size.label) + 6


def name_panel(frame: Frame, panel: Panel, name: str) -> None:
    [line] = shortened(wrapped(name, frame.size.label * 1.08, panel.right - panel.left), 1)
    frame.words.append(Words(panel.left, panel.top - GAP * 0.7, [line], "strong"))


def numbers_up(frame: Frame, panel: Panel) -> None:
    for tick in frame.ticks:
        y = panel.bottom - (panel.bottom - panel.top) * tick / frame.top_value
        frame.words.append(Words(panel.left - 6, y, [grouped(tick)], "soft", "right"))


def periods_under(frame: Frame, panel: Panel) -> None:
    plan, tall = frame.plan, leading(frame.size.label)
    for mark in period_marks(plan.periods, plan.question.by, frame.band, frame.size.label):
        x = panel.left + (mark.place + 0.5) * frame.band
        frame.words.append(Words(x, panel.bottom + 4 + tall / 2, mark.lines, "soft", "center"))


def numbers_above(frame: Frame, panel: int) -> None:
    """Each bar's number above it, where all of them fit."""
    left = frame.panels[panel].left
    numbers = [
        Words(
            left + (cell.place + 0.5) * frame.band, clear_above(frame, panel, cell.row.reading),
            [range_in_words(cell.row.reading)], "label", "center",
        )
        for cell in frame.plan.counted
        if cell.panel == panel and cell.row.reading
    ]  # fmt: skip
    if not any(collide(*pair, frame.size.label) for pair in pairwise(numbers)):
        frame.words += numbers


def collide(one: Words, other: Words, type_size: float) -> bool:
    """Whether two words around their points touch each other."""
    room = (width_of(one.lines[0], type_size) + width_of(other.lines[0], type_size)) / 2 + 2
    return abs(one.x - other.x) < room and abs(one.y - other.y) < leading(type_size)


def clear_above(frame: Frame, panel: int, reading: Reading) -> float:
    """The height at which a bar's number stands: over the bar and its range, and on no line of what was announced."""
    y = level(frame, panel, reading.high) - 9
    announced = level(frame, panel, reading.announced)
    return announced - 9 if abs(announced - y) < 10 else y


def level(frame: Frame, panel: int, value: int) -> float:
    box = frame.panels[panel]
    return box.bottom - (box.bottom - box.top) * value / frame.top_value


def top_drawn(cell: Cell) -> int:
    return max(cell.row.reading.high, cell.row.reading.announced) if cell.row.reading else 0


def bars(frame: Frame, y: float) -> float:
    """One period: a bar for each group, or for the whole, below each other; gives where they end."""
    size = frame.size
    tall = max(frame.places * BAR, BAR)
    frame.panels.append(Panel(size.names, size.width - ROOM_FOR_NUMBERS, y - GAP / 2, y - GAP / 2 + tall))
    [panel] = frame.panels
    for cell in frame.plan.cells:
        if cell.panel is not None:
            name_bar(frame, panel, cell)
    if frame.plan.counted:
        numbers_along(frame, panel)
    nothing_drawn(frame)
    return panel.bottom + leading(size.label) + 8


def name_bar(frame: Frame, panel: Panel, cell: Cell) -> None:
    """The group's name before its bar, and its number behind it."""
    row, size = cell.row, frame.size
    y = panel.top + (cell.place + 0.5) * BAR
    name = shortened(
        wrapped(frame.plan.label(row) or frame.plan.period_labels[row.period], size.label, size.names - MARGIN - 8), 2
    )
    tall = leading(size.label)
    frame.words.append(Words(size.names - 8, y - tall * (len(name) - 1) / 2, name, "label", "right"))
    if row.reading and row.state == "counted":
        x = panel.left + (panel.right - panel.left) * top_drawn(cell) / frame.top_value
        frame.words.append(Words(x + 8, y, [range_in_words(row.reading)], "strong"))
    else:
        frame.words.append(Words(panel.left + 8, y, [str(STATE_LABELS[row.state])], "soft"))


def numbers_along(frame: Frame, panel: Panel) -> None:
    for tick in frame.ticks:
        x = panel.left + (panel.right - panel.left) * tick / frame.top_value
        frame.words.append(
            Words(x, panel.bottom + 4 + leading(frame.size.label) / 2, [grouped(tick)], "soft", "center")
        )


def nothing_drawn(frame: Frame) -> None:
    """A picture with nothing in it says so."""
    if not frame.plan.counted and (frame.plan.is_over_time or not frame.places):
        panel = frame.panels[0]
        middle = ((panel.left + panel.right) / 2, (panel.top + panel.bottom) / 2)
        frame.words.append(Words(*middle, [_("Nothing is recorded.")], "strong", "center"))


def below(frame: Frame, y: float) -> float:
    """What others report, the notes, the source and the address."""
    size = frame.size
    for style, text in [*figures(frame.plan), *remarks(frame.plan)]:
        lines = wrapped(text, size.note * (1.08 if style == "note-strong" else 1), size.width - 2 * MARGIN)
        y = paragraph(frame, lines, y, style, size.note)
    y += 4
    for text in (source_line(frame.plan.series), address_of(frame.plan.series)):
        y = paragraph(frame, wrapped(text, size.note, size.width - 2 * MARGIN), y, "note", size.note)
    return y


def figures(plan: Plan) -> Iterable[tuple[str, str]]:
    if plan.marks:
        yield "note-strong", _("Reported by others, never part of our count:")
    for mark in plan.marks:
        words = reported_in_words(mark.reported, plan.question)
        yield "note", f"{mark.letter}  {words}" if mark.spots else f"–  {words}"
    if plan.figures_left_out:
        yield "note", _("%(more)s more under the table.") % {"more": grouped(plan.figures_left_out)}


def remarks(plan: Plan) -> Iterable[tuple[str, str]]:
    if plan.groups_left_out:
        yield (
            "note",
            _("The groups with the highest numbers; %(more)s more are in the table.")
            % {"more": grouped(plan.groups_left_out)},
        )
    if len(plan.panels) > 1:
        yield "note", _("All panels have the same scale.")
    for note in notes(plan.series):
        yield "note", note
