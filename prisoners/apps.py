"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrisonersConfig(AppConfig):
    name = "prisoners"
    verbose_name = _("Prisoners")

    def ready(self) -> None:
        from prisoners.importing import queues  # noqa: F401 (enters itself)
        from prisoners.merging import proposing  # noqa: F401 (enters itself)
        from prisoners.names import index
        from prisoners.requests import queue  # noqa: F401 (enters itself)
        from registry.removing import MADE_ANEW

        MADE_ANEW["prisoners_newnameword"] = index.refresh
        MADE_ANEW["prisoners_nameword"] = index.rebuild
