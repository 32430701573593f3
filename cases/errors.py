"""What the use cases refuse, and why.

``code`` is stable; doors map it to a status. Messages tell the reader what to do and hold
identifiers only: errors end up in logs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_noop


class CaseError(Exception):
    """Base of every deliberate refusal. Records adds its own subclasses with codes of their own."""

    code: ClassVar[str] = "case_error"


class NotFoundError(CaseError):
    """There is no such row, or the actor may not know that there is."""

    code = "not_found"

    def __init__(self, kind: str, ref: object) -> None:
        super().__init__(f"No {kind} {ref} is open to you. Check the address and your roles.")
        self.ref = ref


class NotPermittedError(CaseError):
    """The actor may see the row but not do this with it."""

    code = "not_permitted"

    def __init__(self, action: str, ref: object) -> None:
        super().__init__(f"Your roles do not allow {action} on {ref}. Ask who gave you your roles.")


class TaskAlreadyCompletedError(CaseError):
    """Somebody, perhaps this very user, completed the task before."""

    code = "task_already_completed"

    def __init__(self, task_id: object) -> None:
        super().__init__(f"Task {task_id} is already completed. Read the case again.")


class TaskNotOpenError(CaseError):
    """The task was cancelled by an event, or its instance has ended."""

    code = "task_not_open"

    def __init__(self, task_id: object) -> None:
        super().__init__(f"Task {task_id} is not open any more. Read the case again.")


class TaskClaimedError(CaseError):
    """Somebody else has taken the task."""

    code = "task_claimed"

    def __init__(self, task_id: object) -> None:
        super().__init__(f"Task {task_id} is taken by somebody else. Ask them or reassign it.")


class StaleVersionError(CaseError):
    """The task was changed after the client read it."""

    code = "stale_version"

    def __init__(self, task_id: object, *, expected: int, stored: int) -> None:
        super().__init__(
            f"Task {task_id} has version {stored}, you sent {expected}. Read it again and retry."
        )
        self.expected = expected
        self.stored = stored


class AnswersInvalidError(CaseError):
    """The form refuses the answers; ``errors`` maps a field path to (code, Swedish message)."""

    code = "answers_invalid"

    def __init__(self, form_id: str, errors: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(f"The answers to form {form_id} are not valid: {', '.join(errors)}.")
        self.form_id = form_id
        self.errors = dict(errors)


class ReasonNeededError(AnswersInvalidError):
    """Nothing is wrong with the answers but *bör* without a reason; ``errors`` says which (K-1)."""

    code = "reason_needed"


class FourEyesError(CaseError):
    """The same person did the step that this one must check."""

    code = "four_eyes"

    def __init__(self, task_id: object, element: str) -> None:
        super().__init__(
            f"Task {task_id} must be completed by somebody else than who completed {element}."
        )


class IdempotencyConflictError(CaseError):
    """The key was used for another request."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("The idempotency key was used for another request. Use a new key.")


class ProcessUnavailableError(CaseError):
    """No fastställd edition that is in force today has the process."""

    code = "process_unavailable"

    def __init__(self, process_key: str) -> None:
        super().__init__(
            f"No edition in force has process {process_key}. Deploy one that is fastställd."
        )


class LocalValueMissingError(ProcessUnavailableError):
    """The municipality has not decided a value that the process needs (K-14)."""

    code = "local_value_missing"

    def __init__(self, process_key: str, tables: Sequence[str]) -> None:
        CaseError.__init__(
            self,
            f"Process {process_key} is not deployed: there is no local value for "
            f"{', '.join(tables)}. Write the table in processes/lokal/ and deploy again.",
        )
        self.tables = tuple(tables)


class StartRefusedError(CaseError):
    """The start does not fit the process: ärende, unit or organisation is wrong."""

    code = "start_refused"

    def __init__(self, process_key: str, reason: str) -> None:
        super().__init__(f"{process_key} cannot start: {reason}")


class MessageRefusedError(CaseError):
    """A message cannot be sent or delivered as it stands."""

    code = "message_refused"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Message {name} cannot go on: {reason}. Correct messages.toml.")


class MessageNotFromOutsideError(CaseError):
    """Only a process throws this message: it follows from steps that somebody answers for."""

    code = "message_internal"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Message {name} is thrown by a process only. Do the task or start the process that"
            " leads to it."
        )


class ReceiverUnknownError(CaseError):
    """A message starts a process, but does not say in whose organisation."""

    code = "receiver_unknown"

    def __init__(self, name: str, process_key: str) -> None:
        super().__init__(
            f"Message {name} starts {process_key} in another organisation; its payload must name"
            " mottagare_organisation and mottagare_enhet."
        )


class InstanceEndedError(CaseError):
    """The instance is completed or cancelled."""

    code = "instance_ended"

    def __init__(self, instance_id: object) -> None:
        super().__init__(f"Instance {instance_id} has ended. Nothing was changed.")


class ProcessStoppedError(CaseError):
    """The diagram cannot go on by itself; an incident was opened and the action undone."""

    code = "process_stopped"

    def __init__(self, element: str, reason: str, incident_code: str) -> None:
        super().__init__(
            f"The process stopped at {element} ({incident_code}): {reason}."
            " Nothing was stored; an incident is open."
        )
        self.element = element
        self.incident_code = incident_code


class CapabilityUnknownError(CaseError):
    """A diagram asks for a capability that no app registered."""

    code = "capability_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"No capability {name} is registered. Correct the diagram and deploy it.")


class CapabilityInputError(CaseError):
    """A capability got inputs of the wrong shape; names of fields only."""

    code = "capability_input"

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__(f"Capability {name} refuses its inputs: {'; '.join(problems)}.")


class CapabilityFailedError(CaseError):
    """A capability broke. The message names where, never what it was working on."""

    code = "capability_failed"

    def __init__(self, name: str, kind: str, place: str) -> None:
        super().__init__(f"Capability {name} failed with {kind} at {place}. Nothing was stored.")


class StorageError(CaseError):
    """The database refused a row; ``constraint`` names the rule."""

    code = "storage_refused"

    def __init__(self, constraint: str) -> None:
        super().__init__(f"The database refused the change ({constraint}). Nothing was stored.")
        self.constraint = constraint


class BundleRefusedError(CaseError):
    """The bundle has errors; ``reports`` holds the findings of ``engine.check``."""

    code = "bundle_refused"

    def __init__(self, reports: Sequence[Any]) -> None:
        paths = ", ".join(report.path for report in reports)
        super().__init__(f"The bundle has errors in {paths}. Run: kedja check processes")
        self.reports = tuple(reports)


class ReasonInvalidError(CaseError):
    """A reason must be a code; free text belongs in the journal."""

    code = "reason_invalid"

    def __init__(self) -> None:
        super().__init__("Give the reason as a code of a-z, 0-9 and _; write text in the journal.")


class UserUnknownError(CaseError):
    """The user to hand a task to does not exist or has no role where the task is."""

    code = "user_unknown"

    def __init__(self, user_id: object) -> None:
        super().__init__(f"User {user_id} has no role in the task's unit. Choose somebody else.")


class UndertakingMissingError(CaseError):
    """The user has a role but has not signed the sekretessförbindelse that makes it active."""

    code = "undertaking_missing"

    def __init__(self, user: object) -> None:
        super().__init__(
            f"User {user} has not signed a sekretessförbindelse, so no role is active. Read it at"
            " undertakings/ and sign it there."
        )
        self.svenska = gettext_noop(
            "Skriv under sekretessförbindelsen först. Sedan blir din roll aktiv."
        )


class TextChangedError(CaseError):
    """What is to be signed or acknowledged was changed after it was read."""

    code = "text_changed"

    def __init__(self, name: str) -> None:
        super().__init__(f"The text {name} has changed since you read it. Read it again.")
        self.svenska = gettext_noop("Texten har ändrats sedan du läste den. Läs den igen.")


class DraftElsewhereError(CaseError):
    """The author has saved another text on the same form, from another window or device."""

    code = "draft_elsewhere"

    def __init__(self, draft_id: object, *, revision: int, saved_at: datetime) -> None:
        super().__init__(f"Draft {draft_id} was saved elsewhere. Read it before you save over it.")
        self.revision = revision
        self.saved_at = saved_at
        self.svenska = gettext_noop("Du har skrivit i samma formulär i ett annat fönster.")
