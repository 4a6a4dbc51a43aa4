"""The migrations of the flat tables: one that stands can be brought to today's."""

from __future__ import annotations

import importlib
from pathlib import Path

import counts.migrations

NAMES = sorted(path.stem for path in Path(counts.migrations.__path__[0]).glob("0*.py"))


def test_only_the_first_and_the_last_migration_make_the_flat_tables():
    # Each runs what is written today: in between it would not fit the tables that an older one left behind.
    between = [importlib.import_module(f"counts.migrations.{name}") for name in NAMES[1:-1]]

    assert {module.__name__ for module in between if module.Migration.operations} == set()
