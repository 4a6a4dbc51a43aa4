"""What waits for an editor: each queue with its number and the page where it is worked off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pardons.editing import overfull, with_open_places, with_unanswered_overlap
from pardons.models import Announcement
from prisoners.duplicates import likely_pairs
from registry.publishing import Publication


@dataclass(frozen=True)
class Queue:
    """A kind of work that waits. `words` go on from the number."""

    name: str
    words: Any
    count: int
    address: str


def queues() -> list[Queue]:
    """Every queue, the empty ones too: nothing waiting is an answer."""
    return [make() for make in QUEUES]


def problem_queue(name: str, words: Any, problem: Callable[[Any], Any]) -> Queue:
    """Public announcements with a problem, as a list of the admin."""
    public = Announcement.objects.filter(publication=Publication.PUBLISHED)
    address = f"{reverse('admin:pardons_announcement_changelist')}?problem={name}&publication__exact=published"
    return Queue(name, words, problem(public).count(), address)


QUEUES: list[Callable[[], Queue]] = [
    lambda: problem_queue("open_places", _("announcements have unnamed places"), with_open_places),
    lambda: problem_queue("overlap", _("announcements may overlap with another one"), with_unanswered_overlap),
    lambda: Queue("duplicates", _("pairs of people may be one"), likely_pairs().count(), reverse("desk-duplicates")),
    lambda: problem_queue("overfull", _("announcements name more people than were announced"), overfull),
]
