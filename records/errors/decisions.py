"""What the utredning, the decision, the uppdrag and the plan refuse. Identifiers only."""

from cases.errors import CaseError


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


class MessageSentError(CaseError):
    """The message that is being written has been sent; there is nothing left to keep."""

    code = "message_sent"
    svenska = "Meddelandet är redan skickat."

    def __init__(self, ref: object) -> None:
        super().__init__(f"The message about uppdrag {ref} has been sent. Write a new one.")


class ThreadClosedError(CaseError):
    """Nothing more is written about the uppdrag."""

    code = "uppdrag_thread_closed"
    svenska = "Det går inte att skriva om uppdraget längre. Nå den andra parten på annat sätt."

    def __init__(self, ref: object) -> None:
        super().__init__(
            f"Uppdraget {ref} tar inte emot meddelanden: det är avböjt, återkallat eller avslutat,"
            " eller så är den enskilde skyddad. Kontakta den andra parten på annat sätt."
        )
