"""A line of the overview as cells: the same on the page and in the export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop, ngettext

from cases.user_names import user_name
from engine.bundle import Bundle
from records.queries.overview import Asked, Line, numbers, opens
from web.shown import OUTSIDE, short
from web.words import Words

Value = str | int | date | None
_UNTAKEN, _NOBODY = gettext_noop("Ingen har tagit den"), gettext_noop("Ingen än")
"""Of a task, and of what has nobody to answer for it."""
UNCLASSED = "-"
"""Instead of a class, in an address: what has none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its column, what it holds, and where it leads on the page."""

    heading: str
    value: Value
    link: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is shown as a day."""
        return isinstance(self.value, date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the lines are told with: numbers, people, what may be opened, the edition's words."""

    numbers: Mapping[UUID, str]
    people: Mapping[int, str]
    opens: frozenset[UUID]
    bundle: Bundle


def told_with(asked: Asked, lines: Sequence[Line]) -> Told:
    """Look up what the lines name. Three queries, however many lines. Inside ``access_context``."""
    return Told(
        numbers=numbers(asked, (line.case for line in lines)),
        people=people_of({line.who for line in lines if line.who is not None}),
        opens=opens(asked, lines),
        bundle=asked.bundle,
    )


def people_of(ids: set[int]) -> dict[int, str]:
    """What colleagues are called. One query."""
    return {user.pk: user_name(user) for user in get_user_model().objects.filter(pk__in=ids)}


def cells(line: Line, columns: Sequence[tuple[str, str]], told: Told) -> list[Cell]:
    """The cells of a line, in the order of the columns."""
    return [_cell(line, part, gettext(heading), told) for part, heading in columns]


def _cell(line: Line, part: str, heading: str, told: Told) -> Cell:
    may_open = (line.case or line.task) in told.opens
    match part:
        case "number":
            own = line.number or told.numbers.get(line.case or UUID(int=0)) or short(line.case)
            own = own or gettext("Utan ärende")
            link = reverse("web:case", args=[line.case]) if may_open and line.case else ""
            return Cell(heading, own, link)
        case "task":
            link = reverse("web:task", args=[line.task]) if may_open and line.task else ""
            return Cell(heading, line.what, link)
        case "who":
            return Cell(heading, told.people.get(line.who or 0) or _nobody(line, told.bundle))
        case "day" | "end":
            return Cell(heading, _on(line.day if part == "day" else line.end))
        case _:
            return Cell(heading, _plain(line, part, told))


def _plain(line: Line, part: str, told: Told) -> Value:
    match part:
        case "insats":
            return Words(told.bundle).insats(line.what) if line.what else gettext(OUTSIDE)
        case "code":
            return class_word(line.what, told.bundle, "starta_rapportera_avvikelse", "kategori")
        case "class":
            return class_word(line.step, told.bundle)
        case "ladder":
            return ladder(line, told.bundle)
        case "days":
            return line.days
        case "place":
            return line.place
        case _:
            return line.what


def _nobody(line: Line, bundle: Bundle) -> str:
    """That nobody has it; of a task also whose it is to take: then one knows whom to ask."""
    found = (bundle.roles.get(role) for role in line.roles)
    names = ", ".join(sorted(role.name for role in found if role is not None))
    text = gettext(_UNTAKEN if line.task else _NOBODY)
    return f"{text} ({names})" if names else text


def ladder(line: Line, bundle: Bundle) -> str:
    """How far the reminders have gone, in words: when, counted from the last day, and to whom."""
    if not line.step:
        return gettext("Ingen påmind än")
    found = bundle.roles.get(line.role)
    who = line.role if found is None else found.name
    return f"{_when(line.step)}: {who}" if who else _when(line.step)


def _when(step: str) -> str:
    text = step.removeprefix("T")
    try:
        days = int(text)
    except ValueError:
        return step
    if days == 0:
        return gettext("Sista dagen")
    if days < 0:
        return ngettext("%(days)d dag före", "%(days)d dagar före", -days) % {"days": -days}
    return ngettext("%(days)d dag efter", "%(days)d dagar efter", days) % {"days": days}


def class_word(
    code: str, bundle: Bundle, form: str = "bedom_avvikelse", field: str = "klass"
) -> str:
    """A class or kind as the form that it is chosen in says it; a risk's class is its own word."""
    if code in ("", UNCLASSED):
        return gettext("Inte klassad")
    label = Words(bundle).option(form, field, code)
    return code.replace("_", " ").capitalize() if label == code else label


def _on(when: date | datetime | None) -> date | None:
    return localtime(when).date() if isinstance(when, datetime) else when
