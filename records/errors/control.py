"""What an egenkontroll or a loggkontroll refuses, and why. Identifiers only."""

from cases.errors import CaseError


class NotTheReviewerError(CaseError):
    """The akt was given to another reviewer, who has written nothing in it."""

    code = "not_the_reviewer"

    def __init__(self, ref: object) -> None:
        super().__init__(f"Granskningen {ref} är någon annans. Bara den utsedda gör den.")


class ReviewerIsAuthorError(CaseError):
    """Nobody reviews what she has written herself."""

    code = "reviewer_is_author"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Granskningen {ref} kan inte göras av den som har skrivit i akten. Avbryt"
            " egenkontrollen och planera den med en annan granskare."
        )


class ReviewerIsReaderError(CaseError):
    """Nobody judges her own readings."""

    code = "reviewer_is_reader"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Loggkontrollen {ref} innehåller dina egna läsningar. Lämna uppgiften till en annan"
            " granskare."
        )


class ControlSettledError(CaseError):
    """What is fastställt or signed never changes."""

    code = "control_settled"

    def __init__(self, ref: object) -> None:
        super().__init__(f"{ref} är fastställd eller signerad och ändras inte. Gör en ny kontroll.")


class ControlNotDoneError(CaseError):
    """Something is not looked at yet, or still unclear."""

    code = "control_not_done"

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"{ref} kan inte avslutas: något är inte granskat, eller fortfarande oklart. Granska"
            " det först."
        )


RULES: dict[str, type[CaseError]] = {
    "reviewer_is_author": ReviewerIsAuthorError,
    "reviewer_is_reader": ReviewerIsReaderError,
    "egenkontroll_settled": ControlSettledError,
    "egenkontroll_not_reviewed": ControlNotDoneError,
    "loggkontroll_signed": ControlSettledError,
    "loggkontroll_not_done": ControlNotDoneError,
}
"""Rules of the database and what each says to the person."""
