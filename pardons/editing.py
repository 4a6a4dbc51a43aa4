"""Editing announcements: who fills a place of one, and what shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from pardons.models import Announcement, Identification, Pardon, Relation, Statement
from pardons.overlaps import NEAR, WAYS_OUT
from prisoners.models import Conviction, Detention, Prisoner, Recognition, Release
from registry.dates import PartialDate
from registry.editing import role_state, settle
from registry.four_eyes import own_among, own_refused
from registry.history import Nature, changeset
from registry.publishing import Publication

# How far a recorded event may lie from the act that it is taken to show.
NEAR_THE_ACT = timedelta(days=31)
LONGEST_CHOICE_REASON = 300
Kind = Announcement.Kind
FREEING = tuple(kind for kind in WAYS_OUT if kind != Kind.PARDON)


def identify(
    announcement: Announcement,
    prisoner: Prisoner,
    *,
    by: Any,
    note: str = "",
    nature: str = Nature.NEW_FACT,
    publication: str | None = None,
) -> Identification:
    """Let a person fill a place of an announcement, with the record that shows it: one changeset.

    A pardon is made where none is recorded; a release, detention, verdict, recognition or death must be recorded
    before. In review if `by` may publish, else a draft: neither fills a place yet. Raises ValidationError in words.
    """
    with changeset(by=by, note=note, nature=nature):
        identification = Identification(
            announcement=announcement, prisoner=prisoner, publication=publication or role_state(by)
        )
        fill(identification)
        make_pardon(identification)
        identification.full_clean()
        identification.save()
        settle()
    return identification


def fill(identification: Identification) -> None:
    """Name what shows that this person fills this place; a new pardon is not saved yet. Raises ValidationError."""
    announcement, person = identification.announcement, identification.prisoner
    if announcement.kind == Kind.PARDON:
        new = Pardon(prisoner=person, act_on=announcement.counted_on, conditions=announcement.conditions)
        identification.pardon = pardon_of(person, announcement) or new
        if not identification.was_not_freed:
            identification.release = nearest(releases_by_pardon(person), announcement)
    elif announcement.kind == Kind.DEATHS:
        identification.shows_death = recorded(person.death_circumstance != "", _("the person’s death"))
    else:
        name, found = what_shows(announcement, person)
        setattr(identification, name, found)


def what_shows(announcement: Announcement, person: Prisoner) -> tuple[str, Any]:
    """The field of an identification and the recorded event near the act; ValidationError if there is none."""
    kept = {"publication": Publication.RETRACTED}
    if announcement.kind in FREEING:
        releases = Release.objects.filter(detention__prisoner=person).exclude(**kept)
        return "release", recorded(nearest(releases.select_related("detention"), announcement), _("the release"))
    if announcement.kind == Kind.ARRESTS:
        return "detention", recorded(nearest(person.detentions.exclude(**kept), announcement), _("the detention"))
    if announcement.kind == Kind.CONVICTIONS:
        verdicts = Conviction.objects.filter(case__prisoner=person).exclude(**kept)
        return "conviction", recorded(nearest(verdicts, announcement), _("the verdict"))
    recognitions = person.recognitions.exclude(**kept)
    return "recognition", recorded(nearest(recognitions, announcement), _("the recognition"))


def recorded(found: Any, what: str) -> Any:
    """What was found; else the editor is asked to record it first."""
    if found:
        return found
    raise ValidationError(
        _("Record %(what)s first: none of this person is recorded within a month of the act, or choose it here.")
        % {"what": what},
        code="nothing_shows_it",
    )


def pardon_of(person: Prisoner, announcement: Announcement) -> Pardon | None:
    """A recorded pardon that can be this act and is no other announcement's; None if there is none."""
    kept = Pardon.objects.filter(prisoner=person).exclude(publication=Publication.RETRACTED)
    free = kept.exclude(identifications__announcement__in=Announcement.objects.exclude(pk=announcement.pk))
    return next((pardon for pardon in free.order_by("pk") if may_be_same(pardon.act_on, announcement.counted_on)), None)


def may_be_same(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether two partial dates can mean the same day; a missing one can mean any."""
    return not (one and other) or not (one.certainly_before(other) or other.certainly_before(one))


def releases_by_pardon(person: Prisoner) -> QuerySet[Release]:
    """A person's releases that a pardon can have brought; “released” in a report is of a kind not known."""
    kinds = (Release.Kind.PARDON, Release.Kind.UNKNOWN)
    releases = Release.objects.filter(detention__prisoner=person, kind__in=kinds)
    return releases.exclude(publication=Publication.RETRACTED).select_related("detention")


def nearest(events: Iterable[Any], announcement: Announcement) -> Any:
    """The event nearest to the act, within a month of it; None if there is none or its day is not known."""
    act = announcement.counted_on
    if act is None:
        return None
    apart = [(days_apart(day_of(event), act), event.pk, event) for event in events if day_of(event)]
    near = [each for each in apart if each[0] <= NEAR_THE_ACT.days]
    return min(near, default=(0, 0, None))[2]


def day_of(event: Any) -> PartialDate | None:
    """The partial date of an event that an identification can name."""
    if isinstance(event, Release):
        return event.detention.ended_on
    if isinstance(event, Detention):
        return event.taken_on
    return event.acted_on if isinstance(event, Recognition) else event.decided_on


def days_apart(one: Any, other: Any) -> int:
    """The fewest days that can lie between two partial dates; 0 where they can be the same day."""
    if one.certainly_before(other):
        return (other.earliest - one.latest).days
    return (one.earliest - other.latest).days if other.certainly_before(one) else 0


def make_pardon(identification: Identification) -> None:
    """Save the pardon that an identification brings; a draft one becomes as public as the identification."""
    pardon = identification.pardon
    if pardon is None:
        return
    drafts = (Publication.DRAFT, Publication.IN_REVIEW)
    if pardon.pk is None or (pardon.publication in drafts and identification.publication == Publication.PUBLISHED):
        pardon.publication = identification.publication
        pardon.save()
    identification.pardon = pardon


# --- Problem lists ---


def with_places(announcements: QuerySet[Announcement]) -> Any:
    """Adds `announced` (the chosen total; None if no source gives one) and `identified` (published people)."""
    chosen = Statement.objects.filter(announcement=OuterRef("pk"), is_chosen=True)
    named = Identification.objects.filter(announcement=OuterRef("pk"), publication=Publication.PUBLISHED)
    counted = named.order_by().values("announcement").annotate(people=Count("pk")).values("people")
    return announcements.annotate(
        announced=Subquery(chosen.values("total")[:1]),
        identified=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )


def without_chosen_statement(announcements: QuerySet[Announcement]) -> QuerySet[Announcement]:
    return announcements.exclude(Exists(Statement.objects.filter(announcement=OuterRef("pk"), is_chosen=True)))


def overfull(announcements: QuerySet[Announcement]) -> QuerySet[Announcement]:
    return with_places(announcements).filter(identified__gt=F("announced"))


def with_open_places(announcements: QuerySet[Announcement]) -> QuerySet[Announcement]:
    return with_places(announcements).filter(identified__lt=F("announced"))


def with_unanswered_overlap(announcements: QuerySet[Announcement]) -> QuerySet[Announcement]:
    """Announcements that another could overlap, by country, kind and 60 days, though nobody has said how."""
    others = Announcement.objects.exclude(publication=Publication.RETRACTED).exclude(pk=OuterRef("pk"))
    near = others.filter(
        country=OuterRef("country"),
        day_earliest__lte=OuterRef("day_latest") + NEAR,
        day_latest__gte=OuterRef("day_earliest") - NEAR,
    ).exclude(Exists(answers()))
    ways_out = Q(kind__in=WAYS_OUT) & Exists(near.filter(kind__in=WAYS_OUT))
    return announcements.filter(ways_out | Exists(near.filter(kind=OuterRef("kind"))))


def answers() -> QuerySet[Relation]:
    """What has been said of an announcement and the one outside it, whichever came first."""
    inner, outer = OuterRef("pk"), OuterRef(OuterRef("pk"))
    return Relation.objects.filter(Q(first=inner, second=outer) | Q(second=inner, first=outer))


def not_checked(events: QuerySet[Any]) -> QuerySet[Any]:
    """Pardons or releases of which nobody has said whether they belong to an announcement."""
    # Not a join that finds nothing: PostgreSQL would expect one row of it, and give up the keys' order.
    named = Identification.objects.filter(**{str(events.model._meta.model_name): OuterRef("pk")})
    return events.filter(~Exists(named), belongs_to_no_announcement=False)


# --- Which statement counts ---


def choose(statement: Statement, *, by: Any, why: str) -> None:
    """Let the numbers of one published statement count for its announcement; the others stay beside it.

    Raises ValidationError without a reason, for a statement that is not public, or for one that `by` entered.
    """
    if not why.strip():
        raise ValidationError(_("Say why these numbers are the better ones."), code="reason_missing")
    with changeset(by=by, note=why, nature=Nature.CORRECTION):
        if own_among(Statement, [statement.pk], by):
            raise own_refused()
        let_count(statement, why)
        public = Statement.objects.filter(pk=statement.pk, publication=Publication.PUBLISHED)
        if not public.update(is_chosen=True):
            raise ValidationError(_("This statement is not public: publish it first."), code="wrong_state")
        settle()


def let_count(statement: Statement, why: str) -> None:
    """The chosen statement of the announcement steps back for this one, and the reason is kept."""
    Statement.objects.filter(announcement=statement.announcement_id, is_chosen=True).update(is_chosen=False)
    reason = why.strip()[:LONGEST_CHOICE_REASON]
    Announcement.objects.filter(pk=statement.announcement_id).update(choice_reason=reason)
