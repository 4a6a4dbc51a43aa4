"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PardonsConfig(AppConfig):
    name = "pardons"
    verbose_name = _("Pardons")

    def ready(self) -> None:
        from pardons.desk import setting_aside  # noqa: F401 (enters itself)
