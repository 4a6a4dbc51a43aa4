"""Places, courts, regions, occupations, articles and organisations that rows name: found in any spelling, else made."""

from __future__ import annotations

from typing import Any

from anyascii import anyascii
from django.utils.text import slugify

from prisoners.importing.mapping import plain
from prisoners.models import Article, Court, Occupation, Organisation, Place, Region

LONGEST_SLUG = 60


class References:
    """Looked up once per batch of rows, for many name the same. `publication` is that of what is made."""

    def __init__(self, publication: str) -> None:
        self.publication = publication
        self.forget()

    def forget(self) -> None:
        """After a step was taken back, for what it made is gone."""
        self.known: dict[tuple[Any, ...], Any] = {}
        self.all_read: set[tuple[Any, str]] = set()

    def place(self, name: str, country: str, kind: str) -> Place:
        return self.location(Place, name, country, kind=kind or Place.Kind.UNKNOWN)

    def court(self, name: str, country: str) -> Court:
        return self.location(Court, name, country)

    def location(self, model: Any, name: str, country: str, **fields: Any) -> Any:
        """A place or court of a country by its name or another spelling, whatever the case of its letters."""
        key = (model, country, plain(name))
        self.read_all(model, country)
        if key not in self.known:
            self.known[key] = model.objects.create(name=name, country=country, publication=self.publication, **fields)
        return self.known[key]

    def read_all(self, model: Any, country: str) -> None:
        """What a country has of a kind, by every spelling; once, or a list of new places would read them for each."""
        if (model, country) in self.all_read:
            return
        self.all_read.add((model, country))
        for each in model.objects.filter(country=country).iterator():
            for spelling in (*each.other_spellings, each.name):
                self.known[model, country, plain(spelling)] = each

    def region(self, name: str, country: str) -> Region:
        key = (Region, country, plain(name))
        self.read_all(Region, country)
        if key not in self.known:
            slug = free_slug(name, Region.objects.filter(country=country))
            self.known[key] = Region.objects.create(name=name, country=country, slug=slug)
        return self.known[key]

    def occupation(self, name: str) -> Occupation:
        key = (Occupation, plain(name))
        if key not in self.known:
            found = Occupation.objects.filter(name__iexact=name).first()
            slug = free_slug(name, Occupation.objects.all())
            self.known[key] = found or Occupation.objects.create(name=name, slug=slug)
        return self.known[key]

    def article(self, code: str, version: str, number: str, title: str, country: str) -> Article:
        key = (Article, country, code, version, number)
        if key not in self.known:
            self.known[key] = Article.objects.get_or_create(
                country=country, code=code, version=version, number=number, defaults={"title": title}
            )[0]
        return self.known[key]

    def organisation(self, name: str) -> Organisation:
        """By its slug or its name; a name that is new is a new organisation."""
        key = (Organisation, plain(name))
        if key not in self.known:
            found = Organisation.objects.filter(slug=name.strip().lower()).first()
            found = found or Organisation.objects.filter(name__iexact=name.strip()).first()
            self.known[key] = found or Organisation.objects.create(
                name=name.strip()[:200], slug=free_slug(name, Organisation.objects.all()), publication=self.publication
            )
        return self.known[key]


def free_slug(name: str, others: Any) -> str:
    """A slug of a name in any script that no other has."""
    wanted = slugify(anyascii(name))[: LONGEST_SLUG - 4] or "x"
    taken = set(others.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)
