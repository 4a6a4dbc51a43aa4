"""What is given of an event once for many people, and what differs for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pardons.linking.models import Piece
from prisoners.models import (
    Article,
    Conviction,
    Court,
    Detention,
    Organisation,
    Place,
    Recognition,
    Release,
    Stay,
)
from registry.dates import PartialDateFormField
from registry.publishing import Publication

FREED, NOT_FREED = "freed", "not_freed"
FATES = [("", _("the source does not say")), (FREED, _("freed")), (NOT_FREED, _("was not freed"))]
AS_ABOVE = ("", _("as given for all"))
NOT_KNOWN = ("", _("not known"))
SHORT_DATE_HELP = _("Such as 2024-08-16, 2024-08 or 2024; empty if not known.")
MOST_ARTICLES = 20


def chosen(choices: Any, label: Any, first: Any = NOT_KNOWN) -> forms.ChoiceField:
    """A choice that may stay open; the model's own word for “not known” is that open choice."""
    return forms.ChoiceField(
        label=label, required=False, choices=[first, *((key, text) for key, text in choices if key != "unknown")]
    )


def day(label: Any, help_text: Any = SHORT_DATE_HELP, *, required: bool = False) -> PartialDateFormField:
    return PartialDateFormField(label=label, required=required, help_text=help_text)


class Named(forms.CharField):
    """A record that is named by one of its spellings: typed, with the known names offered."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model, self.country = model, ""
        super().__init__(required=False, max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        kept = self.model.objects.exclude(publication=Publication.RETRACTED)
        if self.country:
            kept = kept.filter(country=self.country)
        found = kept.filter(Q(name__iexact=name) | Q(other_spellings__icontains=name)).order_by("pk")
        exact = [each for each in found if name.casefold() in spellings_of(each)]
        if exact:
            return exact[0]
        raise ValidationError(
            gettext("No %(kind)s is called “%(name)s” here: enter it among the records first, or leave this empty.")
            % {"kind": self.model._meta.verbose_name, "name": name},
            code="unknown_name",
        )


def spellings_of(location: Any) -> set[str]:
    return {text.casefold() for text in (location.name, *location.other_spellings)}


class Articles(forms.CharField):
    """Articles of codes by their numbers, with commas between them."""

    country = ""

    def clean(self, value: Any) -> list[Article]:
        numbers = [number.strip() for number in str(super().clean(value)).split(",") if number.strip()]
        known = Article.objects.filter(number__in=numbers[:MOST_ARTICLES])
        by_number = {each.number: each for each in (known.filter(country=self.country) if self.country else known)}
        if missing := [number for number in numbers if number not in by_number]:
            raise ValidationError(
                gettext("No article is numbered “%(number)s” here: enter it among the records first.")
                % {"number": missing[0]},
                code="unknown_article",
            )
        return [by_number[number] for number in numbers]


class GivenForm(forms.Form):
    """What is given for all rows of a piece, or with `is_row` what differs for one of them: nothing is required."""

    # What can't differ within one act.
    for_all: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, is_row: bool = False, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.for_all if is_row else ():
            del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, (Named, Articles)):
                field.country = country
            if is_row:
                field.required, field.help_text = False, ""
                if isinstance(field, forms.ChoiceField):
                    offered: Any = field.choices
                    field.choices = [AS_ABOVE, *(each for each in offered if each[0])]
        for name, field in self.fields.items():
            if isinstance(field, Named):
                field.widget.attrs["list"] = f"known-{name}"

    def typed(self) -> dict[str, Any]:
        """What was typed, as strings that can be kept and judged again."""
        found = {}
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, {}, self.add_prefix(name))
            found[name] = list(value) if isinstance(value, list) else without_null(value)[:1000]
        return {name: value for name, value in found.items() if value}


def without_null(value: Any) -> str:
    return str(value or "").replace("\x00", "").strip()


class AfterEffects(GivenForm):
    """A release and what comes with it."""

    released_on = day(_("released on"))
    release_kind = chosen(Release.Kind.choices, _("kind of release"))
    restrictions_remain = chosen(Release.YesNo.choices, _("restrictions remain"))
    left_the_country = chosen(Release.YesNo.choices, _("left the country"))
    documents_taken = chosen(Release.YesNo.choices, _("documents taken"))


class PlaceForm(AfterEffects):
    """What became of people who fill places of an announcement."""

    fate = forms.ChoiceField(label=_("freed?"), required=False, choices=FATES)
    released_on = day(_("released on"), _("Empty: on the date of the act."))

    field_order = ("fate", "released_on", "release_kind", "restrictions_remain", "left_the_country", "documents_taken")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if told.get("fate") == NOT_FREED and (told.get("released_on") or told.get("release_kind")):
            raise ValidationError(gettext("Someone who was not freed has no release: leave its date and kind empty."))
        return told


class ReleaseForm(AfterEffects):
    """A release of many."""


class RecognitionForm(GivenForm):
    """An act of recognition of many."""

    for_all = ("organisations",)

    acted_on = day(_("date"), required=True)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.exclude(publication=Publication.RETRACTED),
        to_field_name="slug",
        label=_("by"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say who recognises: tick at least one organisation.")},
    )
    act = forms.ChoiceField(
        label=_("act"),
        required=False,
        choices=[("", _("recognised")), (Recognition.Act.EX_POST_FACTO, Recognition.Act.EX_POST_FACTO.label)],
    )
    definition = chosen(Recognition.Definition.choices, _("definition used"), ("", _("not stated")))


class ConvictionForm(GivenForm):
    """Verdicts of one day or week."""

    decided_on = day(_("date of the verdict"))
    court = Named(Court, label=_("court"))
    sentence = chosen(Conviction.Sentence.choices, _("sentence"))
    length_months = forms.IntegerField(label=_("length in months"), required=False, min_value=0, max_value=1200)
    length_days = forms.IntegerField(label=_("length in days"), required=False, min_value=0, max_value=36525)
    articles = Articles(
        label=_("articles"), required=False, max_length=400, help_text=_("Their numbers, with commas between them.")
    )


class ArrestForm(GivenForm):
    """Arrests of one day or raid."""

    taken_on = day(_("taken on"))
    proceeding = chosen(Detention.Proceeding.choices, _("proceeding"))
    form = chosen(Stay.Form.choices, _("form"))
    place = Named(Place, label=_("place"))


class TransferForm(GivenForm):
    """Moves of people who stay deprived of liberty: neither releases nor arrests."""

    moved_on = day(_("moved on"))
    form = forms.ChoiceField(
        label=_("to which form"),
        choices=[("", "–"), *Stay.Form.choices],
        error_messages={"required": _("Say to which form they were moved; “not known” is an answer.")},
    )
    place = Named(Place, label=_("to which place"))


FORMS: dict[str, type[GivenForm]] = {
    Piece.Kind.PEOPLE: PlaceForm,
    Piece.Kind.RECOGNITIONS: RecognitionForm,
    Piece.Kind.CONVICTIONS: ConvictionForm,
    Piece.Kind.ARRESTS: ArrestForm,
    Piece.Kind.TRANSFERS: TransferForm,
    Piece.Kind.RELEASES: ReleaseForm,
}


def told_of(piece: Piece, row: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of one row: what is given for all, and over it what differs. Raises ValidationError in words."""
    form = FORMS[piece.kind](overlaid(piece.given, row["given"]), country=piece.country)
    if form.is_valid():
        return form.cleaned_data
    raise ValidationError([message for messages in form.errors.values() for message in messages])


def overlaid(given: Mapping[str, Any], differs: Mapping[str, Any]) -> dict[str, Any]:
    """A length in days for one takes the place of the months for all, and the other way about."""
    base = dict(given)
    if differs.get("length_days") or differs.get("length_months"):
        base = {name: value for name, value in base.items() if not name.startswith("length_")}
    if differs.get("fate") == NOT_FREED:
        base = {name: value for name, value in base.items() if name not in AfterEffects.base_fields}
    return base | {name: value for name, value in differs.items() if value}
