"""From the text of a report to a proposal: announcements and reported figures, by rules."""

from datetime import date

from .assembly import Assembly
from .clauses import Scene, scene
from .language import detect
from .proposals import ProposedAnnouncement, ProposedFigure, Reading
from .tokens import sentences
from .vocabulary import Vocabulary, languages, load

__all__ = ["ProposedAnnouncement", "ProposedFigure", "Reading", "languages", "read"]

# A report is a few kilobytes; beyond this the text is cut.
LONGEST_TEXT = 400_000
# It has tens of numbers; a text with thousands is a table, and its beginning is enough.
MOST_COUNTS = 1000


def read(text: str, published: date | str | None = None, language: str | None = None) -> Reading:
    """The proposal for a text; spans in it are offsets into `text`.

    `published` is the day the report came out: without it, "Friday" stays unknown. An unknown
    language is guessed. Never raises on any text; what isn't there is not proposed.
    """
    day = as_day(published)
    text = text[:LONGEST_TEXT]
    code = language if language in languages() else detect(text)
    vocabulary = load(code)
    scenes = scenes_of(text, vocabulary, day)
    announcements, figures = Assembly(scenes, day).run()
    return Reading(code, day.isoformat() if day else None, announcements, figures)


def scenes_of(text: str, vocabulary: Vocabulary, day: date | None) -> list[Scene]:
    """The sentences of a text with what is found in them."""
    scenes: list[Scene] = []
    counts = 0
    for sentence in sentences(text, vocabulary.abbreviations, vocabulary.openers):
        scenes.append(scene(sentence, vocabulary, day))
        counts += len(scenes[-1].counts)
        if counts > MOST_COUNTS:
            break
    return scenes


def as_day(published: date | str | None) -> date | None:
    """A full day between 1900 and 2100, or None: `unknown` and `2024-07` say too little."""
    if isinstance(published, str):
        try:
            published = date.fromisoformat(published.strip())
        except ValueError:
            return None
    return published if published and 1900 <= published.year <= 2100 else None
