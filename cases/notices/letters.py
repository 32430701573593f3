"""The words of a letter: what goes in is numbers and addresses, nothing about anybody.

They are in the language that is active: ``cases.notices.writing`` takes its reader's.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext, gettext_noop

from cases.inbox import MANY

SUBJECT: Final = gettext_noop("Nytt i Kedja")
DIGEST_SUBJECT: Final = gettext_noop("Att göra i Kedja i dag")
CONFIRM_SUBJECT: Final = gettext_noop("Bekräfta din adress i Kedja")


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
        lines.append(_there_are(_tasks(amount.tasks, new=True), _late(amount.late)))
    if amount.reminders:
        lines.append(_there_are(_reminders(amount.reminders, new=True)))
    why = gettext("Du får brevet för att du har valt e-post direkt för: %(kind)s.")
    return _letter(lines, why % {"kind": kind}, links)


def digest(amount: Amount, links: Links, *, ended: bool = False) -> str:
    """The text of the day's letter.

    Args:
        amount: What waits; only what is doubtful where she has ended the digest.
        links: Where it leads.
        ended: Whether she has.
    """
    lines = []
    if amount.tasks:
        lines.append(_there_are(_tasks(amount.tasks), _late(amount.late) + _today(amount.today)))
    if amount.reminders:
        said = gettext("Du har %(reminders)s att läsa.")
        lines.append(said % {"reminders": _reminders(amount.reminders)})
    if amount.doubtful:
        lost = gettext(
            "Ett tidigare brev till dig kan ha försvunnit på vägen. Det gällde"
            " %(number)s som fortfarande väntar."
        )
        lines.append(lost % {"number": _some(amount.doubtful)})
    why = gettext("Du får brevet en gång om dagen, när något väntar på dig.")
    if ended:
        why = gettext("Du får det här enda brevet fast du har avslutat sammandraget.")
    return _letter(lines, why, links)


def confirmation(address: str) -> str:
    """The text of the letter that asks whether an address is right.

    Args:
        address: The page with the button.
    """
    given = gettext("Någon har angett den här adressen för brev från Kedja.")
    yours = gettext("Är det du? Öppna sidan och bekräfta:")
    other = gettext("Är det inte du behöver du inte göra något. Då kommer inga fler brev.")
    return f"{given}\n\n{yours}\n{address}\n\n{other}\n"


def _letter(lines: list[str], why: str, links: Links) -> str:
    change, stop = (
        gettext("Ändra det i Kedja:"),
        gettext("Sluta få sådana brev, utan att logga in:"),
    )
    end = f"{why} {change}\n{links.settings}"
    if links.stop:
        end += f"\n\n{stop}\n{links.stop}"
    said, see = "\n".join(lines), gettext("Logga in och se vad det är:")
    return f"{said}\n\n{see}\n{links.start}\n\n-- \n{end}\n"


def _there_are(what: str, of_them: str = "") -> str:
    return gettext("Du har %(what)s i Kedja%(of_them)s.") % {"what": what, "of_them": of_them}


def _tasks(number: int, *, new: bool = False) -> str:
    if number == 1:
        return gettext("en ny uppgift") if new else gettext("en uppgift")
    said = gettext("%(number)s nya uppgifter") if new else gettext("%(number)s uppgifter")
    return said % {"number": _some(number)}


def _reminders(number: int, *, new: bool = False) -> str:
    if number == 1:
        return gettext("en ny påminnelse") if new else gettext("en påminnelse")
    said = gettext("%(number)s nya påminnelser") if new else gettext("%(number)s påminnelser")
    return said % {"number": _some(number)}


def _late(number: int) -> str:
    if not number:
        return ""
    if number == 1:
        return gettext(", en är försenad")
    return gettext(", %(number)s är försenade") % {"number": _some(number)}


def _today(number: int) -> str:
    if not number:
        return ""
    if number == 1:
        return gettext(", en ska vara klar i dag")
    return gettext(", %(number)s ska vara klara i dag") % {"number": _some(number)}


def _some(number: int) -> str:
    if number >= MANY:
        return gettext("minst %(number)d") % {"number": MANY}
    return gettext("en") if number == 1 else str(number)
