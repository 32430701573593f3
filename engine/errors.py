"""What the engine refuses, and why.

Every error carries a stable ``code`` for clients and log searches. Messages are for people and
hold identifiers only, never process variables: errors end up in logs, and variables are about
named persons.
"""

from typing import ClassVar


class EngineError(Exception):
    """Base of every deliberate refusal of the engine."""

    code: ClassVar[str] = "engine_error"


class DefinitionError(EngineError):
    """A diagram cannot be read; ``element`` names the place."""

    code = "definition_invalid"

    def __init__(self, element: str, message: str) -> None:
        super().__init__(f"{element}: {message}")
        self.element = element


class TaskNotOpenError(EngineError):
    """The task is unknown, already finished, or cancelled by an event."""

    code = "task_not_open"

    def __init__(self, task_id: str) -> None:
        super().__init__(f"Task {task_id} is not open. Read the case again.")
        self.task_id = task_id


class JobNotPendingError(EngineError):
    """The job is unknown, already completed, or cancelled by an event."""

    code = "job_not_pending"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Job {job_id} is not pending.")
        self.job_id = job_id


class NotDueError(EngineError):
    """The timer is unknown, cancelled, or not due yet."""

    code = "timer_not_due"

    def __init__(self, ref: str) -> None:
        super().__init__(f"Timer {ref} is not due.")
        self.ref = ref


class NoSubscriptionError(EngineError):
    """Nothing in the instance waits for this message any more."""

    code = "no_subscription"

    def __init__(self, ref: str) -> None:
        super().__init__(f"Nothing waits at {ref}.")
        self.ref = ref


class IncidentError(EngineError):
    """The diagram cannot go on by itself; a person must look.

    Args:
        element: Id of the element (or sequence flow) where it stopped.
        reason: What went wrong and how to mend it; identifiers only.
        code: Stable word: ``condition_not_boolean``, ``no_flow_matched``, ``expression_failed``,
            ``collection_not_list``, ``date_invalid``, ``timer_invalid``, ``error_uncaught``,
            ``correlation_key_missing``, ``no_start``, ``stuck``, ``budget_exceeded``,
            ``variable_type``, ``variables_too_large``, or a code of ``engine.dmn``.
    """

    code = "incident"

    def __init__(self, element: str, reason: str, code: str = "incident") -> None:
        super().__init__(f"{element}: {reason}")
        self.element = element
        self.reason = reason
        self.incident_code = code


class BpmnError(EngineError):
    """Raised by a capability to throw a BPMN error with ``error_code`` at its service task."""

    code = "bpmn_error"

    def __init__(self, error_code: str) -> None:
        super().__init__(f"BPMN error {error_code}")
        self.error_code = error_code


class StateError(EngineError):
    """A stored state cannot be read by this version, or not with this definition."""

    code = "state_unreadable"
