"""The dictionary of the words of names, by which a name is found in any spelling. No table here is public."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _


class NameWord(models.Model):
    """A word that occurs in names, with the keys it is found by. Kept by `prisoners.names.index`; never edited."""

    text = models.TextField(_("word"), primary_key=True)
    # Of public names only, so that the order of public results says nothing about the others.
    frequency = models.IntegerField(_("public names with it"), default=0)
    keys = ArrayField(models.IntegerField(), verbose_name=_("keys"))
    forms = models.TextField(_("readings"))
    bare = models.TextField(_("without marks"))
    sound = models.TextField(_("likeliest sound"))

    private_fields = ("text", "frequency", "keys", "forms", "bare", "sound")

    class Meta:
        verbose_name = _("word of names")
        verbose_name_plural = _("words of names")
        default_permissions = ()
        indexes = [
            GinIndex(fields=["keys"], name="name_word_keys"),
            GinIndex(OpClass(models.F("bare"), "gin_trgm_ops"), name="name_word_letters"),
            GinIndex(OpClass(models.F("sound"), "gin_trgm_ops"), name="name_word_sounds"),
            models.Index(OpClass(models.F("bare"), "text_pattern_ops"), name="name_word_begins"),
            models.Index(OpClass(models.F("sound"), "text_pattern_ops"), name="name_word_sounds_begin"),
            models.Index(fields=["-frequency"], name="name_word_frequency"),
        ]

    def __str__(self) -> str:
        return self.text


class NewNameWord(models.Model):
    """A word that a change of names brought in and that the dictionary has yet to take. Written by a trigger."""

    text = models.TextField(_("word"))

    private_fields = ("id", "text")

    class Meta:
        verbose_name = _("new word of names")
        verbose_name_plural = _("new words of names")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text
