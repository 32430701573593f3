"""What lex Sarah, measures, avvikelser and klagomål refuse. Identifiers only."""

from cases.errors import CaseError


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
