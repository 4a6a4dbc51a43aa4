"""The operator's way to stop an account, and to open one again when no administrator is left."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.freezing import freeze, lift


class Command(BaseCommand):
    """Freeze, or open again."""

    help = "Stop an account at once: its sessions end and its pending work is set aside. --open-again lifts it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--why", default="", help="what happened; the other editors read it")
        parser.add_argument("--open-again", action="store_true", help="lift the freeze; password and factors are gone")

    def handle(self, *args: Any, **options: Any) -> None:
        account = get_user_model().objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['username']!r}.")
        try:
            if options["open_again"]:
                lift(account, by=None)
                self.stdout.write(f"Open again. Now: manage.py changepassword {account.get_username()}")
            else:
                for words, number in freeze(account, by=None, why=options["why"]).set_aside:
                    self.stdout.write(f"{number} {words}")
                self.stdout.write("Frozen.")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
