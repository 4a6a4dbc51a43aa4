"""What is done to rows, written down so exactly that it can be undone: by the database's own account of each row."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from registry.rows import Row, present_row, row_of, take_away, write

# A step as JSON: "change" with the values before and after, or "remove" with the whole row.
Step = dict[str, Any]


class Journal:
    """Changes and removes rows, and keeps every step in order. History is written by the tables' own triggers."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def change(self, model: Any, key: int, values: Row) -> None:
        """Give a row values by column; what a trigger changes with it is written down too."""
        before = row_of(model, key)
        if before is None or all(before[column] == value for column, value in values.items()):
            return
        after = write(model, key, values)
        changed = [column for column in before if before[column] != after[column]]
        self.steps.append(
            {
                "do": "change", "model": model._meta.label_lower, "key": key,
                "before": {column: before[column] for column in changed},
                "after": {column: after[column] for column in changed},
            }
        )  # fmt: skip

    def remove(self, model: Any, key: int) -> Row:
        """Take a row away; what still names it makes the database refuse at the end, so that nothing falls with it."""
        row = present_row(model, key)
        take_away(model, key)
        self.steps.append({"do": "remove", "model": model._meta.label_lower, "key": key, "row": row})
        return row


def model_of(step: Step) -> Any:
    return apps.get_model(step["model"])
