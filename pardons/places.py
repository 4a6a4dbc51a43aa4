"""The places of an announcement as the public sees them: announced, named so far, still unnamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pardons.models import Announcement, Identification, Qualifier, ReportedFigure, Statement
from prisoners.models import Name, Prisoner
from registry.models import Source


@dataclass(frozen=True)
class Places:
    """`announced` and `unnamed` are None where no source gives a number. A withheld person fills no public place."""

    announced: int | None
    named: int

    @property
    def unnamed(self) -> int | None:
        return None if self.announced is None else max(self.announced - self.named, 0)

    @property
    def is_overfull(self) -> bool:
        """More people are named than were announced."""
        return self.announced is not None and self.named > self.announced


@dataclass(frozen=True)
class AnnouncementRow:
    """One announcement as a list shows it. Its parts come from `for_rows`."""

    announcement: Announcement
    headline: str
    statement: Statement | None
    places: Places
    women: Places
    men: Places


def for_rows(announcements: QuerySet[Announcement]) -> QuerySet[Announcement]:
    """Announcements with their published statements and the public people who fill their places."""
    people = Identification.public.select_related("prisoner", "release__detention", "pardon").prefetch_related(
        Prefetch("prisoner__names", Name.objects.published())
    )
    statements = Statement.objects.published().order_by("-is_chosen", "pk")
    return announcements.prefetch_related(
        Prefetch("statements", statements),
        Prefetch("statements__source", Source.public.all()),
        Prefetch("identifications", people.order_by("pk")),
    )


def row_of(announcement: Announcement) -> AnnouncementRow:
    statement = announcement.chosen_statement
    sexes = [identification.prisoner.sex for identification in announcement.identifications.all()]
    return AnnouncementRow(
        announcement,
        headline(announcement, statement),
        statement,
        Places(statement.total if statement else None, len(sexes)),
        # A person of unknown sex fills a place of neither women nor men.
        Places(statement.women if statement else None, sexes.count(Prisoner.Sex.FEMALE)),
        Places(statement.men if statement else None, sexes.count(Prisoner.Sex.MALE)),
    )


def headline(announcement: Announcement, statement: Statement | None) -> str:
    """The announcement in a few words: "30 pardoned", "about 20 released"."""
    if statement is None or statement.total is None:
        kind = announcement.get_kind_display()
        return _("%(kind)s, number not published") % {"kind": kind[:1].upper() + kind[1:]}
    words = done(announcement.kind, statement.total) % {"count": qualified(statement.total, statement.qualifier)}
    return words[:1].upper() + words[1:]


def headline_of(announcement: Announcement) -> str:
    """The headline of an announcement at hand without its statements."""
    return headline(announcement, announcement.statements.published().filter(is_chosen=True).first())


def done(kind: str, total: int) -> str:
    """What happened to so many, with room for the number."""
    return {
        Announcement.Kind.PARDON: ngettext("%(count)s pardoned", "%(count)s pardoned", total),
        Announcement.Kind.AMNESTY: ngettext("%(count)s under an amnesty", "%(count)s under an amnesty", total),
        Announcement.Kind.RELEASE: ngettext("%(count)s released", "%(count)s released", total),
        Announcement.Kind.EXCHANGE: ngettext("%(count)s exchanged", "%(count)s exchanged", total),
        Announcement.Kind.EXPULSION: ngettext("%(count)s expelled", "%(count)s expelled", total),
        Announcement.Kind.EARLY_RELEASE: ngettext("%(count)s released early", "%(count)s released early", total),
        Announcement.Kind.ARRESTS: ngettext("%(count)s arrested", "%(count)s arrested", total),
        Announcement.Kind.CONVICTIONS: ngettext("%(count)s convicted", "%(count)s convicted", total),
        Announcement.Kind.RECOGNITIONS: ngettext("%(count)s recognised", "%(count)s recognised", total),
        Announcement.Kind.DEATHS: ngettext("%(count)s died", "%(count)s died", total),
    }[Announcement.Kind(kind)]


def qualified(number: int, qualifier: str) -> str:
    """A number with the word that goes with it; “exactly” is not said."""
    shown = number_format(number, decimal_pos=0, force_grouping=True)
    return shown if qualifier == Qualifier.EXACTLY else f"{Qualifier(qualifier).label} {shown}"


def figure_in_words(figure: ReportedFigure) -> str:
    """A reported figure with its qualifier and range: "over 35,000", "1,300 to 1,400"."""
    words = qualified(figure.value, figure.qualifier)
    if figure.value_high is None:
        return words
    high = number_format(figure.value_high, decimal_pos=0, force_grouping=True)
    return _("%(low)s to %(high)s") % {"low": words, "high": high}


def time_in_words(figure: ReportedFigure) -> str:
    """The day or the period that a figure is about; else the day on which it was said."""
    since, until = figure.period_from, figure.period_to
    if since and since == until:
        return since.display()
    if since and until:
        return _("since %(since)s, until %(until)s") % {"since": since.display(), "until": until.display()}
    if since:
        return _("since %(since)s") % {"since": since.display()}
    if until:
        return _("until %(until)s") % {"until": until.display()}
    day = figure.on_date or figure.said_on
    return day.display() if day else _("day not known")


def said_in_words(statement: Statement) -> str:
    """What one source says: "30 people, 14 women, 16 men"."""
    parts: list[Any] = [_("no number") if statement.total is None else people(statement.total, statement.qualifier)]
    for number, one, many in (
        (statement.women, "%(count)d woman", "%(count)d women"),
        (statement.men, "%(count)d man", "%(count)d men"),
        (statement.minors, "%(count)d minor", "%(count)d minors"),
    ):
        parts += [] if number is None else [ngettext(one, many, number) % {"count": number}]
    # Before it was looked at, anything could be typed there.
    more = statement.more_counts if isinstance(statement.more_counts, dict) else {}
    parts += [f"{name}: {number}" for name, number in more.items()]
    return ", ".join(parts)


def people(number: int, qualifier: str) -> str:
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": qualified(number, qualifier)}
