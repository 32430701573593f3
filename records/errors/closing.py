"""What keeps an akt or an ärende from being closed, kept or handed over. Identifiers only."""

from cases.errors import CaseError


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
