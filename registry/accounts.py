"""Who may do what in the registry: the one table of roles, read by the migration and by the tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps.registry import Apps

# Kept in the history, with a publication state or beside records that have one.
RECORDS = (
    "registry.source", "registry.citation",
    "prisoners.prisoner", "prisoners.prisoneroccupation", "prisoners.occupation", "prisoners.name",
    "prisoners.organisation", "prisoners.region", "prisoners.place", "prisoners.court",
    "prisoners.recognition", "prisoners.recognitionby", "prisoners.detention", "prisoners.stay", "prisoners.release",
    "prisoners.article", "prisoners.case", "prisoners.casedetention", "prisoners.charge",
    "prisoners.conviction", "prisoners.convictionarticle", "prisoners.appeal",
    "prisoners.listedition", "prisoners.listentry",
    "pardons.announcement", "pardons.statement", "pardons.relation", "pardons.pardon", "pardons.identification",
    "pardons.reportedfigure",
)  # fmt: skip
# Editors' notes and what lists hold beyond what may be shown.
PRIVATE = (
    "registry.sourceprivate", "prisoners.prisonerprivate", "prisoners.listentryprivate", "pardons.announcementprivate",
)  # fmt: skip
# What people, families and lawyers ask for.
CONFIDENTIAL = ("prisoners.request",)
CHANGESETS = ("registry.changeset",)
ACCOUNTS = ("auth.user",)

PUBLISH = "registry.publish_records"

# What a page of the desk asks for: to be looked at, to take what an editor enters, to publish and take back, to keep
# the accounts.
AT_THE_DESK = {
    "look": "registry.view_source",
    "edit": "registry.add_source",
    "review": PUBLISH,
    "accounts": "auth.change_user",
}


def allowed(models: Iterable[str], *actions: str) -> frozenset[str]:
    """Permissions as Django spells them, such as `prisoners.view_prisoner`."""
    pairs = (model.split(".") for model in models)
    return frozenset(f"{app}.{action}_{model}" for app, model in pairs for action in actions)


VIEWER = allowed((*RECORDS, *CHANGESETS), "view")
EDITOR = VIEWER | allowed((*RECORDS, *PRIVATE), "view", "add", "change")
REVIEWER = (
    EDITOR
    | allowed(RECORDS, "delete")
    | allowed(CONFIDENTIAL, "view", "add", "change")
    | {PUBLISH}
)  # fmt: skip
# No role deletes an account: history names its author. It is made inactive instead.
ADMINISTRATOR = REVIEWER | allowed(ACCOUNTS, "view", "add", "change")

ROLES: dict[str, frozenset[str]] = {
    "viewer": VIEWER,
    "editor": EDITOR,
    "reviewer": REVIEWER,
    "administrator": ADMINISTRATOR,
}


def may_publish(user: Any) -> bool:
    """Whether a user publishes, withholds and retracts. None, the command line, does not by itself."""
    return user is not None and user.has_perm(PUBLISH)


def write_roles(apps: Apps) -> None:
    """Make the groups hold what the table says, of the permissions that exist at that state of the migrations."""
    permissions = apps.get_model("auth", "Permission").objects.select_related("content_type")
    known = {f"{each.content_type.app_label}.{each.codename}": each for each in permissions.all()}
    for role, names in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in sorted(names) if name in known])


def remove_roles(apps: Apps) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()
