"""What is refused of standing in for a colleague."""

from django.utils.translation import gettext_noop

from cases.errors import CaseError


class SubstitutionOverError(CaseError):
    """Who has taken a task for a colleague is her substitute no more."""

    code = "substitution_over"

    def __init__(self, task_id: object) -> None:
        super().__init__(f"The substitution for task {task_id} is over. It goes back.")
        self.svenska = gettext_noop("Vikariatet är slut. Uppgiften går tillbaka till kollegan.")


_SUBSTITUTION = {
    "period": gettext_noop(
        "Välj en första dag som inte har varit, och en sista dag som inte är före den."
    ),
    "oneself": gettext_noop("Välj en annan person som vikarie."),
    "overlap": gettext_noop("Personen har redan en vikarie någon av de dagarna."),
    "role": gettext_noop(
        "Vikarien behöver ha en av kollegans roller i samma enhet. Välj någon annan."
    ),
    "unknown": gettext_noop("Välj personer som arbetar här."),
}


class SubstitutionRefusedError(CaseError):
    """Nobody can stand in like that: ``why`` is period, oneself, overlap, role or unknown."""

    code = "substitution_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The substitution is refused ({why}). Change it and try again.")
        self.why = why
        self.svenska = _SUBSTITUTION[why]
