"""Forms of an import at the desk: the file with what is said of it, and what its columns mean."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from prisoners.importing.mapping import (
    AS_WRITTEN,
    BY_THEN,
    DAY_FIRST,
    MONTH_FIRST,
    SURNAME_FIRST,
    THE_LIST,
    ListMapping,
    columns_of_ours,
    mapping_of,
)
from prisoners.importing.meanings import MEANINGS, field_of
from prisoners.importing.staging import Said
from prisoners.importing.values import several
from prisoners.models import ListImport
from registry.countries import country_choices
from registry.dates import PartialDateFormField
from registry.models import web_address

LARGEST_UPLOAD = 20 * 1024 * 1024
NOT_READ = ""

Words = dict[str, dict[str, str]]


class SaidForm(forms.Form):
    """What is said of a list as a whole."""

    list_name = forms.CharField(
        label=_("list"), max_length=200, required=False,
        help_text=_("The same words for every edition of a list, such as “Viasna, political prisoners”."),
    )  # fmt: skip
    publisher = forms.CharField(label=_("publisher"), max_length=200, required=False)
    published = PartialDateFormField(
        label=_("date of the list"), required=False,
        help_text=_("Such as 2024-08-16 or 2024-08. Without it nobody knows when people were held."),
    )  # fmt: skip
    source_url = forms.URLField(
        label=_("web address"), max_length=1000, required=False, assume_scheme="https", validators=[web_address]
    )
    source_title = forms.CharField(label=_("title of the document"), max_length=500, required=False)
    licence = forms.CharField(
        label=_("licence and attribution"), max_length=300, required=False,
        help_text=_("Public, beside every row that came from the list."),
    )  # fmt: skip
    country = forms.ChoiceField(label=_("country"), required=False)
    recognised_by = forms.CharField(
        label=_("recognised by"), max_length=500, required=False,
        help_text=_("If being on the list is a recognition: the organisations, separated by semicolons."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("make public what the list says"), required=False,
        help_text=_("Once a second person has agreed. People whom the list does not recognise stay drafts."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["country"]
        field.choices = [("", _("as the rows say")), *country_choices()]

    def said(self) -> Said:
        told = self.cleaned_data
        published = told["published"]
        return Said(
            list_name=told["list_name"], publisher=told["publisher"], source_title=told["source_title"],
            source_url=told["source_url"], published=published.text if published else "", licence=told["licence"],
            country=told["country"], recognised_by=tuple(several([told["recognised_by"]])), is_public=told["is_public"],
        )  # fmt: skip


def said_again(list_import: ListImport) -> dict[str, Any]:
    """What a form shows of what was said before."""
    given = dict(list_import.given)
    return given | {"recognised_by": "; ".join(given.get("recognised_by", ()))}


class UploadForm(SaidForm):
    """A list as a file."""

    # An empty one is refused where it is read, by its name.
    file = forms.FileField(
        label=_("file"), allow_empty_file=True,
        help_text=_("CSV in any common encoding, or XLSX; at most 5,000 rows and 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip
    field_order = ("file", "list_name", "published", "publisher")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise ValidationError(
                _("%(megabytes)d MB: at most 20 MB are taken here. The command import_prisoners takes larger lists."),
                params={"megabytes": file.size // 2**20}, code="too_large",
            )  # fmt: skip
        return file


class MappingForm(forms.Form):
    """What each column of a file means, and the words that nobody knows. Several columns may be one of ours."""

    dates = forms.ChoiceField(
        label=_("a day such as 03/07/2024"),
        choices=[(DAY_FIRST, _("3 July: the day first")), (MONTH_FIRST, _("7 March: the month first"))],
    )
    name_order = forms.ChoiceField(
        label=_("names in one column"),
        choices=[(AS_WRITTEN, _("as they are said: name, surname")), (SURNAME_FIRST, _("surname first"))],
    )
    recognised = forms.ChoiceField(
        label=_("the list"),
        choices=[(BY_THEN, _("shows who was recognised by its date")), (THE_LIST, _("is itself the recognition"))],
    )
    code = forms.CharField(label=_("code of the articles"), max_length=120, required=False)

    def __init__(self, *args: Any, list_import: ListImport, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list_import, self.words = list_import, words
        known = [(each.name, each.label) for each in columns_of_ours().values()]
        choices = [(NOT_READ, _("not read, kept as written")), *known]
        for place, heading in enumerate(list_import.header):
            self.fields[f"column-{place}"] = forms.ChoiceField(label=heading, choices=choices, required=False)
        for ours, asked in words.items():
            for word, meaning in asked.items():
                self.fields[field_of(ours, word)] = forms.ChoiceField(
                    label=word, choices=[(NOT_READ, _("not understood, kept as written")), *MEANINGS[ours]],
                    initial=meaning, required=False,
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        meant = {cleaned.get(f"column-{place}") for place in range(len(self.list_import.header))}
        if not meant & {"name", "surname", "given_name"}:
            raise ValidationError(_("Say which column holds the name."), code="no_name")
        return cleaned

    def mapping(self) -> ListMapping:
        """The mapping before, with the columns and words of this form."""
        told = dict(self.list_import.mapping)
        columns: dict[str, list[str]] = {}
        for place, heading in enumerate(self.list_import.header):
            if ours := self.cleaned_data[f"column-{place}"]:
                columns.setdefault(ours, []).append(escaped(heading))
        own = {name: self.cleaned_data[name] for name in ("dates", "name_order", "recognised", "code")}
        kept = {ours: each for ours, each in told.get("columns", {}).items() if ours == "code_text"}
        said = {"columns": kept | columns, "values": self.values(told.get("values", {}))}
        return mapping_of(told | own | said, is_profile=True)

    def values(self, told: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        """The words of the mapping before, with what this form says of those that it asked for."""
        found = {ours: dict(words) for ours, words in told.items()}
        for ours, asked in self.words.items():
            meant = {word: self.cleaned_data[field_of(ours, word)] for word in asked}
            left = {word: code for word, code in found.get(ours, {}).items() if word not in asked}
            found[ours] = left | {word: code for word, code in meant.items() if code}
        return {ours: words for ours, words in found.items() if words}

    def asked(self) -> list[tuple[str, str, list[Any]]]:
        """Each column of words with its help and a field for every word that is asked for."""
        ours = columns_of_ours()
        return [
            (ours[name].label, ours[name].help, [self[field_of(name, word)] for word in asked])
            for name, asked in self.words.items()
        ]


def escaped(heading: str) -> str:
    """A heading as itself, not as a pattern."""
    return heading.replace("*", "[*]")


def mapped_again(list_import: ListImport, places: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    """What the form shows of a mapping: its words, and what each column means."""
    words = ("dates", "name_order", "recognised", "code")
    shown = {name: list_import.mapping[name] for name in words if name in list_import.mapping}
    return shown | {f"column-{place}": ours for ours, each in places.items() for place in each}
