"""From one row of a piece to published records. Each function raises ValidationError in an editor's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pardons.editing import FREEING, fill, make_pardon, may_be_same, nearest
from pardons.linking.given import FREED, NOT_FREED
from pardons.linking.models import Piece
from pardons.models import Announcement, Identification, Pardon
from prisoners.editing import certain_overlap, in_words
from prisoners.forms import overlap_message
from prisoners.models import (
    Case,
    CaseDetention,
    Conviction,
    ConvictionArticle,
    Detention,
    Name,
    Organisation,
    Prisoner,
    Recognition,
    Release,
    Stay,
)
from registry.dates import PartialDate
from registry.models import Citation, Source
from registry.publishing import Publication, Record

Told = Mapping[str, Any]
PUBLISHED = Publication.PUBLISHED
WAITING = (Publication.DRAFT, Publication.IN_REVIEW)
AFTER_EFFECTS = ("restrictions_remain", "left_the_country", "documents_taken")
# What a release is called where the act itself says it; “released” is of a kind not known.
KIND_OF_RELEASE = {
    Announcement.Kind.PARDON: Release.Kind.PARDON,
    Announcement.Kind.AMNESTY: Release.Kind.AMNESTY,
    Announcement.Kind.EXCHANGE: Release.Kind.EXCHANGE,
    Announcement.Kind.EXPULSION: Release.Kind.EXPELLED,
}


def record_row(piece: Piece, person: Prisoner, told: Told) -> Record:
    """Make what a row tells of a person a published record, or find it recorded already; its source is cited."""
    publish_person(person)
    if piece.kind == Piece.Kind.PEOPLE:
        if piece.announcement is None:
            raise ValidationError(_("The announcement is gone."))
        return fill_place(piece.announcement, person, told, piece.source)
    return RECORDERS[piece.kind](person, told, piece.source)


# --- People and sources ---


def publish_person(person: Prisoner) -> None:
    """A person who waits for review becomes public with the piece, under the names that wait too."""
    if person.publication == Publication.RETRACTED:
        raise ValidationError(_("The record of this person was taken back meanwhile: choose again."))
    if person.publication in WAITING:
        person.publication = PUBLISHED
        person.save(update_fields=["publication"])
        person.names.filter(publication__in=WAITING, is_private=False).update(publication=PUBLISHED)


def new_person(name: str, *, country: str, born_on: PartialDate | None = None, sex: str = "") -> Prisoner:
    """A draft person with a main name."""
    person = Prisoner.objects.create(
        country=country, born_on=born_on, sex=sex or Prisoner.Sex.UNKNOWN, publication=Publication.DRAFT
    )
    Name.objects.create(prisoner=person, text=name, kind=Name.Kind.MAIN, publication=Publication.DRAFT)
    return person


def keep_spellings(person: Prisoner, spellings: Iterable[str]) -> None:
    """Other spellings of the list become other names; one that is known, in whatever letters' case, stays one."""
    known = {text.casefold() for text in person.names.values_list("text", flat=True)}
    for text in spellings:
        if text.casefold() not in known:
            known.add(text.casefold())
            Name.objects.create(prisoner=person, text=text, kind=Name.Kind.TRANSLITERATION, publication=PUBLISHED)


def cite(record: Record, source: Source | None, field: str = "") -> None:
    """Name the source once for a record, or for one of its fields."""
    if source is not None:
        content_type = ContentType.objects.get_for_model(record)
        Citation.objects.get_or_create(
            source=source, content_type=content_type, object_id=record.pk, field=field, locator=""
        )


def published(record: Any) -> Any:
    """A record that waited, published; ValidationError for one that was taken back or is withheld."""
    if record.publication in WAITING:
        record.publication = PUBLISHED
    if record.publication != PUBLISHED:
        raise ValidationError(
            _("%(what)s is %(state)s: look at that record first.")
            % {"what": record, "state": record.get_publication_display()}
        )
    return record


# --- Places of announcements ---


def fill_place(announcement: Announcement, person: Prisoner, told: Told, source: Source | None) -> Identification:
    """Let a person fill a place, or add to what is recorded of the place they fill already."""
    found = Identification.objects.filter(announcement=announcement, prisoner=person).first()
    place = published(found) if found else Identification(announcement=announcement, prisoner=person)
    place.publication = PUBLISHED
    fate = told.get("fate") or (FREED if frees_all(announcement) and not place.was_not_freed else "")
    if fate == NOT_FREED:
        say_not_freed(place)
    elif fate == FREED:
        say_freed(place, told, source)
    show(place)
    make_pardon(place)
    if fate == FREED:
        say_outcome(place)
    place.full_clean()
    place.save()
    cite(place, source)
    return place


def frees_all(announcement: Announcement) -> bool:
    """Whether the act's own words say that who is named with it is free: then nobody need say it again."""
    return announcement.kind in FREEING and announcement.frees == Announcement.Frees.ALL


def say_not_freed(place: Identification) -> None:
    if place.release_id:
        raise ValidationError(_("A release is recorded for this place: take it back first if it did not happen."))
    place.was_not_freed = True
    if place.announcement.kind in FREEING and not is_shown(place):
        kept = place.prisoner.detentions.exclude(publication=Publication.RETRACTED)
        place.detention = kept.order_by("ended_how", "-taken_latest", "-pk").first()
        if place.detention is None:
            raise ValidationError(_("Nothing shows that this person was held: record the detention first."))


def say_freed(place: Identification, told: Told, source: Source | None) -> None:
    if place.was_not_freed:
        raise ValidationError(_("It is recorded that this person was not freed: correct that first."))
    announcement = place.announcement
    given = dict(told)
    given["released_on"] = told.get("released_on") or announcement.counted_on
    given["release_kind"] = told.get("release_kind") or KIND_OF_RELEASE.get(Announcement.Kind(announcement.kind), "")
    release = place.release
    place.release = with_news(release, given) if release else record_release(place.prisoner, given, source)


def is_shown(place: Identification) -> bool:
    shown_by = (place.pardon_id, place.release_id, place.detention_id, place.conviction_id, place.recognition_id)
    return any(key is not None for key in shown_by) or place.shows_death


def show(place: Identification) -> None:
    """Name what shows that the person fills the place, as far as it is not named yet."""
    needs_pardon = place.announcement.kind == Announcement.Kind.PARDON and place.pardon_id is None
    if needs_pardon or not is_shown(place):
        release = place.release
        fill(place)
        place.release = release or place.release


def say_outcome(place: Identification) -> None:
    pardon = place.pardon
    if pardon is not None and pardon.outcome == Pardon.Outcome.UNKNOWN:
        pardon.outcome = Pardon.Outcome.FREED
        pardon.save(update_fields=["outcome"])


# --- Releases ---


def record_release(person: Prisoner, told: Told, source: Source | None) -> Release:
    """End the detention that a person is in, or find the release recorded already.

    Of someone who is not recorded as held, a detention with an unknown first day is made, which ends so.
    """
    day = told.get("released_on")
    kept = Release.objects.filter(detention__prisoner=person).exclude(publication=Publication.RETRACTED)
    recorded = list(kept.select_related("detention").order_by("pk"))
    same = [each for each in recorded if day and each.detention.ended_on and may_be_same(each.detention.ended_on, day)]
    if same:
        release = with_news(same[-1], told)
    else:
        refuse_other_day(recorded, day)
        release = end_detention(person, day, told)
    cite(release, source)
    cite(release.detention, source, "ended_on")
    return release


def refuse_other_day(recorded: list[Release], day: PartialDate | None) -> None:
    """One release told with two days within a month is a contradiction, not two releases."""
    if day is None:
        return
    near = nearest(recorded, Announcement(act_on=day))
    if near is not None:
        raise ValidationError(
            _("A release on another day is recorded (%(days)s): give that day here, or correct the record first.")
            % {"days": in_words(near.detention)}
        )


def end_detention(person: Prisoner, day: PartialDate | None, told: Told) -> Release:
    detention = detention_to_end(person, day) or Detention(prisoner=person, country=person.country)
    published(detention).publication = PUBLISHED
    detention.ended_on, detention.ended_how = day, Detention.End.RELEASE
    save_detention(detention)
    kind = told.get("release_kind") or Release.Kind.UNKNOWN
    effects = {name: told.get(name) or Release.YesNo.UNKNOWN for name in AFTER_EFFECTS}
    return Release.objects.create(detention=detention, kind=kind, publication=PUBLISHED, **effects)


def detention_to_end(person: Prisoner, day: PartialDate | None) -> Detention | None:
    """The newest detention that is not known to have ended and can have begun by the day."""
    still = person.detentions.exclude(publication=Publication.RETRACTED).filter(ended_how="")
    begun = [each for each in still if not (day and each.taken_on and day.certainly_before(each.taken_on))]
    return max(begun, key=lambda each: (str(each.taken_latest or ""), each.pk), default=None)


def save_detention(detention: Detention) -> None:
    if other := certain_overlap(detention):
        raise ValidationError(overlap_message(other))
    detention.full_clean(exclude=["prisoner"])
    detention.save()
    detention.refresh_from_db()


def with_news(release: Release, told: Told) -> Release:
    """A release with what was not known of it; what contradicts the record is refused."""
    published(release)
    published(release.detention)
    for name, field in (("release_kind", "kind"), *((each, each) for each in AFTER_EFFECTS)):
        said, known = told.get(name) or "unknown", getattr(release, field)
        if known == "unknown":
            setattr(release, field, said)
        elif said not in ("unknown", known):
            raise ValidationError(
                _("%(field)s: the record says “%(known)s”. Correct the record first if that is wrong.")
                % {
                    "field": str(verbose_name(release, field)).capitalize(),
                    "known": getattr(release, f"get_{field}_display")(),
                }
            )
    release.detention.save()
    release.save()
    return release


def verbose_name(record: Record, field: str) -> Any:
    found: Any = record._meta.get_field(field)
    return found.verbose_name


# --- Other events ---


def record_recognition(person: Prisoner, told: Told, source: Source | None) -> Recognition:
    act, day = told.get("act") or Recognition.Act.RECOGNISED, told["acted_on"]
    organisations: set[Organisation] = set(told["organisations"])
    kept = person.recognitions.exclude(publication=Publication.RETRACTED).filter(act=act)
    for known in kept.prefetch_related("organisations"):
        if may_be_same(known.acted_on, day) and known.acted_on and organisations & set(known.organisations.all()):
            published(known).save()
            cite(known, source)
            return known
    recognition = Recognition.objects.create(
        prisoner=person, act=act, acted_on=day, statement=source, publication=PUBLISHED,
        definition=told.get("definition") or Recognition.Definition.UNKNOWN,
    )  # fmt: skip
    recognition.organisations.set(organisations)
    cite(recognition, source)
    return recognition


def record_conviction(person: Prisoner, told: Told, source: Source | None) -> Conviction:
    day = told.get("decided_on")
    kept = Conviction.objects.filter(case__prisoner=person).exclude(publication=Publication.RETRACTED)
    for known in kept:
        if day and known.decided_on and may_be_same(known.decided_on, day):
            published(known).save()
            cite(known, source)
            return known
    conviction = Conviction(
        case=case_for(person), decided_on=day, court=told.get("court"), publication=PUBLISHED,
        sentence=told.get("sentence") or Conviction.Sentence.UNKNOWN,
        length_months=told.get("length_months"), length_days=told.get("length_days"),
    )  # fmt: skip
    conviction.full_clean()
    conviction.save()
    for article in told.get("articles") or []:
        ConvictionArticle.objects.get_or_create(conviction=conviction, article=article)
    cite(conviction, source)
    cite(conviction, source, "decided_on")
    return conviction


def case_for(person: Prisoner) -> Case:
    """The one case that awaits its verdict; a new one, with the open detention, where there is none or several."""
    waiting = person.cases.exclude(publication=Publication.RETRACTED).filter(convictions=None)
    if len(found := list(waiting[:2])) == 1:
        case: Case = published(found[0])
        case.save()
        return case
    case = Case.objects.create(prisoner=person, publication=PUBLISHED)
    if detention := detention_to_end(person, None):
        CaseDetention.objects.create(case=case, detention=detention)
    return case


def record_arrest(person: Prisoner, told: Told, source: Source | None) -> Detention:
    day = told.get("taken_on")
    kept = person.detentions.exclude(publication=Publication.RETRACTED)
    for known in kept:
        if day and known.taken_on and may_be_same(known.taken_on, day):
            published(known).save()
            cite(known, source)
            return known
    still = detention_to_end(person, day)
    if still is not None:
        raise ValidationError(
            _("This person is recorded as held (%(days)s): end that detention first, or skip the row.")
            % {"days": in_words(still)}
        )
    detention = Detention(
        prisoner=person, country=person.country, taken_on=day, publication=PUBLISHED,
        proceeding=told.get("proceeding") or Detention.Proceeding.UNKNOWN,
    )  # fmt: skip
    save_detention(detention)
    if told.get("form") or told.get("place"):
        add_stay(detention, told, None)
    cite(detention, source)
    cite(detention, source, "taken_on")
    return detention


def record_transfer(person: Prisoner, told: Told, source: Source | None) -> Stay:
    """A new stay in the detention a person is in; the stay before it ends on that day."""
    day = told.get("moved_on")
    detention = detention_to_end(person, day)
    if detention is None:
        raise ValidationError(_("This person is not recorded as held: record the arrest first."))
    published(detention).save()
    kept = detention.stays.exclude(publication=Publication.RETRACTED)
    same = kept.filter(form=told["form"], place=told.get("place"), from_on=day).first()
    if same is None:
        before = kept.filter(to_on=None).order_by("-from_latest", "-pk").first()
        if before is not None and day is not None:
            before.to_on = day
            before.save()
        same = add_stay(detention, told, day)
    cite(same, source)
    return same


def add_stay(detention: Detention, told: Told, day: PartialDate | None) -> Stay:
    return Stay.objects.create(
        detention=detention, form=told.get("form") or Stay.Form.UNKNOWN, place=told.get("place"), from_on=day,
        publication=PUBLISHED,
    )  # fmt: skip


RECORDERS: dict[str, Callable[[Prisoner, Told, Source | None], Record]] = {
    Piece.Kind.RECOGNITIONS: record_recognition,
    Piece.Kind.CONVICTIONS: record_conviction,
    Piece.Kind.ARRESTS: record_arrest,
    Piece.Kind.TRANSFERS: record_transfer,
    Piece.Kind.RELEASES: record_release,
}
