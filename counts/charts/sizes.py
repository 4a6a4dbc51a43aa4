"""The two sizes of a chart: for a page or a newspaper column, and for a phone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """All in pixels. `left` is room for the numbers up the side, `names` for those of groups."""

    width: int
    left: int
    right: int
    names: int
    height: int
    panel_height: int
    panels_beside: int
    title: float
    label: float
    note: float

    @property
    def inner(self) -> int:
        return self.width - self.left - self.right


SIZES = {
    "wide": Size(720, 52, 16, 190, 260, 110, 3, 19, 12, 10.5),
    "narrow": Size(360, 44, 10, 112, 220, 84, 1, 17, 11.5, 10.5),
}
