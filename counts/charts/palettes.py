"""The colours of charts: those of static/site.css, on screen by day and by night, and in print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Named people are solid, unnamed ones a tint with an edge, so that they stay apart without colour."""

    paper: str
    ink: str
    soft: str
    line: str
    named: str
    unnamed: str
    unnamed_fill: str
    possible: str
    alert: str


PALETTES = {
    "light": Palette(
        paper="#fbf9f5", ink="#1d1b18", soft="#5a554c", line="#ddd6c9", named="#1a5066",
        unnamed="#a9651c", unnamed_fill="#ecd2ae", possible="#f3e7d4", alert="#8a2f16",
    ),
    "dark": Palette(
        paper="#15171a", ink="#ebe7df", soft="#aea89c", line="#34373c", named="#7fb9cf",
        unnamed="#dba55c", unnamed_fill="#5d4523", possible="#33291b", alert="#f0a58a",
    ),
    "print": Palette(
        paper="#ffffff", ink="#000000", soft="#333333", line="#bbbbbb", named="#000000",
        unnamed="#555555", unnamed_fill="#dddddd", possible="#f2f2f2", alert="#000000",
    ),
}  # fmt: skip
