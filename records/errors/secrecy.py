"""What a person's protection, death or consent forbids. Identifiers only."""

from cases.errors import CaseError


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
