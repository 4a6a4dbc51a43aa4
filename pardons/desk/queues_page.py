"""The queues on the front page of the desk: how many wait, and where each is worked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format

from pardons.desk.queues import waiting_for_review
from registry.waiting import MOST_COUNTED, QUEUES, count


@dataclass(frozen=True)
class Line:
    """A queue on the front page: its number as printed, its words, and its page."""

    words: Any
    number: str
    is_empty: bool
    address: str


def lines(today: date, user: Any) -> list[Line]:
    """Every queue that a user may know of, the empty ones too: nothing waiting is an answer."""
    found = []
    # Those that count come first, in the order in which they were entered.
    for name, queue in sorted(QUEUES.items(), key=lambda each: not each[1].is_counted):
        if queue.needs and not user.has_perm(queue.needs):
            continue
        number = waiting_for_review() if name == "in-review" else count(queue, today)
        address = reverse(queue.address) if queue.address else reverse("desk-queue", args=[name])
        unlooked = queue.unlooked()
        words = f"{queue.words} ({unlooked})" if unlooked else queue.words
        found.append(Line(words, printed(number), number == 0 and not unlooked, address))
    return found


def printed(number: int | None) -> str:
    """A number in figures; “…” where each record has to be looked at first."""
    if number is None:
        return "…"
    shown = number_format(min(number, MOST_COUNTED), decimal_pos=0, force_grouping=True)
    return f"{shown}+" if number > MOST_COUNTED else shown
