"""The demo's accounts: one of each role, with passwords made on the spot and kept in var/."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet

from registry.settings import keep_private

ROLES = ("viewer", "editor", "reviewer", "administrator")


def account_name(role: str) -> str:
    return f"demo-{role}"


def accounts() -> QuerySet[User]:
    return User.objects.filter(username__in=[account_name(role) for role in ROLES])


def make_accounts() -> None:
    """One account for each role, in the group of that name. The file with the passwords is there before they hold."""
    passwords = {role: secrets.token_urlsafe(12) for role in ROLES}
    write_passwords(passwords)
    for role, password in passwords.items():
        user, _ = User.objects.get_or_create(username=account_name(role))
        user.is_staff = True
        user.set_password(password)
        user.save()
        user.groups.set(Group.objects.filter(name=role))


def write_passwords(passwords: dict[str, str]) -> None:
    """A line for each account, which only the file's owner can read."""
    lines = [f"  {account_name(role):<20} {password}\n" for role, password in passwords.items()]
    settings.DEMO_ACCOUNTS_FILE.unlink(missing_ok=True)
    keep_private(settings.DEMO_ACCOUNTS_FILE, "".join(lines))


def remove_accounts() -> int:
    """How many were removed."""
    settings.DEMO_ACCOUNTS_FILE.unlink(missing_ok=True)
    removed = accounts().count()
    accounts().delete()
    return removed
