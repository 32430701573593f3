"""What the record refuses, and why. Messages hold identifiers only, never case data.

What a person can mend in the form in front of her is an ``AnswersInvalidError`` with the field and
a code of its own (see ``records.answers``); what the state of the record forbids is here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction

from cases.errors import CaseError
from records.errors import control
from records.errors.closing import (
    AktDestroyedError,
    AktKeptError,
    AktStillOpenError,
    AktWithoutOwnerError,
    ArchiveReceiptMissingError,
    ArendeClosedError,
    ClosingReasonMissingError,
    FinalNoteMissingError,
    ProviderMissingError,
    ProviderNotGoneError,
    TasksStillOpenError,
    UppdragPendingError,
)
from records.errors.control import (
    ControlNotDoneError,
    ControlSettledError,
    NotTheReviewerError,
    ReviewerIsAuthorError,
    ReviewerIsReaderError,
)
from records.errors.decisions import (
    AlreadyDecidedError,
    AvgorandeAlreadyError,
    DecisionNotMadeError,
    LivsomradenIncompleteError,
    MessageSentError,
    NoAnchorError,
    NoPlanError,
    NoRunningUtredningError,
    NotWithinDelegationError,
    ThreadClosedError,
    UppdragStateError,
    UppdragWithoutGoalError,
)
from records.errors.general import (
    ConfigurationMissingError,
    RecordNotFoundError,
    RecordRefusedError,
)
from records.errors.quality import (
    AtgardClosedError,
    AtgardOpenError,
    LexSarahFeedbackMissingError,
    LexSarahIvoMissingError,
    LexSarahNotIndependentError,
    LexSarahOpenError,
    StageMissingError,
)
from records.errors.secrecy import (
    CompilationRefusedError,
    ConsentMissingError,
    DisclosureStoppedError,
    IdentityNotAllowedError,
    IndividualDocumentationError,
    NeedsSecondPersonError,
    PersonDeceasedError,
    PersonNeededError,
    PersonProtectedError,
    ProtectionBusyError,
    ProtectionChangedError,
)

__all__ = [
    "AktDestroyedError",
    "AktKeptError",
    "AktStillOpenError",
    "AktWithoutOwnerError",
    "AlreadyDecidedError",
    "ArchiveReceiptMissingError",
    "ArendeClosedError",
    "AtgardClosedError",
    "AtgardOpenError",
    "AvgorandeAlreadyError",
    "ClosingReasonMissingError",
    "CompilationRefusedError",
    "ConfigurationMissingError",
    "ConsentMissingError",
    "ControlNotDoneError",
    "ControlSettledError",
    "DecisionNotMadeError",
    "DisclosureStoppedError",
    "FinalNoteMissingError",
    "IdentityNotAllowedError",
    "IndividualDocumentationError",
    "LexSarahFeedbackMissingError",
    "LexSarahIvoMissingError",
    "LexSarahNotIndependentError",
    "LexSarahOpenError",
    "LivsomradenIncompleteError",
    "MessageSentError",
    "NeedsSecondPersonError",
    "NoAnchorError",
    "NoPlanError",
    "NoRunningUtredningError",
    "NotTheReviewerError",
    "NotWithinDelegationError",
    "PersonDeceasedError",
    "PersonNeededError",
    "PersonProtectedError",
    "ProtectionBusyError",
    "ProtectionChangedError",
    "ProviderMissingError",
    "ProviderNotGoneError",
    "RecordNotFoundError",
    "RecordRefusedError",
    "ReviewerIsAuthorError",
    "ReviewerIsReaderError",
    "StageMissingError",
    "TasksStillOpenError",
    "ThreadClosedError",
    "UppdragPendingError",
    "UppdragStateError",
    "UppdragWithoutGoalError",
    "constraint_of",
    "database_rules",
    "while_level_holds",
]

_RULES: dict[str, type[CaseError]] = {
    "individual_documentation_required": IndividualDocumentationError,
    "identity_not_allowed": IdentityNotAllowedError,
    "final_note_missing": FinalNoteMissingError,
    "uppdrag_pending": UppdragPendingError,
    "closing_reason_missing": ClosingReasonMissingError,
    "arende_closed": ArendeClosedError,
    "uppdrag_without_need_or_goal": UppdragWithoutGoalError,
    "uppdrag_thread_closed": ThreadClosedError,
    "consent_missing": ConsentMissingError,
    "disclosure_settled": DisclosureStoppedError,
    "protection_changed": ProtectionChangedError,
    "protection_busy": ProtectionBusyError,
    "akt_gallrad": AktDestroyedError,
    "archive_receipt_missing": ArchiveReceiptMissingError,
    "akt_is_kept": AktKeptError,
    "provider_not_gone": ProviderNotGoneError,
    "provider_missing": ProviderMissingError,
    "akt_without_owner": AktWithoutOwnerError,
    "akt_still_open": AktStillOpenError,
    "tasks_still_open": TasksStillOpenError,
    "stage_missing": StageMissingError,
    "atgard_open": AtgardOpenError,
    "atgard_not_open": AtgardClosedError,
    "avgorande_tried_once": AvgorandeAlreadyError,
    "avgorande_number_once": AvgorandeAlreadyError,
    "inledning_decided_once": AlreadyDecidedError,
    **control.RULES,
    "lexsarah_not_independent": LexSarahNotIndependentError,
    "lexsarah_open": LexSarahOpenError,
    "lexsarah_ivo_missing": LexSarahIvoMissingError,
    "lexsarah_feedback_missing": LexSarahFeedbackMissingError,
}


@contextmanager
def database_rules(ref: object) -> Iterator[None]:
    """Turn a refusal of the database's triggers into the error that says what to do.

    Args:
        ref: Id of the row that is being changed.

    Raises:
        CaseError: Of the class that belongs to the violated rule. The database's own text, which
            may repeat a row, is cut off.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rule = constraint_of(error)
        known = _RULES.get(rule)
        raise (RecordRefusedError(rule) if known is None else known(ref)) from None


@contextmanager
def while_level_holds(ref: object) -> Iterator[None]:
    """Say what to do when the protection changed while something was being written.

    Without a savepoint: what is written belongs to an action that is thrown away as a whole.

    Args:
        ref: Id of what is written in.

    Raises:
        ProtectionChangedError: It changed.
    """
    try:
        yield
    except IntegrityError as error:
        if constraint_of(error) != "protection_changed":
            raise
        raise ProtectionChangedError(ref) from None


def constraint_of(error: IntegrityError) -> str:
    """Name of the violated constraint, or ``unknown``."""
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    return name or "unknown"
