"""Where each row of a series stands in its chart: which panel, which place in it, and which rows are not drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from counts.charts.scales import FARTHEST
from counts.filters import one_sex_asked
from counts.labels import group_label, grouped
from counts.periods import Period
from counts.questions import Question
from counts.reported import Reported
from counts.rows import Group, Row
from counts.series import Series
from pardons.models import ReportedFigure
from registry.parameters import BadParameter

MOST_PERIODS = 750
MOST_PERIODS_IN_PANELS = 250
MOST_PANELS = 12
MOST_BARS = 40
MOST_MARKS = 8

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the series and its place: the panel counted from 0, the place in it from 0 to the next whole."""

    row: Row
    panel: int | None
    place: int
    # Neighbours that count something have the same run: a line is drawn through them and through no gap.
    run: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a reported figure stands: beside the row it is about, with the number it says of that row's group."""

    panel: int
    place: float
    value: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A reported figure, with its spots: none where no row is like it, two where it says how many women and men."""

    reported: Reported
    letter: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Plan:
    """What a chart shows of a series."""

    series: Series
    cells: tuple[Cell, ...]
    periods: tuple[Period, ...]
    panels: tuple[Key, ...]
    marks: tuple[Mark, ...]
    labels: dict[Key, str]
    groups_left_out: int
    figures_left_out: int

    @property
    def question(self) -> Question:
        return self.series.question

    def label(self, row: Row) -> str:
        return self.labels[key_of(row)]

    def where(self, row: Row) -> str:
        """Period and group in words."""
        return ", ".join(part for part in (self.period_labels[row.period], self.label(row)) if part)

    @cached_property
    def period_labels(self) -> dict[Period, str]:
        return {period: period.label for period in self.periods}

    @property
    def is_over_time(self) -> bool:
        """Several periods stand beside each other; a single one is a list of bars, one for each group."""
        return len(self.periods) > 1

    @property
    def is_line(self) -> bool:
        return self.is_over_time and self.question.is_stock

    @cached_property
    def counted(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.panel is not None and cell.row.state == "counted"]

    @cached_property
    def alone(self) -> set[tuple[int | None, int]]:
        """The panels and runs of those that count something between two gaps."""
        runs = Counter((cell.panel, cell.run) for cell in self.counted)
        return {run for run, length in runs.items() if length == 1}

    @cached_property
    def highest(self) -> int:
        """The highest number that needs room: ours, and those of others that are not too far above."""
        ours = max((top_of(cell.row) for cell in self.counted), default=0)
        values = [spot.value for mark in self.marks for spot in mark.spots]
        return max([ours, *(value for value in values if not ours or value <= ours * FARTHEST)], default=0)


def top_of(row: Row) -> int:
    return max(row.reading.high, row.reading.announced, row.reading.named) if row.reading else 0


def plan_of(series: Series) -> Plan:
    """Raises BadParameter where there are more periods than a picture can show."""
    periods = tuple(dict.fromkeys(row.period for row in series.rows))
    refuse_too_many(len(periods), series.question)
    groups = {key_of(row): row.group for row in series.rows}
    drawn = most_important(series.rows, MOST_PANELS if len(periods) > 1 else MOST_BARS)
    marks = marks_of(series, periods, drawn)
    return Plan(
        series=series,
        cells=tuple(placed(series.rows, periods, drawn)),
        periods=periods,
        panels=tuple(drawn) if len(periods) > 1 else ((),),
        marks=tuple(marks[:MOST_MARKS]),
        labels={key: group_label(series.question, group) for key, group in groups.items()},
        groups_left_out=len(groups) - len(drawn),
        figures_left_out=max(0, len(marks) - MOST_MARKS),
    )


def refuse_too_many(periods: int, question: Question) -> None:
    most = MOST_PERIODS_IN_PANELS if question.group else MOST_PERIODS
    if periods > most:
        raise BadParameter(
            "by",
            _("A picture shows at most %(most)s periods: ask for a shorter range or longer periods.")
            % {"most": grouped(most)},
        )


def key_of(row: Row) -> Key:
    return tuple((row.group or {}).items())


def most_important(rows: Sequence[Row], most: int) -> list[Key]:
    """The groups with the highest numbers, in the order of the answer."""
    highest: dict[Key, int] = {}
    for row in rows:
        highest[key_of(row)] = max(highest.get(key_of(row), 0), top_of(row))
    kept = set(sorted(highest, key=lambda key: -highest[key])[:most])
    return [key for key in highest if key in kept]


def placed(rows: Sequence[Row], periods: Sequence[Period], drawn: list[Key]) -> Iterator[Cell]:
    """Over time a group is a panel and a period a place in it; else each group is a place in the one panel."""
    panel_of = {key: number for number, key in enumerate(drawn)}
    if len(periods) <= 1:
        for row in rows:
            yield Cell(row, 0 if key_of(row) in panel_of else None, panel_of.get(key_of(row), 0))
        return
    place_of = {period: number for number, period in enumerate(periods)}
    # Of each group: the place after its newest row that counts anything, and the run of that row.
    newest: dict[Key, tuple[int, int]] = {}
    for row in rows:
        place, (next_place, run) = place_of[row.period], newest.get(key_of(row), (-1, 0))
        if row.state == "counted":
            run += place != next_place
            newest[key_of(row)] = place + 1, run
        yield Cell(row, panel_of.get(key_of(row)), place, run)


def marks_of(series: Series, periods: Sequence[Period], drawn: list[Key]) -> list[Mark]:
    """Those beside a row first: in its unit and measure, of its group, and wholly inside its period (rule 21)."""
    found = [(reported, tuple(spots_of(reported, series, periods, drawn))) for reported in series.reported]
    return [
        Mark(reported, chr(ord("a") + number) if number < MOST_MARKS else "", spots)
        for number, (reported, spots) in enumerate(sorted(found, key=lambda pair: not pair[1]))
    ]


def spots_of(reported: Reported, series: Series, periods: Sequence[Period], drawn: list[Key]) -> Iterator[Spot]:
    figure, question = reported.figure, series.question
    if (figure.unit, figure.measure) != (question.unit, question.measure):
        return
    for number, key in enumerate(drawn):
        value = said_of(figure, question, dict(key))
        if value is None:
            continue
        for place, period in enumerate(periods):
            if not reported.lies_in(period):
                continue
            if len(periods) > 1:
                yield Spot(number, place_in(reported, period, place, question), value)
            else:
                yield Spot(0, number + 0.5, value)


def said_of(figure: ReportedFigure, question: Question, group: Group) -> int | None:
    """What a figure says of a group: of its country, of its women or men; None where it says nothing of it."""
    if figure.country != group.get("country", question.country) or set(group) - {"country", "sex"}:
        return None
    sexes = {sex for sex in (group.get("sex"), one_sex_asked(question.filters)) if sex}
    if {name for name, _value in question.filters} - {"sex"} or len(sexes) > 1:
        return None
    if not sexes:
        return None if question.filters else figure.value
    return {"female": figure.women, "male": figure.men}.get(sexes.pop())


def place_in(reported: Reported, period: Period, place: int, question: Question) -> float:
    """The middle of its period; of a stock the day that it is about."""
    day = reported.figure.ends
    if not question.is_stock or day is None or period.first is None or period.last is None:
        return place + 0.5
    return place + ((day - period.first).days + 0.5) / ((period.last - period.first).days + 1)
