"""Filters of sources, and the orders of their list."""

from __future__ import annotations

from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from registry.filters import Answers, OneChoice, PartDate, SeveralChoices, StrictFilterSet, in_range, narrowed, one_of
from registry.models import Source
from registry.paging import Order

LONG_AGO = "0001-01-01"
PUBLISHED_KEY = {
    "day_key": Coalesce("published_on_earliest", "published_on_latest", Value(LONG_AGO), output_field=DateField())
}
SOURCE_ORDERS = (
    Order("-date", _("newest first"), ("day_key",), descending=True, annotations=PUBLISHED_KEY),
    Order("date", _("oldest first"), ("day_key",), annotations=PUBLISHED_KEY),
)


class SourceFilter(StrictFilterSet):
    kind = SeveralChoices(label=_("Kind"), choices=Source.Kind.choices)
    reliability = SeveralChoices(label=_("Reliability"), choices=Source.Reliability.choices)
    publisher = CharFilter(label=_("Publisher"))
    language = CharFilter(label=_("Language"))
    published_from = PartDate(label=_("Published from"))
    published_to = PartDate(label=_("Published to"))
    dates = OneChoice(
        label=_("Dates known in part"),
        choices=[("possible", _("may fall in the range")), ("certain", _("must fall in the range"))],
    )

    def matching(self, answers: Answers) -> QuerySet:
        asked = narrowed(
            self.queryset.all,
            one_of(answers, "kind", "kind"),
            one_of(answers, "reliability", "reliability"),
            Q(publisher__iexact=answers["publisher"]) if "publisher" in answers else None,
            Q(language__iexact=answers["language"]) if "language" in answers else None,
            in_range(answers, "published", "published_on_earliest", "published_on_latest"),
        )
        return self.queryset if asked is None else asked
