"""Migrations that render few models: those of a group of operations and what they point at.

Django renders every model that is related to the changed one after each operation, and all models
before each migration. Here nearly all are related (each row is held by a unit), so a hundred
models were built again three hundred times: half a minute for a new database.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import ModelOperation
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import resolve_relation
from django.utils.functional import SimpleLazyObject

_TOGETHER = (
    migrations.CreateModel,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AddConstraint,
    migrations.RemoveConstraint,
)


class GroupedMigration(migrations.Migration):
    """A migration whose neighbouring additions reach the database as one group.

    A model that a group creates is created as it stands after the group, so what the group adds
    to it afterwards is there already. Foreign keys come last in any migration (Django defers
    them), so tables may name each other. The schema is the same as one by one.
    """

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,  # noqa: FBT001, FBT002 - as Django calls it
    ) -> ProjectState:
        """Apply to the database; arguments and result are Django's."""
        if collect_sql or not self.atomic:
            return super().apply(project_state, schema_editor, collect_sql)
        vars(project_state).pop("apps", None)  # else each operation would render its neighbours
        for together, group in groupby(self.operations, lambda one: isinstance(one, _TOGETHER)):
            if together:
                self._apply_group(list(group), project_state, schema_editor)
                continue
            for operation in group:
                before = project_state.clone()
                operation.state_forwards(self.app_label, project_state)
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
                vars(project_state).pop("apps", None)
        _render_when_asked(project_state)
        return project_state

    def _apply_group(
        self, group: list[Operation], state: ProjectState, editor: BaseDatabaseSchemaEditor
    ) -> None:
        before = state.clone()
        for operation in group:
            operation.state_forwards(self.app_label, state)
        changed = {(self.app_label, _model_of(operation)) for operation in group}
        small_before, small = _reduced(before, changed), _reduced(state, changed)
        for operation in _of_database(group):
            operation.database_forwards(self.app_label, editor, small_before, small)


Key = tuple[str, str]
"""A model: the label of its app and its name in lower case."""


def _render_when_asked(state: ProjectState) -> None:
    """Django renders all models before the next migration unless they are there already."""

    def rendered() -> object:
        return ProjectState(state.models, state.real_apps).apps

    vars(state)["apps"] = SimpleLazyObject(rendered)


def _reduced(state: ProjectState, wanted: Iterable[Key]) -> ProjectState:
    """The models that are wanted, with all that they point at."""
    found: dict[Key, ModelState] = {}
    left = list(wanted)
    while left:
        key = left.pop()
        if key in found or key not in state.models:
            continue
        found[key] = state.models[key]
        left.extend(_pointed_at(key, found[key]))
    return ProjectState({key: one.clone() for key, one in found.items()}, state.real_apps)


def _pointed_at(key: Key, model: ModelState) -> Iterator[Key]:
    yield from (resolve_relation(base, *key) for base in model.bases if isinstance(base, str))
    for field in model.fields.values():
        relation = field.remote_field
        for target in (getattr(relation, "model", None), getattr(relation, "through", None)):
            if target is not None:
                yield resolve_relation(target, *key)


def _of_database(group: Iterable[Operation]) -> Iterator[Operation]:
    """The operations that are not part of a model that the group creates."""
    created: set[str] = set()
    for operation in group:
        if isinstance(operation, migrations.CreateModel):
            created.add(operation.name_lower)
        elif _model_of(operation) in created:
            continue
        yield operation


def _model_of(operation: Operation) -> str:
    if isinstance(operation, ModelOperation):
        return operation.name_lower
    return str(getattr(operation, "model_name", "")).lower()
