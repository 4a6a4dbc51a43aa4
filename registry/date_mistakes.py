"""What to answer when a text is not a partial date: what was wrong, what would be right."""

from django.utils.translation import gettext

LONGEST_QUOTE = 40


def explain_mistake(text: str) -> str:
    """A sentence that an editor can act on."""
    return gettext(
        "“%(text)s” is not a date. Write 16 July 2024 as 2024-07-16, July 2024 as 2024-07, the year as 2024."
    ) % {"text": quoted(text)}


def quoted(text: str) -> str:
    """The text as it can be shown on one line."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:LONGEST_QUOTE])
    return shown + "…" if len(text) > LONGEST_QUOTE else shown
