"""Announcements, pardons and reported figures as tables; and all tables, each after those that it names."""

from __future__ import annotations

from pardons.models import Announcement, Identification, Pardon, Relation, ReportedFigure, Statement
from prisoners.tables import TABLES as OF_PRISONERS
from registry.columns import unless_restricted
from registry.tables import SOURCES, Table, table

PUBLIC_PAIRS = {"first__publication": "published", "second__publication": "published"}

TABLES: tuple[Table, ...] = (
    table("announcements", Announcement, Announcement.public.all),
    table("statements", Statement, Statement.public.all, words=lambda: unless_restricted("words")),
    table("relations", Relation, lambda: Relation.objects.filter(**PUBLIC_PAIRS), ("first", "second")),
    table("pardons", Pardon, Pardon.public.all),
    table("identifications", Identification, Identification.public.all),
    table("figures", ReportedFigure, ReportedFigure.public.all, quote=lambda: unless_restricted("quote")),
)
ALL_TABLES: tuple[Table, ...] = (SOURCES, *OF_PRISONERS, *TABLES)
