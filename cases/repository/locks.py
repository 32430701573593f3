"""Row locks. The instance is always locked first, its task after; never two instances."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cases.access import Resource
from cases.actor import Actor
from cases.context import native_cursor
from cases.errors import NotFoundError
from cases.models import Instance, Task

_INSTANCE = """i.id, i.bundle_id, i.process_key, i.business_key, i.arende_id, i.organisation_id,
 i.unit_id, i.secrecy, i.status, i.version, i.state"""
_TASK = """t.id, t.process_key, t.element, t.groups, t.form_id, t.status, t.version,
 t.claimed_by_id, t.delegated_by_id, t.vikariat_id"""

# The order after OF is the order in which PostgreSQL locks. Both rows come back as they are after
# the wait, so the checks that follow judge the truth and not a snapshot from before it.
_LOCK_TASK = f"""SELECT {_INSTANCE}, {_TASK} FROM cases_task t
 JOIN cases_instance i ON i.id = t.instance_id WHERE t.id = $1 FOR NO KEY UPDATE OF i, t"""  # noqa: S608
_LOCK_INSTANCE = f"SELECT {_INSTANCE} FROM cases_instance i WHERE i.id = $1 FOR NO KEY UPDATE"  # noqa: S608


@dataclass(frozen=True, slots=True)
class LockedInstance:
    """The row of an instance, locked until the transaction ends."""

    id: UUID
    bundle: str
    process_key: str
    business_key: str
    arende_id: UUID | None
    organisation: UUID
    unit: UUID
    secrecy: int
    status: str
    version: int
    state: bytes

    @property
    def live(self) -> bool:
        """Whether anything can still happen to it."""
        return self.status in Instance.LIVE

    def resource(self) -> Resource:
        """What access control looks at."""
        return Resource(
            ref=self.id,
            bundle=self.bundle,
            organisation=self.organisation,
            unit=self.unit,
            secrecy=self.secrecy,
            case=self.arende_id,
            in_case=self.arende_id is not None,
        )


@dataclass(frozen=True, slots=True)
class LockedTask:
    """The row of a task, locked together with its instance."""

    instance: LockedInstance
    id: UUID
    process_key: str
    element: str
    groups: tuple[str, ...]
    form_id: str
    status: str
    version: int
    claimed_by: int | None
    delegated_by: int | None
    vikariat: UUID | None = None

    @property
    def open(self) -> bool:
        """Whether the task still waits."""
        return self.status == Task.Status.OPEN

    def resource(self, actor: Actor) -> Resource:
        """What access control looks at."""
        instance = self.instance
        return Resource(
            ref=self.id,
            bundle=instance.bundle,
            organisation=instance.organisation,
            unit=instance.unit,
            secrecy=instance.secrecy,
            roles=self.groups,
            assigned=self.claimed_by is not None and self.claimed_by == actor.user_id,
            case=instance.arende_id,
            in_case=instance.arende_id is not None,
        )


def lock_task(task_id: UUID) -> LockedTask:
    """Lock a task and its instance.

    Raises:
        NotFoundError: No such task, or not one of the actor's units.
    """
    row = _one(_LOCK_TASK, task_id)
    if row is None:
        raise NotFoundError("task", task_id)
    instance = _instance(row[:11])
    task, process, element, groups, *rest = row[11:]
    return LockedTask(instance, task, process, element, tuple(groups), *rest)


def lock_instance(instance_id: UUID) -> LockedInstance:
    """Lock an instance.

    Raises:
        NotFoundError: No such instance, or not one of the actor's units.
    """
    row = _one(_LOCK_INSTANCE, instance_id)
    if row is None:
        raise NotFoundError("instance", instance_id)
    return _instance(row)


def _instance(row: tuple[Any, ...]) -> LockedInstance:
    return LockedInstance(*row)


def _one(sql: str, ref: UUID) -> tuple[Any, ...] | None:
    return native_cursor().execute(sql.encode(), (ref,), prepare=True, binary=True).fetchone()


def lock_substitutes(person: int) -> None:
    """Let one at a time appoint a substitute for a person, until the transaction ends.

    Two at once would each wait for the other at the exclusion constraint.
    """
    lock_word(f"vikariat:{person}")


def lock_word(word: str) -> None:
    """Let one at a time do what a word names, until the transaction ends.

    For what no row stands for yet. What is asked after it is true until the transaction ends; take
    it before any row lock.
    """
    native_cursor().execute(b"SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (word,))
