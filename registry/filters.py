"""Filters of public lists: several choices joined by commas, partial dates, and errors that name the parameter."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.countries import country_choices, is_country
from registry.dates import PartialDate, PartialDateFormField
from registry.paging import Order
from registry.parameters import BadParameter, Parameters

Answers = dict[str, Any]
Choices = Iterable[tuple[Any, Any]]
EVERYWHERE = "all"


class CommaInput(forms.TextInput):
    """Several values of one parameter as one text: `female,male`."""

    def format_value(self, value: Any) -> str | None:
        return ",".join(value) if isinstance(value, (list, tuple)) else value

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [part for part in (data.get(name) or "").split(",") if part]


class SeveralChoicesField(forms.MultipleChoiceField):
    widget = CommaInput

    def validate(self, value: list[str]) -> None:
        """Refuse what is no choice, and say what would be one. The choices are asked for only where a value is."""
        choices: Any = self.choices
        known = [key for key, label in choices] if value else []
        for given in value:
            if given not in known:
                raise forms.ValidationError(unknown_choice(given, known))


def unknown_choice(given: str, known: list[str]) -> str:
    if not known:
        return _("“%(given)s” is not known, and there is nothing to choose from yet.") % {"given": given[:80]}
    return _("“%(given)s” is not one of: %(known)s.") % {"given": given[:80], "known": ", ".join(known[:60])}


class SeveralChoices(django_filters.MultipleChoiceFilter):
    field_class = SeveralChoicesField


class CountriesField(SeveralChoicesField):
    """Countries by code; `all` for all of them; nothing for the registry's default country."""

    def validate(self, value: list[str]) -> None:
        if EVERYWHERE in value and len(value) > 1:
            raise forms.ValidationError(_("“all” stands alone: write all, or countries such as BY,PL."))
        for given in value:
            if given != EVERYWHERE and not is_country(given):
                text = _("“%(given)s” is no country code. Write two capital letters such as BY, or all.")
                raise forms.ValidationError(text % {"given": given[:80]})


class Countries(SeveralChoices):
    field_class = CountriesField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=country_choices, **kwargs)


class OneChoiceField(forms.ChoiceField):
    def validate(self, value: str) -> None:
        choices: Any = self.choices
        known = [str(key) for key, label in choices if key]
        if value and value not in known:
            raise forms.ValidationError(unknown_choice(value, known))


class OneChoice(django_filters.ChoiceFilter):
    """One of few words; what else was written is refused with the words that are known."""

    field_class = OneChoiceField


class DayField(forms.DateField):
    default_error_messages: ClassVar = {"invalid": gettext_lazy("Write one day as 2024-07-16.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class Day(django_filters.Filter):
    field_class = DayField


class YearField(forms.IntegerField):
    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("Write a year as 1984."),
        "min_value": gettext_lazy("Write a year between 1000 and 2999."),
        "max_value": gettext_lazy("Write a year between 1000 and 2999."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1000, max_value=2999, **kwargs)


class Year(django_filters.Filter):
    field_class = YearField


class PartDate(django_filters.Filter):
    """A bound of a range, as precise as its writer likes: 2024, 2024-07 or 2024-07-16."""

    field_class = PartialDateFormField


Part = TypeVar("Part", django_filters.Filter, forms.Field)


class Parts(dict[str, Part]):
    """The filters of a set or the fields of its form. Each question copies them; what they hold stays as it is."""

    def __deepcopy__(self, memo: object) -> dict[str, Part]:
        return {name: copy(each) for name, each in self.items()}


class StrictFilterSet(django_filters.FilterSet):
    """A filter set that raises BadParameter for a value it can't answer, instead of showing everything."""

    form_class: ClassVar[type[forms.Form]]

    @classmethod
    def get_filters(cls) -> Parts[django_filters.Filter]:
        return Parts(super().get_filters())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, errors in self.form.errors.items():
            raise BadParameter(name, str(errors[0]))

    def get_form_class(self) -> type[forms.Form]:
        """Made at the first question: the fields are the same for each."""
        if "form_class" not in vars(type(self)):
            type(self).form_class = made = super().get_form_class()
            made.base_fields = Parts(made.base_fields)
        return self.form_class

    @classmethod
    def parameters(cls) -> Parameters:
        many = {name for name, field in cls.base_filters.items() if isinstance(field, SeveralChoices)}
        return Parameters.of(one=set(cls.base_filters) - many, many=many)

    @cached_property
    def answers(self) -> Answers:
        """The parameters that were given, as values."""
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "", [])}

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.matching(self.answers)

    def matching(self, answers: Answers) -> QuerySet:
        """The rows of `queryset` that some answers ask for; these may differ from the ones that were given."""
        raise NotImplementedError

    def without(self, *names: str) -> QuerySet:
        """The rows of the same question without some of its parameters."""
        if self.answers.keys().isdisjoint(names):
            return self.qs
        return self.matching({name: value for name, value in self.answers.items() if name not in names})

    def orders(self, usual: Sequence[Order]) -> Sequence[Order]:
        """The orders of the list for this question; the first is the one without `sort`."""
        return usual

    @property
    def countries(self) -> list[str] | None:
        return countries_of(self.answers)


def countries_of(answers: Answers) -> list[str] | None:
    """The country codes that are asked for; None for all of them."""
    asked = answers.get("country") or [settings.DEFAULT_COUNTRY]
    return None if asked == [EVERYWHERE] else asked


def in_range(answers: Answers, name: str, earliest: str, latest: str) -> Q | None:
    """Rows whose date lies from `<name>_from` to `<name>_to`, both inclusive; None if neither is given.

    A date known in part may fall inside; with `dates=certain` it must. A row without a date is in no range.
    """
    first, last = bound(answers, f"{name}_from"), bound(answers, f"{name}_to")
    if first is None and last is None:
        return None
    refuse_reversed(name, first, last)
    if answers.get("dates") == "certain":
        return certainly_within(earliest, latest, first, last)
    return possibly_within(earliest, latest, first, last)


def bound(answers: Answers, name: str) -> date | None:
    """The first day of a `..._from`, the last day of a `..._to`."""
    written: PartialDate | None = answers.get(name)
    if written is None:
        return None
    day = written.earliest if name.endswith("_from") else written.latest
    if day is None:
        raise BadParameter(name, _("Write a date with an end to it, such as 2024, 2024-07 or 2024-07-16."))
    return day


def refuse_reversed(name: str, first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise BadParameter(f"{name}_to", _("The range ends before it begins: give a later date, or leave it out."))


def certainly_within(earliest: str, latest: str, first: date | None, last: date | None) -> Q:
    inside = Q()
    if first:
        inside &= Q(**{f"{earliest}__gte": first})
    if last:
        inside &= Q(**{f"{latest}__lte": last})
    return inside


def possibly_within(earliest: str, latest: str, first: date | None, last: date | None) -> Q:
    """A bound that is not known shuts nothing out, but one of the two must be known."""
    inside = Q(**{f"{earliest}__isnull": False}) | Q(**{f"{latest}__isnull": False})
    if first:
        inside &= Q(**{f"{latest}__isnull": True}) | Q(**{f"{latest}__gte": first})
    if last:
        inside &= Q(**{f"{earliest}__isnull": True}) | Q(**{f"{earliest}__lte": last})
    return inside


def narrowed(rows: Callable[[], QuerySet], *conditions: Q | None) -> QuerySet | None:
    """The rows that meet all conditions that are asked for; None if none is: most lists ask for few of theirs."""
    asked = [condition for condition in conditions if condition is not None]
    return rows().filter(*asked) if asked else None


def one_of(answers: Answers, name: str, path: str) -> Q | None:
    """Rows whose `path` has one of the values given for `name`; None if none is given."""
    return Q(**{f"{path}__in": answers[name]}) if name in answers else None
