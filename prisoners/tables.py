"""People and what happened to them as tables, in the order in which they can be made again."""

from __future__ import annotations

from django.db.models import Case, F, TextField, When
from django.db.models.functions import Cast, ExtractYear
from django.utils.translation import gettext as _

from prisoners.models import (
    Appeal,
    Article,
    Charge,
    Conviction,
    Court,
    Detention,
    ListEdition,
    ListEntry,
    Name,
    Occupation,
    Organisation,
    Place,
    Prisoner,
    Recognition,
    Region,
    Release,
    Stay,
)
from prisoners.models import (
    Case as CaseRecord,
)
from prisoners.models.conviction import ConvictionArticle
from prisoners.models.prisoner import PrisonerOccupation
from registry.tables import Table, table, used_by


def year_of_birth() -> Case:
    """The year alone, where one is certain: a day finds one person among namesakes."""
    year = Cast(ExtractYear("born_on_earliest"), TextField())
    return Case(When(born_on_earliest__year=F("born_on_latest__year"), then=year), default=None)


TABLES: tuple[Table, ...] = (
    table(
        "regions", Region,
        used_by(
            Region, (Prisoner.public.all, "home_region"), (Place.public.all, "region"), (Court.public.all, "region")
        ),
        ("country", "slug"),
    ),
    table(
        "occupations", Occupation,
        used_by(
            Occupation,
            (lambda: PrisonerOccupation.objects.filter(prisoner__in=Prisoner.public.values("pk")), "occupation"),
        ),
        ("slug",),
    ),
    table(
        "articles", Article,
        used_by(
            Article,
            (Charge.public.all, "article"),
            (lambda: ConvictionArticle.objects.filter(conviction__in=Conviction.public.values("pk")), "article"),
        ),
        ("country", "code", "version", "number"),
    ),
    table("organisations", Organisation, Organisation.public.all),
    table("places", Place, Place.public.all),
    table("courts", Court, Court.public.all),
    table("prisoners", Prisoner, Prisoner.public.all, born_on=year_of_birth),
    table("names", Name, Name.public.all),
    table("detentions", Detention, Detention.public.all),
    table("stays", Stay, Stay.public.all),
    table("releases", Release, Release.public.all),
    table("cases", CaseRecord, CaseRecord.public.all),
    table("charges", Charge, Charge.public.all),
    table("convictions", Conviction, Conviction.public.all),
    table("appeals", Appeal, Appeal.public.all),
    table("recognitions", Recognition, Recognition.public.all),
    table("list_editions", ListEdition, ListEdition.public.all),
    table(
        "list_entries", ListEntry,
        lambda: ListEntry.objects.filter(
            edition__in=ListEdition.public.values("pk"), prisoner__in=Prisoner.public.values("pk")
        ),
        ("edition", "external_id"),
    ),
)  # fmt: skip


def give_main_names() -> None:
    """A main name that nobody sees, for people whose own is not public: each has exactly one."""
    unnamed = Prisoner.objects.exclude(names__kind=Name.Kind.MAIN)
    Name.objects.bulk_create(
        [Name(prisoner=person, text=_("name not public"), kind=Name.Kind.MAIN) for person in unnamed.iterator()],
        batch_size=2_000,
    )
