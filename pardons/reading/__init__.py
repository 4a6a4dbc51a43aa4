"""From the text of a report to a proposal: announcements and reported figures, by rules."""

import re
from datetime import date

from .assembly import Assembly
from .clauses import scene
from .language import detect
from .proposals import ProposedAnnouncement, ProposedFigure, Reading
from .tokens import sentences
from .vocabulary import languages, load

__all__ = ["ProposedAnnouncement", "ProposedFigure", "Reading", "languages", "read"]

# A report is a few kilobytes; beyond this the text is cut.
LONGEST_TEXT = 400_000
DATELINE = re.compile(r"\Adate (\d{4}-\d{2}-\d{2})\b")


def read(text: str, published: date | str | None = None, language: str | None = None) -> Reading:
    """The proposal for a text; spans in it are offsets into `text`.

    `published` is the day the report came out: without it, "Friday" stays unknown. An unknown
    language is guessed. Never raises on any text; what isn't there is not proposed.
    """
    day = as_day(published)
    text = text[:LONGEST_TEXT]
    code = language if language in languages() else detect(text)
    vocabulary = load(code)
    scenes = [
        scene(sentence, vocabulary, day) for sentence in sentences(text, vocabulary.abbreviations, vocabulary.openers)
    ]
    announcements, figures = Assembly(scenes, day).run()
    return Reading(code, day.isoformat() if day else None, announcements, figures)


def as_day(published: date | str | None) -> date | None:
    """A full day between 1900 and 2100, or None: `unknown` and `2024-07` say too little."""
    if isinstance(published, str):
        try:
            published = date.fromisoformat(published.strip())
        except ValueError:
            return None
    return published if published and 1900 <= published.year <= 2100 else None
