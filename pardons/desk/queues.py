"""What waits for an editor about people and announcements, with the page where each thing is solved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pardons.desk.in_review import waiting as entries_waiting
from pardons.editing import days_apart, not_checked, overfull, with_open_places, with_unanswered_overlap
from pardons.linking.models import Piece
from pardons.linking.recording import KIND_OF_RELEASE
from pardons.models import Announcement, Identification, Statement
from pardons.overlaps import WAYS_OUT
from pardons.places import headline
from prisoners.duplicates import likely_pairs, waiting
from prisoners.editing import in_words, possibly_overlapping
from prisoners.models import Appeal, Conviction, Detention, Prisoner, Release
from registry.models import ProposedChange
from registry.publishing import COUNTED_PEOPLE, Publication
from registry.waiting import Queue, Row, register

PUBLISHED = Publication.PUBLISHED
LONG_AGO = timedelta(days=365)
# Rule 23: a release so near an act with open places may be one of them.
BEFORE_AN_ACT, AFTER_AN_ACT = timedelta(days=7), timedelta(days=60)


def admin_page(record: Any) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


# --- In review ---


def pieces_in_review(today: date) -> QuerySet[Piece]:
    return Piece.objects.in_review()


def waiting_for_review() -> int:
    return Piece.objects.in_review().count() + len(entries_waiting()) + ProposedChange.objects.open().count()


def piece_row(piece: Piece, today: date) -> Row:
    editor = piece.editor or _("an account that is gone")
    return Row(str(piece.get_kind_display()), piece.get_absolute_url(), str(editor))


# --- Announcements ---


def published_announcements() -> QuerySet[Announcement]:
    chosen = Prefetch("statements", Statement.objects.published().filter(is_chosen=True))
    return Announcement.objects.filter(publication=PUBLISHED).prefetch_related(chosen)


def open_places(today: date) -> Any:
    return with_open_places(published_announcements())


def named_too_many(today: date) -> Any:
    return overfull(published_announcements())


def unanswered(today: date) -> Any:
    return with_unanswered_overlap(published_announcements())


def to_people(announcement: Any, today: date) -> Row:
    said = {"named": announcement.identified, "all": announcement.announced}
    about = _("%(named)d of %(all)d named") % said
    return Row(title_of(announcement), reverse("desk-people", args=[announcement.public_id]), about)


def to_announcement(announcement: Any, today: date) -> Row:
    return Row(title_of(announcement), reverse("desk-announcement", args=[announcement.public_id]))


def title_of(announcement: Announcement) -> str:
    day = announcement.counted_on.display() if announcement.counted_on else _("day not known")
    return f"{headline(announcement, announcement.chosen_statement)}, {day}"


# --- People who may fill an open place ---


def freed_near(today: date) -> QuerySet[Release]:
    """Releases that nobody has checked, near an act of the same country that has open places (rule 23)."""
    return freed_near_an_act(Release.objects.counted().filter(detention__out_latest__isnull=False))


def freed_near_an_act(released: QuerySet[Release]) -> QuerySet[Release]:
    """Of some releases those that rule 23 is about, whatever their state."""
    found = not_checked(released).filter(in_one_of(windows(open_acts()))).select_related("detention__prisoner")
    return found.prefetch_related("detention__prisoner__names")


def open_acts() -> list[Announcement]:
    """Acts by which people come out, and which have open places, the earliest first."""
    dated = Q(day_earliest__isnull=False, day_latest__isnull=False)
    ways_out = with_open_places(published_announcements()).filter(dated, kind__in=WAYS_OUT)
    return list(ways_out.order_by("day_earliest", "pk"))


def window(act: Any) -> tuple[date, date]:
    """The days on which somebody may have come out by an act."""
    return earlier(act.day_earliest, BEFORE_AN_ACT), later(act.day_latest, AFTER_AN_ACT)


def earlier(day: date, by: timedelta) -> date:
    return day - by if day - date.min >= by else date.min


def later(day: date, by: timedelta) -> date:
    return day + by if date.max - day >= by else date.max


def windows(acts: list[Announcement]) -> list[tuple[str, date, date]]:
    """Country, first and last day; those that touch are one, so that a question of them stays short."""
    found: list[tuple[str, date, date]] = []
    for country, first, last in sorted((act.country, *window(act)) for act in acts):
        if found and found[-1][0] == country and first <= found[-1][2]:
            found[-1] = (country, found[-1][1], max(found[-1][2], last))
        else:
            found.append((country, first, last))
    return found


def in_one_of(found: list[tuple[str, date, date]]) -> Q:
    """Releases that may lie in one of the windows; none where there are no windows."""
    asked = Q(pk__in=[])
    for country, first, last in found:
        out = {"detention__out_latest__gte": first, "detention__out_earliest__lte": last}
        asked |= Q(detention__country=country, **out)
    return asked


def with_acts(releases: list[Any]) -> None:
    """Give each release of a page the acts that it may belong to."""
    acts = open_acts()
    for release in releases:
        release.acts = acts_near(release, acts)


def release_row(release: Any, today: date) -> Row:
    """Leads to the people of the likeliest act, then of the others; “belongs to none” is said on the record's page."""
    detention = release.detention
    none = (_("say that it belongs to none"), admin_page(detention))
    title = f"{detention.prisoner}: {in_words(detention)}"
    if not release.acts:
        return Row(title, admin_page(detention), more=(none,))
    (about, address), *others = [people_of(act) for act in release.acts]
    return Row(title, address, about, (*others, none))


def people_of(act: Announcement) -> tuple[str, str]:
    """An act in words, and the page of its people."""
    return title_of(act), reverse("desk-people", args=[act.public_id])


def acts_near(release: Release, acts: list[Announcement]) -> list[Announcement]:
    """The open acts that a release may belong to, those of its kind first, then by day. None without a day out."""
    detention = release.detention
    out_latest: Any = detention.out_latest
    if out_latest is None:
        return []
    out_earliest = detention.out_earliest or out_latest
    near = [
        act for act in acts
        if act.country == detention.country and window(act)[0] <= out_latest and out_earliest <= window(act)[1]
    ]  # fmt: skip
    return sorted(near, key=lambda act: (unlikeness(release, act), days_apart(detention.ended_on, act.counted_on)))


def unlikeness(release: Release, act: Announcement) -> int:
    """0: of one kind, as a pardon is of a pardon; 1: one of them leaves the kind open; 2: of different kinds."""
    called = KIND_OF_RELEASE.get(Announcement.Kind(act.kind))
    if called is None or release.kind == Release.Kind.UNKNOWN:
        return 1
    return 0 if called == release.kind else 2


# --- People of whom there is no news ---


def still_held() -> QuerySet[Detention]:
    open_ones = Detention.objects.counted().filter(ended_how="", prisoner__publication__in=COUNTED_PEOPLE)
    return open_ones.select_related("prisoner").prefetch_related("prisoner__names")


def sentence_over(today: date) -> QuerySet[Detention]:
    """Held by the records, though every sentence has ended, and no source has confirmed it since."""
    ends = still_held().annotate(expected_end=Subquery(longest_sentence(), output_field=DateField()))
    unheard = Q(last_confirmed_earliest=None) | Q(last_confirmed_earliest__lt=F("expected_end"))
    return ends.filter(unheard, expected_end__lt=today)


def longest_sentence() -> Any:
    """When the longest published sentence of a detention ends: the SQL twin of `expected_ends`."""
    appealed = Appeal.objects.published().filter(conviction=OuterRef("pk"), new_length_months__isnull=False)
    months = Coalesce(Subquery(appealed.order_by("-pk").values("new_length_months")[:1]), F("length_months"))
    by_length = Cast(
        ExpressionWrapper(
            F("case__detention_links__detention__taken_latest")
            + Func(
                Value(0), Coalesce(F("months"), 0), Value(0), Coalesce(F("days"), 0),
                function="make_interval", output_field=DurationField(),
            ),
            output_field=DateTimeField(),
        ),
        DateField(),
    )  # fmt: skip
    verdicts = Conviction.objects.published().filter(
        case__publication=PUBLISHED, case__detention_links__detention=OuterRef("pk")
    )
    dated = verdicts.annotate(
        months=months, days=Case(When(length_months=None, then=F("length_days")), default=None)
    ).annotate(
        ends_on=Case(
            When(stated_end_latest__isnull=False, then=F("stated_end_latest")),
            When(sentence=Conviction.Sentence.LIFE, then=None),
            When(months=None, days=None, then=None),
            default=by_length,
            output_field=DateField(),
        )
    )
    by_detention = dated.order_by().values("case__detention_links__detention")
    return by_detention.annotate(longest=Max("ends_on")).values("longest")[:1]


def unconfirmed(today: date) -> QuerySet[Detention]:
    """Held by the records, and no source has said so for a year."""
    heard = Coalesce("last_confirmed_earliest", "taken_latest")
    silent = still_held().annotate(heard_on=heard)
    return silent.filter(Q(heard_on=None) | Q(heard_on__lt=today - LONG_AGO))


def detention_row(detention: Any, today: date) -> Row:
    about = in_words(detention)
    if end := getattr(detention, "expected_end", None):
        about = _("%(days)s; sentence over %(end)s") % {"days": about, "end": end.isoformat()}
    confirmed = detention.last_confirmed_on
    heard = _("last confirmed %(day)s") % {"day": confirmed.display()} if confirmed else _("never confirmed since")
    return Row(str(detention.prisoner), admin_page(detention), f"{about}; {heard}")


# --- Contradictions ---


def overlapping(today: date) -> QuerySet[Detention]:
    return possibly_overlapping().select_related("prisoner").prefetch_related("prisoner__names")


def dead_and_held(today: date) -> QuerySet[Prisoner]:
    """Recorded as dead, with a detention that is not known to have ended."""
    kept = Detention.objects.published().filter(prisoner=OuterRef("pk"), ended_how="")
    dead = Prisoner.objects.counted().exclude(death_circumstance="")
    return dead.filter(Exists(kept)).prefetch_related("names")


def not_freed_and_released(today: date) -> QuerySet[Identification]:
    """Said to be not freed by an act, with a release near it."""
    near = Release.objects.counted().filter(
        detention__prisoner=OuterRef("prisoner"),
        detention__out_latest__gte=OuterRef("announcement__day_earliest"),
        detention__out_earliest__lte=OuterRef("announcement__day_latest") + AFTER_AN_ACT,
    )
    places = Identification.objects.counted().filter(was_not_freed=True).filter(Exists(near))
    return places.select_related("prisoner", "announcement").prefetch_related("prisoner__names")


def to_record(record: Any, today: date) -> Row:
    return Row(str(record), admin_page(record))


def pairs(today: date) -> Any:
    return likely_pairs()


def uncompared() -> str:
    """Who has yet to be compared: until then no pairs say little."""
    people = waiting()
    told = ngettext("%(people)s person has yet to be compared", "%(people)s people have yet to be compared", people)
    return told % {"people": number_format(people, decimal_pos=0, force_grouping=True)} if people else ""


for queue in (
    Queue("in-review", gettext_lazy("in review"), pieces_in_review, piece_row, address="desk-review"),
    Queue("open-places", gettext_lazy("announcements with unnamed places"), open_places, to_people),
    Queue(
        "freed-near", gettext_lazy("releases near an open announcement, not checked"), freed_near, release_row,
        gather=with_acts,
    ),
    Queue("sentence-over", gettext_lazy("sentences that are over, with no news"), sentence_over, detention_row),
    Queue("unconfirmed", gettext_lazy("people last confirmed held over a year ago"), unconfirmed, detention_row),
    Queue("overlap", gettext_lazy("announcements that may overlap with another one"), unanswered, to_announcement),
    Queue("overfull", gettext_lazy("announcements with more people named than announced"), named_too_many, to_people),
    Queue("detentions-overlap", gettext_lazy("detentions that may overlap, of one person"), overlapping, detention_row),
    Queue("dead-and-held", gettext_lazy("people recorded as dead and as held"), dead_and_held, to_record),
    Queue("not-freed", gettext_lazy("people “not freed” with a release"), not_freed_and_released, to_record),
    Queue(
        "duplicates", gettext_lazy("pairs of people who may be one"), pairs, to_record, address="desk-duplicates",
        unlooked=uncompared,
    ),
):  # fmt: skip
    register(queue)
