"""What is refused of a person's own day: bevakning and saved choices."""

from django.utils.translation import gettext_noop

from cases.errors import CaseError

_SLEEP = {
    "reason": gettext_noop("Skriv varför uppgiften kan vänta, med högst 300 tecken."),
    "past": gettext_noop("Välj en dag efter i dag."),
    "due": gettext_noop("Välj en dag som inte är efter uppgiftens sista dag."),
}
_FILTER = {
    "name": gettext_noop("Ge urvalet ett namn på högst 60 tecken."),
    "many": gettext_noop("Du har redan tolv sparade urval. Ta bort ett först."),
}


class SleepError(CaseError):
    """A task cannot be put to sleep like that: ``why`` is reason, past or due."""

    code = "sleep_refused"

    def __init__(self, task_id: object, why: str) -> None:
        super().__init__(f"Task {task_id} cannot be put to sleep ({why}). Change it and try again.")
        self.why = why
        self.svenska = _SLEEP[why]


class FilterRefusedError(CaseError):
    """A choice of tasks cannot be kept: ``why`` is name or many."""

    code = "filter_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The filter cannot be kept ({why}). Change it and try again.")
        self.svenska = _FILTER[why]
