"""The desk's forms for a pasted list: the names, the source, and what an editor says of each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pardons.linking.given import FORMS, without_null
from pardons.linking.models import Piece
from pardons.linking.pasted import LONGEST_LIST, LONGEST_NAME, Pasted, lines_after, read_names
from pardons.linking.pieces import NEW, SKIP
from pardons.models import Announcement
from prisoners.models import Prisoner
from registry.dates import PartialDateFormField
from registry.identifiers import new_public_id
from registry.models import Source, web_address
from registry.publishing import Publication

MOST_NAMES = 150
SOURCES_OFFERED = 30


class SourceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        day = obj.published_on.display() if obj.published_on else ""
        return ", ".join(part for part in (obj.publisher, obj.title[:80], day) if part)


class PasteForm(forms.Form):
    """A list of names and where it stands. Its token makes that a form sent twice makes one piece."""

    token = forms.RegexField(r"\A[0-9a-z]{10,24}\Z", widget=forms.HiddenInput)
    names = forms.CharField(
        label=_("Names"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=format_lazy(
            _(
                "As they stand in the source: one per line, or parted by commas or semicolons, in any script. "
                "A year of birth or an age beside a name is read. One piece takes {most} names: a longer list comes "
                "in parts, and sending one brings the next."
            ),
            most=MOST_NAMES,
        ),
    )
    source = SourceChoice(
        Source.objects.none(), to_field_name="public_id", label=_("Source"), required=False,
        empty_label=_("another one, given below"),
    )  # fmt: skip
    source_url = forms.URLField(
        label=_("Web address"), required=False, max_length=1000, validators=[web_address], assume_scheme="https"
    )
    source_publisher = forms.CharField(label=_("Publisher"), required=False, max_length=200)
    source_published_on = PartialDateFormField(
        label=_("Published on"), required=False, help_text=_("Such as 2024-08-16.")
    )

    def __init__(self, *args: Any, announcement: Announcement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = sources_offered(announcement)

    def clean_names(self) -> str:
        pasted: str = self.cleaned_data["names"]
        if not read_names(pasted).named:
            raise ValidationError(gettext("No name was found in this: write each name with its first and last name."))
        return pasted

    def names_read(self) -> Pasted:
        """The names that one piece takes."""
        pasted = read_names(self.cleaned_data["names"])
        return Pasted(pasted.named[:MOST_NAMES], unread=pasted.unread, is_cut=pasted.is_cut)

    def names_left(self) -> Pasted:
        """The names after those, to be read again from their own lines."""
        pasted = read_names(self.cleaned_data["names"])
        return Pasted(pasted.named[MOST_NAMES:], lines=[(line, []) for line in lines_after(pasted, MOST_NAMES)])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not (told.get("source") or told.get("source_url") or told.get("source_publisher")) and not self.errors:
            self.add_error("source", gettext("Say where the names stand: choose a source, or give one below."))
        return told

    def found_source(self) -> Source:
        """The source chosen, the one with that address, or a new draft that is not saved yet."""
        told = self.cleaned_data
        if told["source"]:
            return told["source"]
        kept = Source.objects.exclude(publication=Publication.RETRACTED)
        if told["source_url"] and (known := kept.filter(url=told["source_url"]).order_by("pk").first()):
            return known
        day = told["source_published_on"]
        words = (told["source_publisher"], day.display() if day else "")
        title = ", ".join(part for part in words if part) or told["source_url"]
        return Source(title=title[:500], url=told["source_url"], publisher=told["source_publisher"], published_on=day)


def sources_offered(announcement: Announcement | None) -> Any:
    """The sources of an announcement's statements, and those that were entered last."""
    kept = Source.objects.exclude(publication=Publication.RETRACTED)
    private = getattr(announcement, "private", None)
    newest = list(kept.order_by("-pk").values_list("pk", flat=True)[:SOURCES_OFFERED])
    told_by = [told["source"] for told in private.names_told] if private else []
    named = Q(statements__announcement=announcement) | Q(public_id__in=told_by)
    return kept.filter(Q(pk__in=newest) | named).distinct().order_by("-pk")


def new_token() -> str:
    return new_public_id() + new_public_id()


# --- What is said of the rows ---


def typed_rows(piece: Piece, sent: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a piece with what a form says of them; what the form does not carry stays as it is."""
    return [typed_row(piece, row, place, sent) for place, row in enumerate(piece.rows)]


def typed_row(piece: Piece, row: dict[str, Any], place: int, sent: Mapping[str, str]) -> dict[str, Any]:
    prefix = f"row-{place}"
    if f"{prefix}-choice" not in sent and f"{prefix}-name" not in sent:
        return row
    form = FORMS[piece.kind](sent, prefix=prefix, is_row=True, country=piece.country)
    sex = without_null(sent.get(f"{prefix}-sex"))
    return row | {
        "choice": typed_choice(row, place, sent),
        "name": without_null(sent.get(f"{prefix}-name"))[:LONGEST_NAME] or row["name"],
        "search": without_null(sent.get(f"{prefix}-search"))[:LONGEST_NAME],
        "sex": sex if sex in Prisoner.Sex.values and sex != Prisoner.Sex.UNKNOWN else "",
        "keep_spelling": f"{prefix}-keep" in sent,
        "given": form.typed(),
    }


def typed_choice(row: Mapping[str, Any], place: int, sent: Mapping[str, str]) -> str:
    """One of what the row offers; the number of another row wins over it."""
    number = without_null(sent.get(f"row-{place}-same"))
    if number.isascii() and number.isdecimal() and 0 < int(number[:6]) != place + 1:
        return f"same:{int(number[:6]) - 1}"
    choice = without_null(sent.get(f"row-{place}-choice"))
    offered = {NEW, SKIP, row["choice"], *(f"person:{each['public_id']}" for each in row["candidates"])}
    return choice if choice in offered else ""


def flat(piece_rows: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything an editor can change of a piece, each value under the name of its field."""
    found = {f"all-{name}": value for name, value in given.items()}
    for place, row in enumerate(piece_rows):
        for name in ("choice", "name", "sex", "keep_spelling"):
            found[f"row-{place}-{name}"] = row[name]
        found |= {f"row-{place}-{name}": value for name, value in row["given"].items()}
    return found
