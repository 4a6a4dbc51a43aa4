"""The app as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Registry")

    def ready(self) -> None:
        # The second factor begins the clock of every session, whoever signs in and however.
        from registry import chain, database_roles, known_views, second_factor  # noqa: F401

        for made_anew in (known_views, chain):
            pre_migrate.connect(made_anew.before_migrations, sender=self)
            post_migrate.connect(made_anew.after_migrations, sender=self)
        post_migrate.connect(database_roles.after_migrations, sender=self)
