"""What a reader's text finds: people by name in any spelling, by identifier or what else is known of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prisoners.models import Merge
from prisoners.names.search import Found, search
from prisoners.otherwise import Told, told_of_people
from registry.paging import Order

BEST_MATCH = "match"
MOST_WORDS = 12
# No list ranks more people than this: who reads so far has asked for too little.
MOST_FOUND = 1_000
MOST_MEANT = 3
# A spelling answers the text if each word is so alike, or the whole is; a surer one needs no “did you mean”.
ALIKE, FITS = 0.72, 0.8
SURELY_ALIKE = 0.85
LEAST_MEANT = 0.3


class Sought(str):
    """A reader's text with what it finds. It is searched for once, however often a page asks."""

    # How many are looked for; None: `MOST_FOUND`.
    fewer: int | None = None

    @property
    def most(self) -> int:
        return self.fewer or MOST_FOUND

    @cached_property
    def nearest(self) -> list[Found]:
        """Public people by their names, best first, the doubtful among them; at most `most`."""
        return search(str(self), limit=self.most)

    @cached_property
    def found(self) -> list[Found]:
        """Those whose name answers the text."""
        return [found for found in self.nearest if found.weakest >= ALIKE or found.score >= FITS]

    @property
    def is_cut(self) -> bool:
        return len(self.found) >= self.most

    @property
    def is_sure(self) -> bool:
        return any(found.weakest >= SURELY_ALIKE for found in self.found)

    @cached_property
    def by_person(self) -> dict[int, Found]:
        return {found.prisoner_id: found for found in self.found}

    @cached_property
    def told(self) -> list[Told]:
        """What else the text may say of people."""
        return list(told_of_people(self))

    @cached_property
    def is_told(self) -> bool:
        """Whether it says so of anybody public: what is said of nobody else must not show in any answer."""
        return any(each.rows.exists() for each in self.told)

    @cached_property
    def identifiers(self) -> set[str]:
        """The text as an identifier, and that of the record which took in the one it stood for."""
        text = self.strip().lower()
        return {text} if " " in text else {text, Merge.objects.leads_to(text)}

    @cached_property
    def condition(self) -> Q:
        """People found by name, or by what else the text may say of them."""
        condition = Q(pk__in=list(self.by_person)) | Q(public_id__in=self.identifiers)
        for each in self.told:
            condition |= Q(Exists(each.rows.filter(**{each.person: OuterRef("pk")})))
        return condition

    def best_first(self) -> Order:
        """The best name first; people found by other words come after those found by name."""
        ranked = Value(list(self.by_person), ArrayField(BigIntegerField()))
        place = Func(ranked, F("pk"), function="array_position", output_field=IntegerField())
        rank = Coalesce(place, Value(len(self.by_person) + 1))
        return Order(BEST_MATCH, gettext_lazy("best match first"), ("match_rank",), annotations={"match_rank": rank})

    def meant(self, people: QuerySet) -> list[str]:
        """Nearest public spellings of some people, for a text that no name answers surely and nothing else at all."""
        if self.is_sure or self.is_told:
            return []
        near = [found for found in self.nearest[:50] if found.score >= LEAST_MEANT and found.matched_name != self]
        listed = set(people.filter(pk__in=[found.prisoner_id for found in near]).values_list("pk", flat=True))
        return list(dict.fromkeys(found.matched_name for found in near if found.prisoner_id in listed))[:MOST_MEANT]


class SoughtField(forms.CharField):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if len(text.split()) > MOST_WORDS:
            raise forms.ValidationError(_("Search for at most %(most)d words.") % {"most": MOST_WORDS})
        return Sought(text) if text else text


class SoughtText(django_filters.Filter):
    field_class = SoughtField
