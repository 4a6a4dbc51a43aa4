"""Forms of the admin's pages about announcements."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pardons.editing import fill, make_pardon
from pardons.models import Announcement, Identification, Statement
from prisoners.forms import message_of
from registry.editing import role_state
from registry.forms import ChangeForm, RoleForm, RowForm, RowFormSet

SHOWN_BY = ("pardon", "release", "detention", "conviction", "recognition", "shows_death")


class StatementFormSet(RowFormSet):
    single = ("is_chosen", True)

    def clean(self) -> None:
        super().clean()
        if self.singles() > 1:
            raise ValidationError(message_of(Statement, "announcement_has_one_chosen_statement"))


class CountsField(forms.CharField):
    """Numbers by their names, such as “pensioners: 3; gravely ill: 18”."""

    def prepare_value(self, value: Any) -> Any:
        return "; ".join(f"{name}: {number}" for name, number in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        found: dict[str, int] = {}
        for part in filter(None, (each.strip() for each in re.split(r"[;\n]", super().to_python(value) or ""))):
            name, _colon, number = (each.strip() for each in part.rpartition(":"))
            if not name or not re.fullmatch("[0-9]{1,8}", number):
                raise ValidationError(
                    gettext("“%(part)s”: write what is counted and how many, such as “pensioners: 3; gravely ill: 18”.")
                    % {"part": part[:100]}
                )
            found[name] = int(number)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or {}))
        except ValidationError:
            return True


class StatementRowForm(RowForm):
    """What one source says; a part that alone is more than the total is told beside it."""

    more_counts = CountsField(
        label=_("Further counts"),
        required=False,
        help_text=Statement._meta.get_field("more_counts").help_text,
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        total = self.cleaned_data.get("total")
        for name in ("women", "men"):
            part = self.cleaned_data.get(name)
            if total is not None and part is not None and part > total:
                message = gettext("%(part)d are more than the total of %(total)d: check both numbers.")
                self.add_error(name, message % {"part": part, "total": total})
        return cleaned


class IdentificationRules(RoleForm):
    """A person is enough: what shows that they fill the place is found, or made, where the editor names nothing."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        named = any(self.cleaned_data.get(name) or getattr(self.instance, name, None) for name in SHOWN_BY)
        person, announcement = self.cleaned_data.get("prisoner"), self.announcement()
        if person is not None and announcement is not None and not named:
            self.find_what_shows_it(announcement, person)
        return cleaned

    def announcement(self) -> Announcement | None:
        return self.cleaned_data.get("announcement") or getattr(self.instance, "announcement", None)

    def find_what_shows_it(self, announcement: Announcement, person: Any) -> None:
        found = Identification(
            announcement=announcement, prisoner=person, was_not_freed=self.cleaned_data.get("was_not_freed", False)
        )
        try:
            fill(found)
        except ValidationError as error:
            self.add_error("prisoner", error)
            return
        for name in SHOWN_BY:
            # What the form has no field for goes to the record at once; the form's own fields follow from its data.
            setattr(self.instance, name, getattr(found, name))
            if name in self.fields:
                self.cleaned_data[name] = getattr(found, name)

    def _get_validation_exclusions(self) -> set[str]:
        pardon = self.cleaned_data.get("pardon")
        # A pardon that the save will make has no key yet.
        made_later = {"pardon"} if pardon is not None and pardon.pk is None else set()
        return {*super()._get_validation_exclusions(), *made_later}  # type: ignore[misc]

    def save(self, commit: bool = True) -> Any:
        make_pardon(self.instance)
        return super().save(commit)


class IdentificationForm(IdentificationRules, ChangeForm):
    """The form of an identification's own page."""


class IdentificationRowForm(IdentificationRules, RowForm):
    """A person who fills a place, on the announcement's page: in review at once if the editor may publish."""

    def first_state(self) -> str:
        return role_state(self.request.user)
