"""Filters of the people list and of the event lists: one question, asked of people or of what happened to them.

Filters about one event hold on the same event: `taken_from=2020&proceeding=criminal` asks for a criminal
detention since 2020, not for any criminal detention of a person who was also taken since 2020.
"""

from collections.abc import Sequence
from typing import ClassVar

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from prisoners.finding import Sought, SoughtText
from prisoners.lists import edition_choices, membership
from prisoners.models import (
    Conviction,
    Court,
    Detention,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    Recognition,
    Region,
    Release,
    Stay,
)
from prisoners.models.conviction import ConvictionArticle
from prisoners.models.prisoner import PrisonerOccupation, PrisonerQuerySet
from prisoners.models.recognition import RecognitionBy
from prisoners.otherwise import article_numbered
from registry.countries import country_name
from registry.filters import (
    Answers,
    Choices,
    Countries,
    Day,
    OneChoice,
    PartDate,
    SeveralChoices,
    StrictFilterSet,
    Year,
    countries_of,
    in_range,
    narrowed,
    one_of,
    unknown_choice,
)
from registry.paging import Order
from registry.parameters import BadParameter

STILL_HELD = "not_ended"


def region_choices() -> Choices:
    """By slug, and by country and slug."""
    named = list(regions_of_public_people().values_list("country", "slug", "name"))
    with_country = [(f"{country}/{slug}", f"{name} ({country_name(country)})") for country, slug, name in named]
    return [*{slug: name for _country, slug, name in named}.items(), *with_country]


def regions_of_public_people() -> QuerySet[Region]:
    """A region that only somebody withheld comes from is no word of ours: it would tell of them."""
    return Region.objects.filter(Exists(Prisoner.public.filter(home_region=OuterRef("pk"))))


def occupation_choices() -> Choices:
    return occupations_of_public_people().values_list("slug", "name")


def occupations_of_public_people() -> QuerySet[Occupation]:
    return Occupation.objects.filter(Exists(Prisoner.public.filter(occupations=OuterRef("pk"))))


def organisation_choices() -> Choices:
    return Organisation.public.values_list("slug", "name")


def place_choices() -> Choices:
    return Place.public.order_by("name").values_list("public_id", "name")


def court_choices() -> Choices:
    return Court.public.order_by("name").values_list("public_id", "name")


class PersonFilters(StrictFilterSet):
    """What can be asked of a person, on every list."""

    q = SoughtText(label=_("Search"))
    country = Countries(label=_("Country"))
    sex = SeveralChoices(label=_("Sex"), choices=Prisoner.Sex.choices)
    region = SeveralChoices(label=_("Home region"), choices=region_choices)
    occupation = SeveralChoices(label=_("Occupation"), choices=occupation_choices)
    born_from = Year(label=_("Born from"))
    born_to = Year(label=_("Born to"))
    definition = django_filters.CharFilter(label=_("Who counts"))
    held_on = Day(label=_("Held on"))
    on_list = SeveralChoices(label=_("On the list"), choices=edition_choices)
    off_list = SeveralChoices(label=_("Not on the list"), choices=edition_choices)
    dates = OneChoice(
        label=_("Dates known in part"),
        choices=[("possible", _("may fall in the range")), ("certain", _("must fall in the range"))],
    )


class DetentionFilters(StrictFilterSet):
    taken_from = PartDate(label=_("Taken from"))
    taken_to = PartDate(label=_("Taken to"))
    proceeding = SeveralChoices(label=_("Proceeding"), choices=Detention.Proceeding.choices)
    form = SeveralChoices(label=_("Form"), choices=Stay.Form.choices)
    held_in = Countries(label=_("Held in"))
    place = SeveralChoices(label=_("Place"), choices=place_choices)
    ended = SeveralChoices(label=_("How it ended"), choices=[*Detention.End.choices, (STILL_HELD, _("not ended"))])
    released_from = PartDate(label=_("Released from"))
    released_to = PartDate(label=_("Released to"))
    release_kind = SeveralChoices(label=_("Kind of release"), choices=Release.Kind.choices)


class ConvictionFilters(StrictFilterSet):
    convicted_from = PartDate(label=_("Convicted from"))
    convicted_to = PartDate(label=_("Convicted to"))
    sentence = SeveralChoices(label=_("Sentence"), choices=Conviction.Sentence.choices)
    court = SeveralChoices(label=_("Court"), choices=court_choices)
    article = django_filters.CharFilter(label=_("Article"))


class RecognitionFilters(StrictFilterSet):
    recognised_from = PartDate(label=_("Recognised from"))
    recognised_to = PartDate(label=_("Recognised to"))
    recognised_by = SeveralChoices(label=_("Recognised by"), choices=organisation_choices)
    act = SeveralChoices(label=_("Act"), choices=Recognition.Act.choices)


class DeathFilters(StrictFilterSet):
    died_from = PartDate(label=_("Died from"))
    died_to = PartDate(label=_("Died to"))
    circumstance = SeveralChoices(label=_("How they died"), choices=Prisoner.DeathCircumstance.choices)


def people_matching(people: PrisonerQuerySet, answers: Answers, leave_out: str = "") -> PrisonerQuerySet:
    """People who meet the filters; those about the event `leave_out` are left to the event list itself."""
    people = persons_matching(people, answers)
    for event, (rows_matching, person) in EVENTS.items():
        rows = rows_matching(answers) if event != leave_out else None
        if rows is not None:
            people = people.filter(Exists(rows.filter(**{person: OuterRef("pk")})))
    return people


def persons_matching(people: PrisonerQuerySet, answers: Answers) -> PrisonerQuerySet:
    countries = countries_of(answers)
    for condition in (
        Q(country__in=countries) if countries else None,
        answers["q"].condition if "q" in answers else None,
        one_of(answers, "sex", "sex"),
        of_region(answers),
        of_occupation(answers),
        born_within(answers),
        meets_definition(answers.get("definition", "everyone")),
        membership(answers.get("on_list", []), answers.get("off_list", [])),
    ):
        people = people.filter(condition) if condition is not None else people
    return people.held_on(answers["held_on"]) if "held_on" in answers else people


def of_region(answers: Answers) -> Q | None:
    """People of some home regions, each a slug, or a slug with its country before it: two countries may share one."""
    if "region" not in answers:
        return None
    asked = Q()
    for value in answers["region"]:
        country, slash, slug = value.rpartition("/")
        asked |= Q(home_region__slug=slug, home_region__country=country) if slash else Q(home_region__slug=slug)
    return asked


def of_occupation(answers: Answers) -> Q | None:
    if "occupation" not in answers:
        return None
    links = PrisonerOccupation.objects.filter(prisoner=OuterRef("pk"))
    return Q(Exists(links.filter(occupation__slug__in=answers["occupation"])))


def born_within(answers: Answers) -> Q | None:
    """People whose year of birth is certain and in range. Years only: a day would find one person among namesakes."""
    if "born_from" not in answers and "born_to" not in answers:
        return None
    first, last = answers.get("born_from", 1000), answers.get("born_to", 2999)
    return Q(born_on_earliest__year=F("born_on_latest__year"), born_on_earliest__year__range=(first, last))


def meets_definition(definition: str) -> Q | None:
    """Everyone, recognised by anyone, by one organisation, or by no one; a recognition withdrawn is none."""
    if definition == "everyone":
        return None
    standing = standing_recognitions().filter(prisoner=OuterRef("pk"))
    if definition == "recognised":
        return Q(Exists(standing))
    if definition == "unrecognised":
        return ~Q(Exists(standing))
    known = [slug for slug, name in organisation_choices()]
    if definition not in known:
        words = ["everyone", "recognised", "unrecognised", *known]
        raise BadParameter("definition", unknown_choice(definition, words))
    return Q(Exists(standing.filter(organisations__slug=definition)))


def standing_recognitions() -> QuerySet[Recognition]:
    """Public recognitions that no public act withdraws."""
    withdrawals = Recognition.public.filter(withdraws=OuterRef("pk"))
    acts = (Recognition.Act.RECOGNISED, Recognition.Act.EX_POST_FACTO)
    return Recognition.public.filter(act__in=acts).exclude(Exists(withdrawals))


def detentions_matching(answers: Answers) -> QuerySet | None:
    return narrowed(
        Detention.public.all,
        in_range(answers, "taken", "taken_earliest", "taken_latest"),
        one_of(answers, "proceeding", "proceeding"),
        held_in(answers),
        with_stay(answers),
        ended(answers),
        released(answers),
    )


def held_in(answers: Answers) -> Q | None:
    asked = answers.get("held_in", ["all"])
    return None if asked == ["all"] else Q(country__in=asked)


def with_stay(answers: Answers) -> Q | None:
    """Detentions with one stay of the form and in the place that are asked for."""
    stays = narrowed(
        lambda: Stay.public.filter(detention=OuterRef("pk")),
        one_of(answers, "form", "form"),
        one_of(answers, "place", "place__public_id"),
    )
    return None if stays is None else Q(Exists(stays))


def ended(answers: Answers) -> Q | None:
    if "ended" not in answers:
        return None
    return Q(ended_how__in=["" if how == STILL_HELD else how for how in answers["ended"]])


def released(answers: Answers) -> Q | None:
    """Detentions that ended in freedom, within the dates and of the kinds that are asked for."""
    releases = narrowed(
        lambda: Release.public.into_freedom().filter(detention=OuterRef("pk")),
        in_range(answers, "released", "detention__out_earliest", "detention__out_latest"),
        one_of(answers, "release_kind", "kind"),
    )
    return None if releases is None else Q(Exists(releases))


def convictions_matching(answers: Answers) -> QuerySet | None:
    return narrowed(
        Conviction.public.all,
        in_range(answers, "convicted", "decided_earliest", "decided_latest"),
        one_of(answers, "sentence", "sentence"),
        one_of(answers, "court", "court__public_id"),
        under_article(answers),
    )


def under_article(answers: Answers) -> Q | None:
    """Verdicts under an article or a part of it: `342` finds 342 and 342 part 1, not 3421."""
    if "article" not in answers:
        return None
    links = ConvictionArticle.objects.filter(conviction=OuterRef("pk"))
    return Q(Exists(links.filter(article_numbered("article__number", answers["article"]))))


def recognitions_matching(answers: Answers) -> QuerySet | None:
    return narrowed(
        Recognition.public.all,
        in_range(answers, "recognised", "acted_earliest", "acted_latest"),
        one_of(answers, "act", "act"),
        recognised_by(answers),
    )


def recognised_by(answers: Answers) -> Q | None:
    if "recognised_by" not in answers:
        return None
    links = RecognitionBy.objects.filter(recognition=OuterRef("pk"))
    return Q(Exists(links.filter(organisation__slug__in=answers["recognised_by"])))


def deaths_matching(answers: Answers) -> QuerySet | None:
    return narrowed(
        lambda: Prisoner.public.exclude(death_circumstance=""),
        in_range(answers, "died", "died_on_earliest", "died_on_latest"),
        one_of(answers, "circumstance", "death_circumstance"),
    )


# Each event: the rows its own filters ask for, and the way from a row to its person.
EVENTS = {
    "detention": (detentions_matching, "prisoner"),
    "conviction": (convictions_matching, "case__prisoner"),
    "recognition": (recognitions_matching, "prisoner"),
    "death": (deaths_matching, "pk"),
}


class PrisonerFilter(PersonFilters, DetentionFilters, ConvictionFilters, RecognitionFilters, DeathFilters):
    """Filters of the people list."""

    def matching(self, answers: Answers) -> QuerySet:
        return people_matching(self.queryset, answers)

    @property
    def sought(self) -> Sought | None:
        return self.answers.get("q")

    def orders(self, usual: Sequence[Order]) -> Sequence[Order]:
        """The best match first where a text is searched for."""
        return (self.sought.best_first(), *usual) if self.sought else usual


class EventFilter(PrisonerFilter):
    """Filters of an event list: those of the people list, and the event's own on the event itself."""

    event: ClassVar[str]
    person: ClassVar[str]

    def matching(self, answers: Answers) -> QuerySet:
        rows = self.rows(answers)
        found = self.queryset if rows is None else self.queryset.filter(pk__in=rows.values("pk"))
        return found.filter(**{f"{self.person}__in": self.people(answers).values("pk")})

    def people(self, answers: Answers) -> PrisonerQuerySet:
        """The people that the other filters ask for."""
        return people_matching(Prisoner.public.all(), answers, leave_out=self.event)

    def orders(self, usual: Sequence[Order]) -> Sequence[Order]:
        """Events stand by their dates, whatever is searched for."""
        return usual

    def rows(self, answers: Answers) -> QuerySet | None:
        """The rows that the event's own filters ask for; None if they ask for nothing."""
        return EVENTS[self.event][0](answers)


class DetentionFilter(EventFilter):
    event, person = "detention", "prisoner"


class ConvictionFilter(EventFilter):
    event, person = "conviction", "case__prisoner"


class RecognitionFilter(EventFilter):
    event, person = "recognition", "prisoner"


class DeathFilter(EventFilter):
    event, person = "death", "pk"


class ReleaseFilter(EventFilter):
    """A release is the end of a detention: filters about the detention hold on the one that it ends."""

    event, person = "detention", "detention__prisoner"

    def rows(self, answers: Answers) -> QuerySet | None:
        detentions = super().rows(answers)
        return None if detentions is None else Release.public.filter(detention__in=detentions.values("pk"))
