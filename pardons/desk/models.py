"""What an editor has typed at the desk and not yet entered."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from registry.history import Nature
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


class ProposedChange(models.Model):
    """A change to a record that is or was public: what is published stands until a second person accepts it.

    `values` holds the new value of each changed field, `seen` the changeset that its editor saw the record at.
    """

    class State(models.TextChoices):
        OPEN = "open", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    token = models.CharField(_("token"), max_length=24, unique=True, default=new_public_id)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    record = GenericForeignKey()
    values = models.JSONField(_("new values"))
    nature = models.CharField(_("nature"), max_length=10, choices=Nature.choices)
    why = models.TextField(_("reason"))
    seen = models.BigIntegerField(_("changeset seen"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    # An account that is deleted, such as one of the demo, takes no decision of others with it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)

    private_fields = (
        "id", "token", "content_type", "object_id", "values", "nature", "why", "seen", "state", "by", "made_at",
        "decided_by", "decided_at", "answer",
    )  # fmt: skip

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "made_at"], name="proposed_changes_by_state")]

    def __str__(self) -> str:
        return self.token
