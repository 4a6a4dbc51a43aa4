"""Organisations whose word is recorded: who recognises, who publishes a list, who states a figure."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.history import tracked
from registry.publishing import PublicManager, PublishableQuerySet, Record


@tracked
class Organisation(Record):
    """A group, office or body that recognises prisoners or reports figures."""

    slug = models.SlugField(
        _("slug"), max_length=60, unique=True, help_text=_("Stands in addresses, such as definition=viasna.")
    )
    name = models.CharField(_("name"), max_length=200, unique=True)
    url = models.URLField(_("web address"), blank=True)

    objects: ClassVar = PublishableQuerySet.as_manager()
    public: ClassVar = PublicManager.from_queryset(PublishableQuerySet)()

    public_fields = ("slug", "name", "url")

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
