"""Cells that a spreadsheet would take for a formula get an apostrophe, and lose exactly that one again."""

from __future__ import annotations

import re

# What a spreadsheet may read as the begin of a formula, ASCII, full-width and small forms; and what hides it.
DANGEROUS = "\t\r\n=+@＝＋－＠﹢﹣﹦﹫−-"

# Where semicolons part cells, as spreadsheets of many countries take it, a cell may also begin after one.
# Apostrophes before a dangerous sign count too, so that every text comes back as it was.
BEGINS = r"(^|;)( *)"
GUARDED_BEFORE = rf"(?='*[{DANGEROUS}])"
BEGIN_OF_FORMULA = re.compile(BEGINS + GUARDED_BEFORE.replace("[", "[\0"))
GUARD = re.compile(BEGINS + "'" + GUARDED_BEFORE.replace("[", "[\0"))

# The same for PostgreSQL, whose texts hold no NUL: regexp_replace(text, PATTERN, REPLACEMENT, 'g').
SQL_PATTERN = BEGINS + GUARDED_BEFORE
SQL_REPLACEMENT = r"\1\2'"


def guarded(text: str) -> str:
    """The text as it may stand in a cell."""
    return BEGIN_OF_FORMULA.sub(r"\1\2'", text)


def unguarded(cell: str) -> str:
    """The text that was guarded; any other text stays as it is."""
    return GUARD.sub(r"\1\2", cell)
