"""Forms of a report: the text as it is pasted, and then each part of what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from pardons.models import Announcement, ReportedFigure, Statement
from pardons.reading import languages
from prisoners.models.prisoner import default_country
from registry.countries import country_choices
from registry.models import Source

LONGEST_TEXT = 400_000
SAID = ("total", "qualifier", "women", "men", "minors", "words")


def form_field(field: Any, **given: Any) -> Any:
    """The form field of a model's field; an address without its scheme is taken for https."""
    scheme = {"assume_scheme": "https"} if isinstance(field, models.URLField) else {}
    return field.formfield(**scheme, **given)


class ReportForm(forms.ModelForm):
    """A report as it is pasted. The registry asks no other server: what is not pasted here is not known."""

    text = forms.CharField(
        label=_("Text of the report"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "autofocus": True}),
        help_text=_("Paste it whole. It is kept with the source for editors, and never published."),
    )
    country = forms.ChoiceField(label=_("Country it is about"), choices=country_choices, initial=default_country)

    class Meta:
        model = Source
        fields = ("url", "publisher", "published_on", "title", "kind", "author", "archived_url", "language", "access")
        formfield_callback = form_field

    # What is seen at once; the rest stands below, folded.
    first = ("text", "url", "publisher", "published_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publisher", "published_on"):
            self.fields[name].required = True
        self.fields["published_on"].help_text = _("Such as 2024-08-16: “Friday” in the text is read from it.")
        self.fields["title"].required = False
        self.fields["title"].help_text = _("As the document gives it; the first line of the text if left empty.")
        self.fields["language"].help_text = _("Two letters; guessed from the text if left empty.")

    def clean_text(self) -> str:
        """The text as it is kept and hashed: one kind of line end, nothing around it."""
        return self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n").strip()

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"].strip().lower()
        if language and language not in languages():
            known = ", ".join(languages())
            raise ValidationError(_("The reader knows %(known)s: leave it empty.") % {"known": known}, code="unknown")
        return language

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.cleaned_data.get("title"):
            self.cleaned_data["title"] = first_line(self.cleaned_data.get("text", ""))
        return cleaned

    @property
    def seen_first(self) -> Iterable[Any]:
        return [self[name] for name in self.first]

    @property
    def folded(self) -> Iterable[Any]:
        return [field for field in self if field.name not in self.first]


def first_line(text: str) -> str:
    """The first line of a text as a title, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 120 else line[:120].rsplit(" ", 1)[0] + " …"


class PartForm(forms.ModelForm):
    """A part of a report. What is not kept is not looked at."""

    keep = forms.BooleanField(label=_("Enter this"), required=False)
    first: ClassVar[tuple[str, ...]] = ()

    @property
    def is_kept(self) -> bool:
        """Whether the editor wants it entered."""
        return bool(self["keep"].value())

    def full_clean(self) -> None:
        if self.is_bound and not self.is_kept:
            self._errors = forms.utils.ErrorDict()
            self.cleaned_data = {}
            return
        super().full_clean()

    @property
    def seen_first(self) -> list[Any]:
        return [self[name] for name in self.first]

    @property
    def folded(self) -> list[Any]:
        return [field for field in self if field.name not in {*self.first, "keep"}]


said = fields_for_model(Statement, fields=SAID)


class ActForm(PartForm):
    """An announcement and what this report says of it."""

    total = said["total"]
    qualifier = said["qualifier"]
    women = said["women"]
    men = said["men"]
    minors = said["minors"]
    words = said["words"]
    named = forms.CharField(
        label=_("People it names as concerned"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One on each line. They wait, for editors only, until they are identified."),
    )

    first = (
        "kind", "act_on", "total", "qualifier", "women", "men", "minors", "authority", "political_number",
        "political_by", "names_given", "conditions",
    )  # fmt: skip

    class Meta:
        model = Announcement
        fields = (
            "kind", "act_on", "announced_on", "authority", "conditions", "frees", "frees_number", "rest",
            "political_number", "political_by", "names_given",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget = forms.Textarea(attrs={"rows": 3})
        self.fields["conditions"].widget = forms.Textarea(attrs={"rows": 2})
        self.fields["frees"].required = False

    def clean_frees(self) -> str:
        return self.cleaned_data["frees"] or Announcement.Frees.ALL

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.cleaned_data:
            statement = self.statement()
            with_errors = {name for name in SAID if name in self.errors}
            try:
                statement.validate_constraints(exclude={"announcement", "source", "is_chosen", *with_errors})
            except ValidationError as error:
                self.add_error(None, ValidationError(error.messages))

    def statement(self) -> Statement:
        """What this report says, not yet of any announcement."""
        return Statement(**{name: self.cleaned_data[name] for name in SAID if name in self.cleaned_data})

    def people_named(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["named"].splitlines() if line.strip()]


class FigureForm(PartForm):
    """A figure that someone reports."""

    first = ("metric", "value", "qualifier", "who_says", "measure", "on_date", "period_from", "period_to", "unit")

    class Meta:
        model = ReportedFigure
        fields = (
            "metric", "value", "qualifier", "who_says", "measure", "on_date", "period_from", "period_to", "unit",
            "value_high", "women", "men", "said_on", "definition", "scope", "quote",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quote"].widget = forms.Textarea(attrs={"rows": 3})
        self.fields["scope"].widget = forms.Textarea(attrs={"rows": 2})


FORMS: Mapping[str, type[PartForm]] = {"act": ActForm, "figure": FigureForm}
