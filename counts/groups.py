"""The groups of a count that need a rule: ages, and those that do not add up. The rest is in counts.selecting."""

from __future__ import annotations

# The first age of each group; "under 18" are minors.
AGES = (0, 18, 25, 35, 45, 55, 65)
# A person stands in several of these groups, or in none: they do not add up (rule 19).
NOT_ADDITIVE = ("charge", "occupation")


def group_of_age(age: int) -> str:
    start = max((first for first in AGES if first <= age), default=AGES[0])
    later = [first for first in AGES if first > start]
    return f"{start}-{later[0] - 1}" if later else f"{start}+"
