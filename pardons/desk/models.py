"""What an editor has typed at the desk and not yet entered."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.identifiers import new_public_id

KEPT_FOR = timedelta(days=30)


class DeskDraftQuerySet(models.QuerySet["DeskDraft"]):
    def outdated(self) -> DeskDraftQuerySet:
        """Drafts that nobody has touched for a month: they are deleted, whatever is in them."""
        return self.filter(touched_at__lt=Now() - KEPT_FOR)


class DeskDraft(models.Model):
    """A form of the desk as far as its editor has come: theirs alone, gone after a month or when they say so.

    Its token is the form's one-time token: what it was entered as stands in `entered`, by part of the form, so that
    a form sent twice enters nothing twice.
    """

    token = models.CharField(_("token"), max_length=24, unique=True, default=new_public_id)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_drafts", verbose_name=_("editor")
    )
    typed = models.JSONField(_("typed so far"), default=dict, blank=True)
    entered = models.JSONField(_("entered as"), default=dict, blank=True)
    began_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    touched_at = models.DateTimeField(_("last touched"), db_default=Now(), editable=False)

    objects: ClassVar = DeskDraftQuerySet.as_manager()

    private_fields = ("id", "token", "editor", "typed", "entered", "began_at", "touched_at")

    class Meta:
        verbose_name = _("draft of the desk")
        verbose_name_plural = _("drafts of the desk")
        default_permissions = ()
        indexes = [models.Index(fields=["editor", "-touched_at"], name="drafts_of_an_editor")]

    def __str__(self) -> str:
        return self.token
