"""Many triggers in one operation of a migration: added one by one, each makes Django build its models anew."""

from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState
from pgtrigger.compiler import Trigger
from pgtrigger.migrations import AddTrigger


class AddTriggers(Operation):
    """Triggers by the name of their model."""

    category = OperationCategory.ADDITION

    def __init__(self, triggers: list[tuple[str, Trigger]]) -> None:
        self.triggers = triggers

    def each(self) -> list[AddTrigger]:
        return [AddTrigger(model_name, trigger) for model_name, trigger in self.triggers]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        models = sorted({(app_label, model_name) for model_name, _trigger in self.triggers})
        for model_name, trigger in self.triggers:
            options = state.models[app_label, model_name].options
            options["triggers"] = [*options.get("triggers", []), trigger]
        state.reload_models(models, delay=True)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.each():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.each()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.triggers)} triggers"
