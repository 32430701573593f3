"""What the record refuses, and why. Messages hold identifiers only, never case data.

What a person can mend in the form in front of her is an ``AnswersInvalidError`` with the field and
a code of its own (see ``records.answers``); what the state of the record forbids is here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction

from cases.errors import CaseError
from records import control_errors


class FinalNoteMissingError(CaseError):
    """The closing gate of K-3: an akt, or the ärende of one, lacks its signed slutanteckning."""

    code = "final_note_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"{ref} kan inte stängas: en signerad slutanteckning med orsak saknas i"
            " verkställighetsjournalen. Skriv och signera slutanteckningen först."
        )


class UppdragPendingError(CaseError):
    """A sent uppdrag has no answer yet, so the ärende cannot close."""

    code = "uppdrag_pending"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Ärendet {ref} har ett obesvarat uppdrag. Återkalla det eller vänta.")


class ClosingReasonMissingError(CaseError):
    """Nothing was carried out, so the reason must stand in myndighetens journal (K-3)."""

    code = "closing_reason_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Ärendet {ref} saknar avslutsorsak i myndighetens journal. Ange den.")


class ArendeClosedError(CaseError):
    """The ärende is closed for good; a new need is a new ärende."""

    code = "arende_closed"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Ärendet {ref} är avslutat. Öppna ett nytt ärende.")


class UppdragStateError(CaseError):
    """The uppdrag is not in the state that this step needs."""

    code = "uppdrag_not_open"

    def __init__(self, ref: object, status: str) -> None:
        super().__init__(f"Uppdraget {ref} är {status}. Läs ärendet på nytt.")


class UppdragWithoutGoalError(CaseError):
    """An insats in the uppdrag has no need or no goal (R-083)."""

    code = "uppdrag_without_need_or_goal"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Uppdraget {ref} är inte tydligt: varje insats ska ha minst ett behov och ett mål."
        )


class AvgorandeAlreadyError(CaseError):
    """The party has had her request tried in this ärende: the law gives it once (FL 12 §)."""

    code = "avgorande_already"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"En begäran om avgörande har redan prövats i ärendet {ref}. Avvisa den nya begäran."
        )


class DecisionNotMadeError(CaseError):
    """The step says that the ärende is decided, and no decision is registered (FL 12 §)."""

    code = "decision_not_made"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Inget beslut är fattat i ärendet {ref} efter begäran. Fatta beslutet först,"
            " eller avslå begäran i ett särskilt beslut."
        )


class NoRunningUtredningError(CaseError):
    """No other investigation of the person is open here."""

    code = "no_running_utredning"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Ingen annan utredning pågår om personen i ärendet {ref}. Besluta om utredning"
            " ska inledas."
        )


class AlreadyDecidedError(CaseError):
    """Whether to open an investigation is decided once in an ärende (SoL 14:2)."""

    code = "already_decided"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Om utredning ska inledas är redan beslutat i ärendet {ref}.")


class PersonDeceasedError(CaseError):
    """The person is registered as deceased; nothing more is sent about her (K-2)."""

    code = "person_deceased"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Personen i {ref} är registrerad som avliden. Inget skickas.")


class PersonProtectedError(CaseError):
    """The person is held here at a protection level above the actor's."""

    code = "person_protected"

    def __init__(self) -> None:
        super().__init__("Personen har skyddade uppgifter. Lämna över till behörig kollega.")


class ProtectionChangedError(CaseError):
    """The protection is another now than when the change of it was weighed (P-7)."""

    code = "protection_changed"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Skyddet i {ref} har ändrats under tiden. Läs ärendet på nytt och börja om ändringen."
        )


class ProtectionBusyError(CaseError):
    """Another change of the same person's protection is under way."""

    code = "protection_busy"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Någon annan ändrar skyddet i {ref} just nu. Försök igen om en stund.")


class RecordNotFoundError(CaseError):
    """No such row here: wrong id, or another holder's."""

    code = "record_not_found"

    def __init__(self, kind: str, ref: object) -> None:
        super().__init__(f"{kind} {ref} finns inte hos den här enheten.")


class NoPlanError(CaseError):
    """There is no plan version in the state that the step needs."""

    code = "no_plan"

    def __init__(self, ref: object, wanted: str) -> None:
        super().__init__(f"Akten {ref} har ingen {wanted} genomförandeplan.")


class NoAnchorError(CaseError):
    """Not verkställd, no plan, no follow-up: the six months have no first day (K-4)."""

    code = "no_anchor"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Akten {ref} är inte verkställd. Registrera verkställigheten först.")


class NotWithinDelegationError(CaseError):
    """The table ``delegation`` gives none of the actor's roles this decision (R-087)."""

    code = "not_within_delegation"

    def __init__(self, insats: str) -> None:
        super().__init__(
            f"Din delegation omfattar inte beslut om {insats} i den omfattningen. Ange timmar i "
            "månaden om de saknas. Lämna annars beslutet till den som har delegationen."
        )


class LivsomradenIncompleteError(CaseError):
    """The utredning does not have every livsområde marked (R-088)."""

    code = "livsomraden_incomplete"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Utredningen {ref} saknar markering av livsområden. Fyll i alla.")


class LexSarahNotIndependentError(CaseError):
    """The investigator reported the event, or works in the unit where it happened."""

    code = "lexsarah_not_independent"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Lex Sarah {ref} ska utredas av någon som varken har rapporterat händelsen eller"
            " arbetar i enheten. Fördela utredningen till en annan utredare."
        )


class LexSarahOpenError(CaseError):
    """A report cannot be closed: it is not investigated and decided."""

    code = "lexsarah_open"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Lex Sarah {ref} är inte utredd och bedömd. Gör det först.")


class LexSarahIvoMissingError(CaseError):
    """IVO lacks the notice of a serious missförhållande, or the investigation of it."""

    code = "lexsarah_ivo_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Lex Sarah {ref} är allvarlig. Anmäl till IVO och bifoga utredningen.")


class LexSarahFeedbackMissingError(CaseError):
    """Reporter, person or staff has not been told, and no reason stands."""

    code = "lexsarah_feedback_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Lex Sarah {ref} saknar återkoppling. Återkoppla till den som rapporterade, den"
            " enskilde och personalen, eller ange varför det inte görs."
        )


class StageMissingError(CaseError):
    """A deviation or complaint is closed before its stages are gone through (R-050)."""

    code = "stage_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"{ref} har steg kvar. Rapportera, utreda, analysera, åtgärda och följa upp ska vart"
            " och ett vara gjort, eller ej tillämpligt med skäl."
        )


class AtgardOpenError(CaseError):
    """Something is closed while a measure out of it goes on."""

    code = "atgard_open"

    def __init__(self, ref: object) -> None:
        super().__init__(f"{ref} har en åtgärd som inte är uppföljd. Följ upp den först.")


class AtgardClosedError(CaseError):
    """A measure that is closed, or in another step, is acted on."""

    code = "atgard_not_open"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Åtgärden {ref} är avslutad eller i ett annat steg. Läs om sidan.")


class ConfigurationMissingError(CaseError):
    """A table or term that the edition must have is missing."""

    code = "configuration_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"Utgåvan saknar {name}. Lägg till den i processes/ och driftsätt.")


class RecordRefusedError(CaseError):
    """The database refused; ``constraint`` names its rule."""

    code = "record_refused"

    def __init__(self, constraint: str) -> None:
        super().__init__(f"Dokumentationen tillåter inte ändringen ({constraint}).")
        self.constraint = constraint


class ConsentMissingError(CaseError):
    """No consent in force covers the disclosure (R-152, R-154)."""

    code = "consent_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Inget gällande samtycke täcker utlämnandet ({ref}). Inhämta ett samtycke,"
            " ange ett lagrum eller gör en menprövning."
        )


class DisclosureStoppedError(CaseError):
    """The disclosure was stopped or refused; a new one needs a new review (R-161)."""

    code = "disclosure_stopped"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Utlämnandet {ref} är stoppat eller nekat. Pröva det på nytt.")


class CompilationRefusedError(CaseError):
    """A compilation may not hold this kind of data for this purpose (LBP 7 a §, L-33)."""

    code = "compilation_refused"

    def __init__(self, kind: str, purpose: str) -> None:
        super().__init__(
            f"Uppgifter av slaget {kind} får inte sammanställas för ändamålet {purpose}."
            " Välj antal, eller ett ändamål som tabellen sammanstallning tillåter."
        )


class PersonNeededError(CaseError):
    """A step that only a person may take was reached by a timer or a message (K-12)."""

    code = "person_needed"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Steget {ref} ska göras av en person, inte av systemet.")


class NeedsSecondPersonError(CaseError):
    """Two persons are needed: who asks does not also confirm."""

    code = "needs_second_person"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Den som begärde det ({ref}) får inte också bekräfta det.")


class ProviderNotGoneError(CaseError):
    """The provider can write the final note itself (K-3)."""

    code = "provider_not_gone"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Utföraren av {ref} finns kvar och skriver slutanteckningen själv. Myndigheten gör det"
            " bara när enheten är registrerad som upphörd."
        )


class ProviderMissingError(CaseError):
    """No other provider has accepted everything that the old one gives (R-184)."""

    code = "provider_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Ingen ny utförare har tagit emot hela uppdraget {ref}. Den gamla fortsätter så länge."
        )


class AktWithoutOwnerError(CaseError):
    """An akt of a unit that ends has nobody to keep it (R-198)."""

    code = "akt_without_owner"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Minst en akt saknar ägare ({ref}). Bestäm vem som förvarar varje akt.")


class AktStillOpenError(CaseError):
    """A unit that ends still has an open akt (R-198)."""

    code = "akt_still_open"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Minst en akt är öppen ({ref}). Avsluta den eller byt utförare först.")


class TasksStillOpenError(CaseError):
    """A unit that ends still has open tasks (R-198)."""

    code = "tasks_still_open"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Enheten har öppna uppgifter ({ref}). Fördela om eller avsluta dem först."
        )


class AktDestroyedError(CaseError):
    """The akt has been destroyed; only its protocol is left (R-183)."""

    code = "akt_gallrad"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Akten {ref} är gallrad. Det som finns kvar är gallringsprotokollet.")


class ArchiveReceiptMissingError(CaseError):
    """What is to be kept has not been received by the archive or the nämnd (R-197)."""

    code = "archive_receipt_missing"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Akten {ref} ska bevaras och mottagaren har inte kvitterat den. Registrera"
            " kvittensen först."
        )


class AktKeptError(CaseError):
    """The table says that the akt is kept; it cannot be decided to destroy it (R-193)."""

    code = "akt_is_kept"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Akten {ref} ska bevaras enligt tabellen och kan inte gallras.")


class IndividualDocumentationError(CaseError):
    """Nämnd has not exempted this insats: who takes part is documented (R-222, SoL 14:3)."""

    code = "individual_documentation_required"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Nämnden har inte beslutat om undantag för insatsen {ref}. Dokumentera varje"
            " deltagare för sig, i processen Dokumentera deltagande."
        )


class IdentityNotAllowedError(CaseError):
    """Identity may not be kept in this insats (SoL 14:4, 14:5; R-229, R-237)."""

    code = "identity_not_allowed"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"I insatsen {ref} dokumenteras inte vem som deltar. Räkna besöket utan namn, eller"
            " starta en aktualisering om den enskilde vill ha prövad hjälp."
        )


_RULES: dict[str, type[CaseError]] = {
    "individual_documentation_required": IndividualDocumentationError,
    "identity_not_allowed": IdentityNotAllowedError,
    "final_note_missing": FinalNoteMissingError,
    "uppdrag_pending": UppdragPendingError,
    "closing_reason_missing": ClosingReasonMissingError,
    "arende_closed": ArendeClosedError,
    "uppdrag_without_need_or_goal": UppdragWithoutGoalError,
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
    **control_errors.RULES,
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
