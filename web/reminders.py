"""Reminders: what the ladder ``eskalering`` says to this person's roles, now and earlier."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop

from cases.models import Unit
from engine.bundle import Bundle, NotInBundleError
from engine.notices import Kind, kinds_in
from records import queries as records
from records.models import Notis
from records.queries.lists import Cursor
from records.queries.order_limits import CLOCK
from records.queries.orders import open_orders
from records.queries.reminders import earlier_notices
from records.uppdrag_reading import MESSAGE
from web.door import Visit

TABLE = "eskalering"
ROUTINES = "las_rutiner"
ABOUT_ORDERS = (MESSAGE, CLOCK)
"""Kinds of reminders whose ``handelse_id`` is an uppdrag."""
# Any interval for which the ladder has all its steps: only the text is looked up here.
_LONG = Decimal(12)
_OTHER = {
    "nodoppning": gettext_noop(
        "Någon har öppnat ett ärende i nödfall. Läs skälet och kontrollera loggen."
    ),
    ROUTINES: gettext_noop("Du har rutiner eller instruktioner att läsa."),
    "loggkontroll_forsenad": gettext_noop("Loggkontrollen är inte signerad i tid."),
    "meddelande": gettext_noop("Du har ett nytt meddelande om ett uppdrag."),
    "slutanteckning": gettext_noop("Slutanteckningen ska vara skriven senast i dag."),
}

_SOMETHING = gettext_noop("Något väntar i ärendet.")

ENDED: Final[Mapping[str, str]] = {
    "uppgift": gettext_noop("Uppgiften är klar"),
    "uppgift_avbruten": gettext_noop("Uppgiften behövdes inte längre"),
    "process": gettext_noop("Steget i ärendet är avslutat"),
    "process_avbruten": gettext_noop("Steget i ärendet avbröts"),
    "uppdrag": gettext_noop("Uppdraget är besvarat"),
    "plan": gettext_noop("Planen är fastställd"),
    "uppfoljning": gettext_noop("Uppföljningen är registrerad"),
    "akt": gettext_noop("Akten är avslutad"),
    "last_allt": gettext_noop("Du har läst allt"),
}
"""Through what a reminder ended (``Notis.klar_genom``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder; the text holds nothing about a person.

    ``past``: the last day that it is about has gone by since, so "I dag" in its text was then.
    ``order`` is the uppdrag that it is about, where the person may open it; ``message``: the other
    side has written about it. ``routines``: what waits is read under Rutiner. ``ended`` and
    ``ended_by``: what it asked for is done, since when and through what; ``put_away``: somebody
    has taken it off the list.
    """

    id: UUID
    text: str
    case: UUID | None
    unit: str
    sent: datetime
    due: date | None
    urgent: bool
    order: UUID | None = None
    of_edition: bool = True
    message: bool = False
    past: bool = False
    routines: bool = False
    ended: datetime | None = None
    ended_by: str = ""
    put_away: datetime | None = None


def reminders(here: Visit, hidden: Collection[str] = ()) -> list[Reminder]:
    """Open reminders to the person, newest first.

    Args:
        here: Whose visit it is.
        hidden: Kinds (``terms/notiser.toml``) that she has hidden; only those that may be are.
    """
    rows = records.notices(here.actor, now=here.now)
    if hidden and here.bundle is not None:
        kinds = kinds_in(here.bundle.files)
        rows = [row for row in rows if not _is_hidden(kinds.of_reminder(row.typ, row.niva), hidden)]
    return _told(here, rows)


def earlier(here: Visit, after: Cursor | None) -> tuple[list[Reminder], Cursor | None]:
    """Reminders to the person that are done or put away, newest first.

    Args:
        here: Whose visit it is.
        after: Where the page before ended.

    Returns:
        The reminders, and where the next page begins.
    """
    rows, following = earlier_notices(here.actor, now=here.now, after=after)
    return _told(here, rows), following


def _told(here: Visit, rows: Sequence[Notis]) -> list[Reminder]:
    """Reminders as they are told; the same queries however many."""
    texts = {typ: _texts(here.bundle, typ) for typ in {row.typ for row in rows}}
    units = dict(Unit.objects.filter(pk__in={r.unit_id for r in rows}).values_list("pk", "name"))
    about = {r.handelse_id for r in rows if r.handelse_id and r.typ in ABOUT_ORDERS}
    opens = open_orders(about, here.actor, now=here.now)
    today = localdate(here.now)
    return [
        _reminder(row, texts[row.typ], units.get(row.unit_id, ""), opens, today) for row in rows
    ]


def _is_hidden(kind: Kind | None, hidden: Collection[str]) -> bool:
    return kind is not None and kind.kan_tystas and kind.id in hidden


def _reminder(
    row: Notis,
    texts: dict[tuple[str, str], str],
    unit: str,
    opens: Collection[UUID],
    today: date,
) -> Reminder:
    by_level = {level: text for (level, _role), text in texts.items()}
    text = texts.get((row.niva, row.roll)) or by_level.get(row.niva)
    return Reminder(
        id=row.pk,
        of_edition=bool(text),
        text=text or gettext(_OTHER.get(row.typ, _SOMETHING)),
        case=row.arende_id,
        unit=unit,
        sent=row.skapad,
        due=row.forfallen_datum,
        urgent=row.typ != MESSAGE and not row.niva.startswith("T-"),
        order=row.handelse_id if row.handelse_id in opens else None,
        message=row.typ == MESSAGE,
        past=row.forfallen_datum is not None and row.forfallen_datum < today,
        routines=row.typ == ROUTINES,
        ended=row.klar,
        ended_by=gettext(ENDED[row.klar_genom]) if row.klar_genom in ENDED else "",
        put_away=row.last,
    )


def _texts(bundle: Bundle | None, typ: str) -> dict[tuple[str, str], str]:
    """(level, role) -> text of one clock of the ladder."""
    if bundle is None:
        return {}
    try:
        model = bundle.decision(TABLE)
    except NotInBundleError:
        return {}
    found: Any = model.evaluate(TABLE, {"klocka": typ, "intervall_manader": _LONG}).value
    rows = found if isinstance(found, list) else []
    return {(str(row["niva"]), str(row["roll"])): str(row["text"]) for row in rows}
