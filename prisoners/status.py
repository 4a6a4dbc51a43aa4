"""Where a person stands now, in a sentence. It follows from the events and is stored nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from prisoners.models import Detention, Prisoner, Release
from registry.dates import PartialDate


@dataclass(frozen=True)
class Status:
    """`kind` is held, free, out, died or none; `confirmed_on` is when a source last said that the person is held."""

    kind: str
    sentence: str
    confirmed_on: PartialDate | None = None


def status(person: Prisoner) -> Status:
    """The status by the detentions at hand, which the caller has fetched as the public may see them."""
    if person.death_circumstance:
        return Status("died", died(person))
    detentions = sorted(person.detentions.all(), key=in_order)
    still_held = [detention for detention in detentions if not detention.ended_how]
    if still_held:
        return Status("held", held(still_held[-1]), still_held[-1].last_confirmed_on)
    if not detentions:
        return Status("none", _("No detention recorded"))
    return after(detentions[-1])


def in_order(detention: Detention) -> tuple[str, str]:
    """By the day taken as far as it is known; one without any day comes first."""
    first = detention.taken_earliest or detention.taken_latest or detention.out_earliest
    last = detention.out_latest or first
    return (first.isoformat() if first else "", last.isoformat() if last else "")


def died(person: Prisoner) -> str:
    sentences = {
        Prisoner.DeathCircumstance.IN_CUSTODY: (_("Died in custody"), _("Died in custody, %(day)s")),
        Prisoner.DeathCircumstance.AT_ARREST: (_("Died at arrest"), _("Died at arrest, %(day)s")),
        Prisoner.DeathCircumstance.AFTER_RELEASE: (_("Died after release"), _("Died after release, %(day)s")),
    }
    circumstance = Prisoner.DeathCircumstance(person.death_circumstance)
    plain, with_day = sentences.get(circumstance, (_("Died"), _("Died, %(day)s")))
    return with_day % {"day": person.died_on.display()} if person.died_on else plain


def held(detention: Detention) -> str:
    if detention.taken_on is None:
        return _("Held; day taken not known")
    return _("Held; taken %(day)s") % {"day": detention.taken_on.display()}


def after(detention: Detention) -> Status:
    """What came of a detention that ended."""
    if detention.ended_how == Detention.End.RELEASE:
        return Status("free", released(detention))
    sentences = {
        Detention.End.DEATH: _("Died in custody"),
        Detention.End.ESCAPE: _("Escaped"),
        Detention.End.HANDED_OVER: _("Handed to another country"),
    }
    sentence = sentences.get(Detention.End(detention.ended_how), _("No longer held; how it ended is not known"))
    return Status("out", dated(sentence, detention.ended_on))


def released(detention: Detention) -> str:
    """With the kind of the release, where one is known."""
    sentence = dated(_("Released"), detention.ended_on)
    release = getattr(detention, "release", None)
    if release is None or release.kind == Release.Kind.UNKNOWN:
        return sentence
    return _("%(sentence)s: %(kind)s") % {"sentence": sentence, "kind": release.get_kind_display()}


def dated(sentence: str, day: PartialDate | None) -> str:
    return _("%(sentence)s, %(day)s") % {"sentence": sentence, "day": day.display()} if day else sentence
