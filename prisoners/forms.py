"""Forms of the admin's pages about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prisoners.comparing import people_like
from prisoners.editing import certain_overlap, in_words
from prisoners.models import Case, Conviction, Detention, Name, Prisoner, Recognition
from registry.countries import is_country
from registry.forms import ChangeForm, RoleForm, RowForm, RowFormSet, linked_field
from registry.publishing import Publication


class CountryCodesField(SimpleArrayField):
    """Country codes with commas between them. Django's own field fails on a value with a per cent sign in it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(forms.CharField(max_length=80), **kwargs)

    def clean(self, value: Any) -> list[str]:
        codes = [code.upper() for code in super().clean(value)]
        for code in codes:
            if not is_country(code):
                raise ValidationError(
                    gettext("“%(given)s” is no country code. Write two letters for each country, such as BY, PL."),
                    params={"given": code},
                )
        return codes


class PrisonerForm(ChangeForm):
    citizenships = CountryCodesField(
        label=_("Citizenships"),
        required=False,
        help_text=_("Two-letter country codes separated by commas, such as BY, PL."),
    )
    occupations_named = linked_field(Prisoner, "occupations", _("Occupations"))
    linked = {"occupations_named": "occupations"}

    def offer_states(self) -> None:
        """A person is withheld at the desk, together with the public texts that hold their name."""
        super().offer_states()
        field: Any = self.fields["publication"]
        if self.state_before != Publication.WITHHELD:
            field.choices = [each for each in field.choices if each[0] != Publication.WITHHELD]


def ask_about_lookalikes(request: HttpRequest, person: Prisoner, names: list[str]) -> None:
    """Let the form come back once with the people who may be this one. Raises ValidationError until all were seen."""
    found = people_like(person, names)
    keys = {str(alike.person.pk) for alike in found}
    seen = set(request.POST.get("enter_anyway", "").split(","))
    request.lookalikes = found  # type: ignore[attr-defined]
    request.enters_anyway = keys <= seen  # type: ignore[attr-defined]
    if not keys <= seen:
        raise ValidationError(
            gettext("This may be someone who is in the registry already: look above, then save again."),
            code="lookalikes",
        )


class NameForm(RowForm):
    """One spelling; which one is the main name is judged over all rows."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("kind") == Name.Kind.MAIN and self.cleaned_data.get("is_private"):
            self.add_error("is_private", message_of(Name, "main_name_is_not_private"))
        return cleaned


class NameFormSet(RowFormSet):
    single = ("kind", Name.Kind.MAIN)

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if self.singles() == 0:
            raise ValidationError(gettext("A prisoner needs exactly one main name: give one spelling that kind."))
        if self.singles() > 1:
            raise ValidationError(message_of(Name, "prisoner_has_one_main_name"))
        if names := [form.cleaned_data["text"] for form in self.forms if is_new_spelling(form)]:
            ask_about_lookalikes(self.form.request, self.instance, names)  # type: ignore[attr-defined]


class NamePageForm(ChangeForm):
    """The form of a name's own page."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        person = self.cleaned_data.get("prisoner")
        if not self.errors and person is not None and is_new_spelling(self):
            ask_about_lookalikes(self.request, person, [self.cleaned_data["text"]])
        return cleaned


def is_new_spelling(form: Any) -> bool:
    """Whether a row or form brings a spelling that its person did not have."""
    return "text" in form.changed_data and not form.cleaned_data.get("DELETE")


class DetentionRules(RoleForm):
    """Names the other detention where two certainly overlap."""

    def _get_validation_exclusions(self) -> set[str]:
        # The constraint's own message can't say which detention stands in the way.
        return {*super()._get_validation_exclusions(), "prisoner"}  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and (other := certain_overlap(self.instance)):
            self.add_error(None, ValidationError(overlap_message(other), code="overlap"))


class DetentionForm(DetentionRules, ChangeForm):
    """The form of a detention's own page."""


class DetentionRowForm(DetentionRules, RowForm):
    """A detention on its person's page: held in the country whose list the person is on, unless changed later."""

    def save(self, commit: bool = True) -> Any:
        if self.instance._state.adding:
            self.instance.country = self.instance.prisoner.country
        return super().save(commit)


RECOGNISED_BY = _(
    "The organisations that recognise together, in one act. An act of another day is a recognition of its own."
)


class RecognitionRules(RoleForm):
    linked = {"recognised_by": "organisations"}


class RecognitionForm(RecognitionRules, ChangeForm):
    recognised_by = linked_field(Recognition, "organisations", _("By"), must=True, help_text=RECOGNISED_BY)


class RecognitionRowForm(RecognitionRules, RowForm):
    recognised_by = linked_field(Recognition, "organisations", _("By"), must=True, help_text=RECOGNISED_BY)


class CaseForm(ChangeForm):
    detentions_explained = linked_field(Case, "detentions", _("Detentions it explains"))
    linked = {"detentions_explained": "detentions"}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        person = self.cleaned_data.get("prisoner")
        for detention in self.cleaned_data.get("detentions_explained") or []:
            if person is not None and detention.prisoner_id != person.pk:
                self.add_error("detentions_explained", gettext("That is a detention of someone else: choose another."))
        return cleaned


class ConvictionForm(ChangeForm):
    articles_named = linked_field(Conviction, "articles", _("Articles"))
    linked = {"articles_named": "articles"}


def overlap_message(other: Detention) -> str:
    """Which detention stands in the way, and what to do."""
    return gettext(
        "This person has another detention on some of these days (%(other)s): end that one first, or correct a date."
    ) % {"other": in_words(other)}


def message_of(model: Any, name: str) -> str:
    """The message declared with a constraint."""
    found = next(each for each in model._meta.constraints if each.name == name)
    return str(found.get_violation_error_message())
