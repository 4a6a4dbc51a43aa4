"""Spellings of people's names."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prisoners.models.prisoner import Prisoner
from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


class SortKey(models.Func):
    """Lower case, without diacritics, Belarusian and Ukrainian letters in their place: for sorting without ICU."""

    function = "registry_sort_key"
    output_field = models.TextField()


class NameQuerySet(PublishableQuerySet):
    def published(self) -> NameQuerySet:
        """Published names; a private one never is, even where its person is public."""
        return super().published().filter(is_private=False)


@tracked
class Name(Record):
    """A spelling of a prisoner's name. Exactly one main name per prisoner, any number of others."""

    class Kind(models.TextChoices):
        MAIN = "main", _("main name")
        TRANSLITERATION = "transliteration", _("transliteration")
        FORMER = "former", _("former name")
        ALIAS = "alias", _("alias")
        PATRONYMIC = "patronymic", _("form with patronymic")

    parents = ("prisoner",)

    prisoner = models.ForeignKey(Prisoner, models.CASCADE, related_name="names", verbose_name=_("prisoner"))
    text = models.CharField(
        _("name"), max_length=200, help_text=_("One spelling in one script, as a source writes it.")
    )
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("Such as be, ru or en."))
    script = models.CharField(_("script"), max_length=4, blank=True, help_text=_("Such as Cyrl or Latn."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.TRANSLITERATION)
    is_private = models.BooleanField(
        _("private"), default=False, help_text=_("Seen and found by editors only, though the person is public.")
    )
    sort_key = models.GeneratedField(expression=SortKey("text"), output_field=models.TextField(), db_persist=True)

    objects: ClassVar = NameQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(NameQuerySet)()

    public_fields = ("prisoner", "text", "language", "script", "kind", "sort_key")
    is_identity = True
    shown_as_of_today = ("sort_key", "is_private")
    private_fields = ("is_private",)

    class Meta(Record.Meta):
        verbose_name = _("name")
        verbose_name_plural = _("names")
        # Lists of people walk it: whoever pages through them meets one name of each.
        indexes = [models.Index(fields=["sort_key", "prisoner"], condition=Q(kind="main"), name="main_name_sort_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["prisoner"],
                condition=Q(kind="main"),
                name="prisoner_has_one_main_name",
                violation_error_message=_("A prisoner has exactly one main name: give this spelling another kind."),
            ),
            models.UniqueConstraint(
                fields=["prisoner", "text"],
                name="name_is_entered_once_per_prisoner",
                violation_error_message=_("This spelling is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"),
                name="name_is_not_empty",
                violation_error_message=_("Enter a name."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="main", is_private=True),
                name="main_name_is_not_private",
                violation_error_message=_(
                    "The main name can't be private: make another spelling the main one, or withhold the person."
                ),
            ),
        ]
        triggers = [
            *Record.Meta.triggers,
            pgtrigger.Trigger(
                name="leaves_a_main_name",
                when=pgtrigger.After,
                operation=pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__kind="main"),
                func="""
                    IF EXISTS (SELECT FROM prisoners_prisoner WHERE id = OLD.prisoner_id)
                    AND NOT EXISTS (
                        SELECT FROM prisoners_name WHERE prisoner_id = OLD.prisoner_id AND kind = 'main'
                    ) THEN
                        RAISE EXCEPTION 'A prisoner needs exactly one main name.'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'prisoner_has_a_main_name';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.text
