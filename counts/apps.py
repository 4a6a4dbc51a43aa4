"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CountsConfig(AppConfig):
    name = "counts"
    verbose_name = _("Counts")

    def ready(self) -> None:
        # Its models are known only now.
        from counts.waiting import enter_queue

        enter_queue()
