"""What an editor should look at before a person is taken: none of it forbids anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from pardons.models import Announcement
from prisoners.models import Case, Charge, Conviction, Detention, Prisoner, Recognition
from registry.dates import PartialDate
from registry.publishing import Publication

RECOGNISING = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)


@dataclass(frozen=True)
class Act:
    """What a piece is about, as far as a caution needs it. `women_left` and `men_left` are None where not stated.

    `begins`: it takes people, who need not have been held before.
    """

    on: PartialDate | None = None
    is_pardon: bool = False
    frees: bool = False
    begins: bool = False
    asks_recognition: bool = False
    women_left: int | None = None
    men_left: int | None = None


def for_cautions(people: Any) -> Any:
    """People with everything that a caution or a proposal looks at."""
    kept = {"publication": Publication.RETRACTED}
    verdicts = Prefetch("convictions", Conviction.objects.exclude(**kept))
    charges = Prefetch("charges", Charge.objects.exclude(**kept).select_related("article"))
    return people.select_related("home_region").prefetch_related(
        "names",
        Prefetch("detentions", Detention.objects.exclude(**kept).select_related("release").order_by("pk")),
        Prefetch("cases", Case.objects.exclude(**kept).prefetch_related(verdicts, charges)),
        Prefetch("recognitions", Recognition.objects.exclude(**kept)),
    )


def cautions(person: Prisoner, act: Act) -> list[str]:
    """What speaks against taking this person, in words; the person comes from `for_cautions`."""
    told = [died_before(person, act), already_out(person, act), never_held(person, act)]
    told += [convicted_after(person, act)] if act.is_pardon else []
    told += [no_place_left(person.sex, act)]
    told += [recognised_by_nobody(person)] if act.asks_recognition else []
    return [sentence for sentence in told if sentence]


def died_before(person: Prisoner, act: Act) -> str:
    if not person.death_circumstance:
        return ""
    if act.on and person.died_on and not person.died_on.certainly_before(act.on):
        return ""
    return _("Recorded as dead")


def already_out(person: Prisoner, act: Act) -> str:
    """Every recorded detention had certainly ended before the act."""
    detentions = list(person.detentions.all())
    if not act.frees or not detentions or any(not each.ended_how for each in detentions):
        return ""
    ends = [each.ended_on for each in detentions if each.ended_on]
    if len(ends) < len(detentions) or act.on is None:
        return ""
    if not all(end.certainly_before(act.on) for end in ends):
        return ""
    newest = max(ends, key=lambda end: str(end.latest))
    return _("Already out: %(day)s") % {"day": newest.display()}


def never_held(person: Prisoner, act: Act) -> str:
    return "" if act.begins or person.detentions.all() else _("Never recorded as held")


def verdicts_of(person: Prisoner) -> list[Conviction]:
    return [verdict for case in person.cases.all() for verdict in case.convictions.all()]


def convicted_after(person: Prisoner, act: Act) -> str:
    """Every verdict lies certainly after the act, or there is a prosecution without any."""
    verdicts = verdicts_of(person)
    if not verdicts:
        return pardoned_before_convicted(person)
    dated = [verdict.decided_on for verdict in verdicts if verdict.decided_on]
    if act.on is None or len(dated) < len(verdicts):
        return ""
    return _("Pardoned before convicted") if all(act.on.certainly_before(day) for day in dated) else ""


def pardoned_before_convicted(person: Prisoner) -> str:
    """A prosecution is recorded and no verdict."""
    awaits = bool(person.cases.all()) and not verdicts_of(person)
    return _("Pardoned before convicted: no verdict is recorded") if awaits else ""


def no_place_left(sex: str, act: Act) -> str:
    if sex == Prisoner.Sex.FEMALE and act.women_left is not None and act.women_left <= 0:
        return _("No place of a woman is left")
    if sex == Prisoner.Sex.MALE and act.men_left is not None and act.men_left <= 0:
        return _("No place of a man is left")
    return ""


def recognised_by_nobody(person: Prisoner) -> str:
    withdrawn = {each.withdraws_id for each in person.recognitions.all() if each.withdraws_id}
    stands = [each for each in person.recognitions.all() if each.act in RECOGNISING and each.pk not in withdrawn]
    return "" if stands else _("Recognised by nobody")


def act_of(announcement: Announcement, women_left: int | None, men_left: int | None) -> Act:
    from_prison = announcement.kind not in (
        Announcement.Kind.ARRESTS, Announcement.Kind.CONVICTIONS, Announcement.Kind.RECOGNITIONS,
        Announcement.Kind.DEATHS,
    )  # fmt: skip
    return Act(
        on=announcement.counted_on,
        is_pardon=announcement.kind == Announcement.Kind.PARDON,
        frees=from_prison,
        begins=announcement.kind == Announcement.Kind.ARRESTS,
        asks_recognition=from_prison,
        women_left=women_left,
        men_left=men_left,
    )
