"""Forms of the admin: why a change is made, what a role may choose, and rows beside a record."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.editing import NEEDS_A_REASON, PUBLIC_ONCE, states_open_to
from registry.four_eyes import own_among
from registry.history import Nature, Reason
from registry.models import Changeset
from registry.publishing import Publication, Record

WHY_FIELDS = ("nature", "reason", "told", "why", "shows_changeset")
LONGEST_REASON = 1000


LARGEST_KEY = 2**63 - 1
LONGEST_NUMBER = 18


def whole_number(text: str, digits: int = LONGEST_NUMBER) -> int | None:
    """A number that a form or an address carries, small enough for the database; None for whatever else was sent."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def keys_among(values: Any) -> list[str]:
    """The values that can be keys. Django asks the database for the labels of whatever was sent."""
    return [
        text for value in values if (text := str(value)).isascii() and text.isdigit() and int(text[:20]) <= LARGEST_KEY
    ]


class OnePicked(AutocompleteSelect):
    """Picks a record by typing; shows a wrong key as nothing picked, where Django's own would fail."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, keys_among(value), attr)


class SeveralPicked(AutocompleteSelectMultiple):
    """Picks records by typing; leaves wrong keys out."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, keys_among(value), attr)


class PicksByTyping:
    """An admin page or its rows: long choices are picked by typing."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        page: Any = self
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OnePicked(db_field, page.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class WhyForm(forms.Form):
    """What every change asks: is it a new fact or a correction, and why."""

    nature = forms.ChoiceField(
        label=_("What kind of change"),
        choices=Nature.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("New fact: the world changed, or we learned more. Correction: what the registry said was wrong."),
    )
    reason = forms.ChoiceField(
        label=_("Why, for everybody"),
        choices=[("", _("say nothing")), *Reason.choices],
        required=False,
        help_text=_("Stands in the public history of the record, without your name."),
    )
    told = forms.CharField(
        label=_("In a sentence, for everybody"),
        max_length=Changeset._meta.get_field("told").max_length,
        required=False,
        help_text=_("If a word more helps readers. Published: no names of people who gave us this."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_("For other editors; kept in the history, never published. Required once the record is public."),
    )


class RoleForm(forms.ModelForm):
    """Offers the publication states that the editor's role may give."""

    request: ClassVar[HttpRequest]
    linked: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state_before = getattr(self.instance, "publication", Publication.DRAFT)
        if "publication" in self.fields:
            self.offer_states()
        self.show_links()

    def offer_states(self) -> None:
        labels = dict(Publication.choices)
        is_own = not self.instance.pk or bool(own_among(type(self.instance), [self.instance.pk], self.request.user))
        states = states_open_to(self.request.user, self.state_before, is_own=is_own)
        field = self.fields["publication"]
        field.choices = [(state, labels[state]) for state in states]  # type: ignore[attr-defined]
        # A client that says nothing of it changes nothing.
        field.required = False

    def clean_publication(self) -> str:
        state: str = self.cleaned_data["publication"] or self.initial.get("publication") or self.state_before
        publishes = state == Publication.PUBLISHED and self.state_before != state
        if publishes and set(self.changed_data) - {"publication", *WHY_FIELDS}:
            raise ValidationError(gettext("Save your changes first: a second person publishes them."), code="own")
        return state

    def show_links(self) -> None:
        for name, relation in self.linked.items():
            if name in self.fields and self.instance.pk:
                self.initial[name] = list(getattr(self.instance, relation).all())

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        for name, relation in self.linked.items():
            if name in self.cleaned_data and name in self.changed_data:
                getattr(self.instance, relation).set(self.cleaned_data[name])


class ChangeForm(RoleForm):
    """The form of a record's own page: why, and which version of the record the editor saw."""

    nature = WhyForm.base_fields["nature"]
    reason = WhyForm.base_fields["reason"]
    told = WhyForm.base_fields["told"]
    why = WhyForm.base_fields["why"]
    # No record has a field of this name: an article has a version of its own.
    shows_changeset = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.refuse_what_was_refused()
        if self.state_before in PUBLIC_ONCE:
            self.require("nature", gettext("Say whether this is a new fact or a correction: the record is public."))
            self.require("why", gettext("Say why: the record is public, and the reason is kept in the history."))
        if self.cleaned_data.get("publication") in NEEDS_A_REASON and self.state_before not in PUBLIC_ONCE:
            self.require("why", gettext("Give a reason for withholding or retracting: it is kept in the history."))
        return cleaned

    def require(self, name: str, message: str) -> None:
        if name in self.fields and not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, ValidationError(message, code="required"))

    def refuse_what_was_refused(self) -> None:
        """What the database said of these very words, or what another editor has saved since the page was opened."""
        for message in getattr(self.request, "refusals", []):
            self.add_error(None, ValidationError(message, code="refused"))


class RowForm(RoleForm):
    """A row beside a record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "publication" in self.fields:
            self.initial["publication"] = self.first_state()

    def first_state(self) -> str:
        """A new row of a public record waits for review; a draft else."""
        parent_state = getattr(self.request, "parent_state", Publication.DRAFT)
        is_public = parent_state in (Publication.PUBLISHED, Publication.WITHHELD)
        return Publication.IN_REVIEW if is_public else Publication.DRAFT


class RowFormSet(forms.BaseInlineFormSet):
    """Rows beside a record. `single` names the field and value that one row at most may have, such as a main name:
    it is judged over all rows, and such a row is saved last, so that it may change place in one step."""

    single: ClassVar[tuple[str, Any] | None] = None

    @cached_property
    def empty_form(self) -> Any:
        """Made once: a page of the admin asks for it four times."""
        return super().empty_form

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if isinstance(form.instance, Record) and form.instance.published_at is not None:
                raise ValidationError(
                    gettext("“%(row)s” was public: retract it instead of deleting it, and the history stays whole.")
                    % {"row": form.instance},
                    code="was_public",
                )

    def save(self, commit: bool = True) -> Any:
        count = self.initial_form_count()
        self.forms[:count] = sorted(self.forms[:count], key=self.is_single)
        return super().save(commit)

    def is_single(self, form: Any) -> bool:
        if self.single is None or not getattr(form, "cleaned_data", None):
            return False
        name, value = self.single
        return form.cleaned_data.get(name) == value

    def singles(self) -> int:
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return sum(self.is_single(form) for form in kept)


def linked_field(
    model: type[models.Model], relation: str, label: Any, *, must: bool = False, help_text: Any = ""
) -> forms.Field:
    """Several related records in one field, where the relation has rows of its own and Django's admin shows none."""
    field: Any = model._meta.get_field(relation)
    widget = SeveralPicked(field, admin.site)
    queryset = field.related_model._default_manager.all()
    return forms.ModelMultipleChoiceField(queryset, required=must, label=label, widget=widget, help_text=help_text)
