"""What the use cases answer, as plain values that survive JSON (idempotent replay)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from engine.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTask:
    """A task that waits after the action. ``name`` comes from the diagram."""

    id: UUID
    element: str
    name: str
    role: str

    @classmethod
    def of(cls, outcome: Outcome) -> tuple[Self, ...]:
        """Return the tasks that are open after an action."""
        return tuple(
            cls(
                id=UUID(task.id),
                element=task.element,
                name=task.name,
                role=task.groups[0] if task.groups else "",
            )
            for task in outcome.tasks
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**{**data, "id": UUID(data["id"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A person completed a task. ``version`` is the task's new version."""

    task_id: UUID
    version: int
    instance_id: UUID
    status: str
    tasks: tuple[NextTask, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON data that ``from_json`` reads."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(
            task_id=UUID(data["task_id"]),
            version=data["version"],
            instance_id=UUID(data["instance_id"]),
            status=data["status"],
            tasks=tuple(NextTask.from_json(task) for task in data["tasks"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An instance began."""

    instance_id: UUID
    arende_id: UUID | None
    status: str
    tasks: tuple[NextTask, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON data that ``from_json`` reads."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(
            instance_id=UUID(data["instance_id"]),
            arende_id=None if data["arende_id"] is None else UUID(data["arende_id"]),
            status=data["status"],
            tasks=tuple(NextTask.from_json(task) for task in data["tasks"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """Who has a task after a change. ``version`` is the task's new version."""

    task_id: UUID
    version: int
    claimed_by: int | None
    delegated_by: int | None


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
