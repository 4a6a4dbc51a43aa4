"""What happened to a person, told in words: each detention, verdict, recognition, pardon and death as events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prisoners.models import Appeal, Case, Charge, Conviction, Detention, Prisoner, Recognition, Release, Stay
from registry.countries import country_name
from registry.dates import PartialDate
from registry.models import Source
from registry.publishing import Record

# Within one day, things are told in this order.
RANKS = ("taken", "moved", "charged", "convicted", "recognised", "pardoned", "free", "out", "died")


@dataclass(frozen=True)
class LifeEvent:
    """One thing that happened. `place` sorts it, None where no date is known; `is_inside`: held after it."""

    kind: str
    title: str
    when: PartialDate | None
    place: date | None
    record: Record
    details: list[str] = field(default_factory=list)
    announcements: list[Any] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    is_inside: bool = False

    @property
    def order(self) -> tuple[date, int]:
        return (self.place or date.min, RANKS.index(self.kind))


def detention_events(person: Prisoner, detention: Detention, all_of_them: list[Detention]) -> Iterator[LifeEvent]:
    """Taken, moved between places, out."""
    stays = sorted(detention.stays.all(), key=lambda stay: stay.from_earliest or stay.from_latest or date.min)
    begun_with = [stay for stay in stays[:1] if stay.from_on in (None, detention.taken_on)]
    yield taken_event(person, detention, begun_with)
    yield from (moved_event(stay, detention) for stay in stays[len(begun_with) :])
    if detention.ended_how and not (detention.ended_how == Detention.End.DEATH and person.death_circumstance):
        yield out_event(detention, all_of_them)


def taken_event(person: Prisoner, detention: Detention, stays: list[Stay]) -> LifeEvent:
    details = [proceeding_in_words(detention), *(stay_in_words(stay) for stay in stays)]
    if detention.country != person.country:
        details.append(_("held in %(country)s") % {"country": country_name(detention.country)})
    if detention.revokes_release == Detention.Revokes.YES:
        details.append(_("an earlier release was revoked"))
    if not detention.ended_how and detention.last_confirmed_on:
        details.append(_("last confirmed held: %(day)s") % {"day": detention.last_confirmed_on.display()})
    return LifeEvent(
        "taken", _("Taken"), detention.taken_on, detention.taken_earliest or detention.taken_latest, detention,
        [detail for detail in details if detail], sources=present(detention.last_confirmed_by),
    )  # fmt: skip


def proceeding_in_words(detention: Detention) -> str:
    return {
        Detention.Proceeding.CRIMINAL: _("criminal proceeding"),
        Detention.Proceeding.ADMINISTRATIVE: _("administrative proceeding"),
        Detention.Proceeding.NONE: _("without proceeding"),
    }.get(Detention.Proceeding(detention.proceeding), "")


def stay_in_words(stay: Stay) -> str:
    parts = [] if stay.form == Stay.Form.UNKNOWN else [stay.get_form_display()]
    return ", ".join([*parts, *(str(place) for place in present(stay.place))])


def moved_event(stay: Stay, detention: Detention) -> LifeEvent:
    """A move is neither a release nor a new arrest."""
    where = stay_in_words(stay)
    title = _("Moved: %(where)s") % {"where": where} if where else _("Moved")
    place = stay.from_earliest or stay.from_latest
    begins = detention.taken_earliest
    return LifeEvent("moved", title, stay.from_on, max(place, begins) if place and begins else place, stay)


def out_event(detention: Detention, all_of_them: list[Detention]) -> LifeEvent:
    place = detention.out_latest or detention.out_earliest
    if detention.ended_how != Detention.End.RELEASE:
        title = _("Detention ended: %(how)s") % {"how": detention.get_ended_how_display()}
        return LifeEvent("out", title, detention.ended_on, place, detention)
    release = getattr(detention, "release", None)
    if release is None:
        return LifeEvent("free", _("Released"), detention.ended_on, place, detention)
    known = release.kind != Release.Kind.UNKNOWN
    title = _("Released: %(kind)s") % {"kind": release.get_kind_display()} if known else _("Released")
    details = [*after_effects(release), *revoked(detention, all_of_them)]
    return LifeEvent("free", title, detention.ended_on, place, release, details)


def after_effects(release: Release) -> Iterator[str]:
    """Out of prison is not free."""
    if release.restrictions_remain == Release.YesNo.YES:
        yield _("restrictions remain")
    if release.left_the_country == Release.YesNo.YES:
        yield _("left the country")
    if release.documents_taken == Release.YesNo.YES:
        yield _("documents were taken")


def revoked(detention: Detention, all_of_them: list[Detention]) -> Iterator[str]:
    later = all_of_them[all_of_them.index(detention) + 1 :][:1]
    if any(next_one.revokes_release == Detention.Revokes.YES for next_one in later):
        yield _("revoked by a later detention")


def case_events(case: Case) -> Iterator[LifeEvent]:
    charges = list(case.charges.all())
    if charges:
        dated = sorted(
            (charge for charge in charges if charge.stage_earliest), key=lambda charge: charge.stage_earliest
        )
        when, place = (dated[0].stage_on, dated[0].stage_earliest) if dated else (None, None)
        details = [charge_in_words(charge) for charge in charges]
        if case.co_defendants:
            details.append(_("with others: %(group)s") % {"group": case.co_defendants})
        yield LifeEvent("charged", _("Prosecuted"), when, place, case, details)
    yield from (conviction_event(conviction) for conviction in case.convictions.all())


def charge_in_words(charge: Charge) -> str:
    words = f"{charge.article}: {charge.get_stage_display()}"
    return f"{words}, {charge.stage_on.display()}" if charge.stage_on else words


def conviction_event(conviction: Conviction) -> LifeEvent:
    details = [str(conviction.court or ""), ", ".join(str(article) for article in conviction.articles.all())]
    if conviction.judge:
        details.append(_("judge: %(judge)s") % {"judge": conviction.judge})
    if conviction.in_absentia:
        details.append(_("in absentia"))
    details += [appeal_in_words(appeal) for appeal in conviction.appeals.all()]
    if conviction.stated_end_on:
        details.append(_("stated end of the sentence: %(day)s") % {"day": conviction.stated_end_on.display()})
    return LifeEvent(
        "convicted", _("Convicted: %(sentence)s") % {"sentence": sentence_in_words(conviction)},
        conviction.decided_on, conviction.decided_earliest or conviction.decided_latest, conviction,
        [detail for detail in details if detail], sources=present(conviction.stated_end_source),
    )  # fmt: skip


def sentence_in_words(conviction: Conviction) -> str:
    if conviction.sentence == Conviction.Sentence.UNKNOWN:
        kind = _("sentence not known")
    else:
        kind = conviction.get_sentence_display()
    length = length_in_words(conviction.length_months, conviction.length_days)
    return f"{kind}, {length}" if length else kind


def length_in_words(months: int | None, days: int | None = None) -> str:
    """A length of time: 54 months are "4 years 6 months". Nothing where none is known."""
    if days:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    years, rest = divmod(months or 0, 12)
    parts = [ngettext("%(count)d year", "%(count)d years", years) % {"count": years}] if years else []
    parts += [ngettext("%(count)d month", "%(count)d months", rest) % {"count": rest}] if rest else []
    return " ".join(parts)


def appeal_in_words(appeal: Appeal) -> str:
    words = _("appeal: %(outcome)s") % {"outcome": appeal.get_outcome_display()}
    length = length_in_words(appeal.new_length_months)
    return ", ".join(part for part in (words, length, appeal.decided_on.display() if appeal.decided_on else "") if part)


def recognition_event(recognition: Recognition) -> LifeEvent:
    titles = {
        Recognition.Act.RECOGNISED: _("Recognised as a political prisoner"),
        Recognition.Act.EX_POST_FACTO: _("Recognised as a political prisoner after release"),
        Recognition.Act.WITHDRAWN: _("Recognition withdrawn"),
        Recognition.Act.DECLINED: _("Recognition declined"),
    }
    details = [", ".join(str(organisation) for organisation in recognition.organisations.all())]
    if recognition.definition != Recognition.Definition.UNKNOWN:
        details.append(recognition.get_definition_display())
    place = recognition.acted_earliest or recognition.acted_latest
    return LifeEvent(
        "recognised", str(titles[Recognition.Act(recognition.act)]), recognition.acted_on, place, recognition,
        [detail for detail in details if detail], sources=present(recognition.statement),
    )  # fmt: skip


def pardon_event(pardon: Any) -> LifeEvent:
    details = [pardon.get_effect_display() if pardon.effect != "unknown" else "", pardon.conditions]
    if pardon.outcome != "unknown":
        details.append(_("what came of it: %(outcome)s") % {"outcome": pardon.get_outcome_display()})
    place = pardon.act_earliest or pardon.act_latest
    return LifeEvent("pardoned", _("Pardoned"), pardon.act_on, place, pardon, [detail for detail in details if detail])


def death_event(person: Prisoner) -> LifeEvent:
    known = person.death_circumstance != Prisoner.DeathCircumstance.UNKNOWN
    title = _("Died: %(how)s") % {"how": person.get_death_circumstance_display()} if known else _("Died")
    return LifeEvent("died", title, person.died_on, person.died_on_latest or person.died_on_earliest, person)


def present(value: Any) -> list[Any]:
    return [] if value is None else [value]
