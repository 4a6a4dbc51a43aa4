"""What the reader proposes: announcements and reported figures, each value with its place."""

from dataclasses import dataclass, field
from typing import Any

Span = tuple[int, int]


@dataclass
class ProposedAnnouncement:
    """One act about people as a group, as the text tells it.

    `role` is main or background (an earlier act that the report recalls). Women, men and minors
    are only what the words state, never a difference. `spans` holds, for each field that has a
    value, the first and last character (exclusive) it was read from; `date` may lack its span
    where it is the day published.
    """

    kind: str
    total: int
    qualifier: str = "exact"
    date: str | None = None
    authority: str | None = None
    women: int | None = None
    men: int | None = None
    minors: int | None = None
    political: int | None = None
    lowest: int | None = None
    names_withheld: bool = False
    named: list[str] = field(default_factory=list)
    conditions: str | None = None
    role: str = "main"
    quote: str = ""
    confidence: float = 0.9
    spans: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class ProposedFigure:
    """A number that someone reports, with who says it and for when."""

    metric: str
    value: int
    unit: str = "people"
    measure: str = "stock"
    lowest: int | None = None
    qualifier: str = "exact"
    who_says: str | None = None
    as_of: str | None = None
    period_from: str | None = None
    period_to: str | None = None
    women: int | None = None
    men: int | None = None
    minors: int | None = None
    quote: str = ""
    confidence: float = 0.9
    spans: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass
class Reading:
    """Everything read from one text."""

    language: str
    published: str | None = None
    announcements: list[ProposedAnnouncement] = field(default_factory=list)
    figures: list[ProposedFigure] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries, in the words of the command's output."""
        return {
            "language": self.language,
            "published": self.published,
            "announcements": [each.as_json() for each in self.announcements],
            "figures": [each.as_json() for each in self.figures],
        }
