"""The words of a letter. Pure: what goes in is numbers and addresses, nothing about anybody."""

from dataclasses import dataclass
from typing import Final

from cases.inbox import MANY

SUBJECT: Final = "Nytt i Kedja"
DIGEST_SUBJECT: Final = "Att göra i Kedja i dag"
CONFIRM_SUBJECT: Final = "Bekräfta din adress i Kedja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much there is.

    Attributes:
        tasks: Tasks; ``MANY`` says as many or more.
        late: Of them, past their last day.
        today: Of them, to be done today.
        reminders: Reminders that are not put away.
        doubtful: Things of a letter that may not have arrived.
    """

    tasks: int = 0
    late: int = 0
    today: int = 0
    reminders: int = 0
    doubtful: int = 0

    def __bool__(self) -> bool:
        return bool(self.tasks or self.reminders or self.doubtful)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a letter leads: ``stop`` is the one-click address, empty where there is none."""

    start: str
    settings: str
    stop: str = ""


def news(amount: Amount, kind: str, links: Links) -> str:
    """The text of a letter about what is new.

    Args:
        amount: How much of it is still there to do.
        kind: The kind's name in ``terms/notiser.toml``.
        links: Where it leads.
    """
    lines = []
    if amount.tasks:
        lines.append(f"Du har {_tasks(amount.tasks, new=True)} i Kedja{_late(amount.late)}.")
    if amount.reminders:
        lines.append(f"Du har {_reminders(amount.reminders, new=True)} i Kedja.")
    return _letter(lines, f"Du får brevet för att du har valt e-post direkt för: {kind}.", links)


def digest(amount: Amount, links: Links, *, ended: bool = False) -> str:
    """The text of the day's letter.

    Args:
        amount: What waits; only what is doubtful where she has ended the digest.
        links: Where it leads.
        ended: Whether she has.
    """
    lines = []
    if amount.tasks:
        due = [_late(amount.late)]
        if amount.today:
            due.append(f", {_some(amount.today)} ska vara {_done(amount.today)} i dag")
        lines.append(f"Du har {_tasks(amount.tasks)} i Kedja{''.join(due)}.")
    if amount.reminders:
        lines.append(f"Du har {_reminders(amount.reminders)} att läsa.")
    if amount.doubtful:
        lines.append(
            "Ett tidigare brev till dig kan ha försvunnit på vägen. Det gällde"
            f" {_some(amount.doubtful)} som fortfarande väntar."
        )
    why = "Du får brevet en gång om dagen, när något väntar på dig."
    if ended:
        why = "Du får det här enda brevet fast du har avslutat sammandraget."
    return _letter(lines, why, links)


def confirmation(address: str) -> str:
    """The text of the letter that asks whether an address is right.

    Args:
        address: The page with the button.
    """
    return (
        "Någon har angett den här adressen för brev från Kedja.\n\n"
        f"Är det du? Öppna sidan och bekräfta:\n{address}\n\n"
        "Är det inte du behöver du inte göra något. Då kommer inga fler brev.\n"
    )


def _letter(lines: list[str], why: str, links: Links) -> str:
    end = f"{why} Ändra det i Kedja:\n{links.settings}"
    if links.stop:
        end += f"\n\nSluta få sådana brev, utan att logga in:\n{links.stop}"
    said = "\n".join(lines)
    return f"{said}\n\nLogga in och se vad det är:\n{links.start}\n\n-- \n{end}\n"


def _tasks(number: int, *, new: bool = False) -> str:
    if number == 1:
        return "en ny uppgift" if new else "en uppgift"
    return f"{_some(number)} {'nya ' if new else ''}uppgifter"


def _reminders(number: int, *, new: bool = False) -> str:
    if number == 1:
        return "en ny påminnelse" if new else "en påminnelse"
    return f"{_some(number)} {'nya ' if new else ''}påminnelser"


def _late(number: int) -> str:
    if not number:
        return ""
    return f", {_some(number)} är {'försenad' if number == 1 else 'försenade'}"


def _done(number: int) -> str:
    return "klar" if number == 1 else "klara"


def _some(number: int) -> str:
    if number >= MANY:
        return f"minst {MANY}"
    return "en" if number == 1 else str(number)
