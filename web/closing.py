"""Vad hindrar avslut? What the gate refuses for, and what goes on without being in the way."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from cases.queries_case import Wait
from engine.bundle import Bundle
from records.answers import local_date
from records.ending import units_gone
from records.hinders import Hinder, NotBegun, final_notes_of, hinders, not_begun, unfinished
from records.models import Akt, AktStatus, Delbeslut
from web.case_frame import CasePage
from web.shown import TaskLine
from web.words import Words, day

AUTHORITY = "myndighet"
CLOSING = "avsluta_arende"
STAND_IN = "slutanteckning_myndighet"
CLOSING_FORM, FINAL_FORM = "avsluta_arende", "skriv_slutanteckning"
NOTE_STATES = {
    "saknas": "Slutanteckning saknas",
    "osignerad": "Slutanteckningen är inte signerad",
    "skriven": "Slutanteckningen är skriven, men akten är inte stängd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing: what it is, who can do what about it, and where."""

    what: str
    who: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The answer. ``blocking`` stops the closing; ``open_ends`` do not, but are to be known."""

    blocking: Sequence[Row]
    open_ends: Sequence[Row]
    note: str = ""
    way: Row | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the page of a case knows already when the panel is made."""

    tasks: Sequence[TaskLine]
    forms: dict[UUID, str]
    waits: Sequence[Wait]
    offers: frozenset[str]


def panel(page: CasePage, known: Known) -> Panel | None:
    """Answer for the reader's own side: the ärende, or her unit's akt; None where it is closed.

    Call it inside ``access_context``.
    """
    if not page.seen.line.open or page.bundle is None or not page.reads:
        return None
    if page.seen.line.side == AUTHORITY:
        return _of_arende(page, page.bundle, known)
    return _of_akter(page, known)


def _of_arende(page: CasePage, bundle: Bundle, known: Known) -> Panel:
    found = hinders(page.id)
    units = [row.mottagare_unit_id for row in page.seen.uppdrag]
    gone = units_gone(units, local_date(page.here.now)) if found else frozenset()
    blocking = [row for one in found if (row := _hinder(page, one, known, gone)) is not None]
    codes = {one.kod for one in found}
    parts = [part for beslut in page.seen.beslut for part in beslut.delbeslut.all()]
    rows = not_begun(bundle, _with_events(parts), local_date(page.here.now))
    words = Words(bundle)
    unit = page.seen.person.unit_id
    return Panel(
        blocking=blocking,
        open_ends=[
            *_tasks(known),
            *(_not_begun(page, row, words) for row in rows),
            *_codes(unfinished(page.id, unit), words),
            *_waits(known.waits),
        ],
        note="Inget stöd har getts. Orsaken skrivs när ärendet avslutas."
        if "closing_reason_missing" in codes
        else "",
        way=_way(page, known),
    )


def _hinder(page: CasePage, one: Hinder, known: Known, gone: Collection[UUID]) -> Row | None:
    order = next((row for row in page.seen.uppdrag if row.pk == one.uppdrag), None)
    if order is None:
        return None
    name = f"uppdrag {order.nummer} hos {order.mottagare_unit.name}"
    papers = reverse("web:case_papers", args=[page.id]) + "#uppdrag"
    if one.kod == "uppdrag_pending":
        return Row(
            what=f"Obesvarat {name}.",
            who="Enhetschefen hos utföraren svarar. Handläggaren kan ta tillbaka uppdraget.",
            url=papers,
            link="Se uppdraget",
        )
    said = f"{NOTE_STATES.get(one.lage, NOTE_STATES['saknas'])}: {name}."
    if order.mottagare_unit_id in gone:
        return _stand_in(page, known, said, papers)
    who = "Utföraren skriver och signerar den när stödet är avslutat."
    return Row(what=said, who=who, url=papers, link="Se uppdraget")


def _stand_in(page: CasePage, known: Known, said: str, papers: str) -> Row:
    who = "Utföraren har upphört: handläggaren skriver den i utförarens ställe."
    if STAND_IN not in known.offers:
        return Row(what=said, who=who, url=papers, link="Se uppdraget")
    url = reverse("web:start_in_case", args=[page.id, STAND_IN])
    return Row(what=said, who=who, url=url, link="Skriv slutanteckningen")


def _way(page: CasePage, known: Known) -> Row | None:
    """Where the closing is done or asked for."""
    task = next((t for t in known.tasks if known.forms.get(t.id) == CLOSING_FORM), None)
    if task is not None:
        return Row(
            what=task.name, url=reverse("web:task", args=[task.id]), link="Gå till uppgiften"
        )
    if CLOSING not in known.offers:
        return None
    running = any(row.status == "accepterat" for row in page.seen.uppdrag)
    asked = "Be utföraren avsluta stödet" if running else "Avsluta ärendet"
    return Row(what=asked, url=reverse("web:start_in_case", args=[page.id, CLOSING]), link=asked)


def _of_akter(page: CasePage, known: Known) -> Panel:
    own = [row for row in page.seen.akter if row.status == AktStatus.OPPEN]
    task = next((t for t in known.tasks if known.forms.get(t.id) == FINAL_FORM), None)
    written = final_notes_of([akt.pk for akt in own])
    blocking = [_akt(akt, task) for akt in own if akt.pk not in written]
    return Panel(blocking=blocking, open_ends=[*_tasks(known), *_waits(known.waits)])


def _akt(akt: Akt, task: TaskLine | None) -> Row:
    said = f"{NOTE_STATES['saknas']} i akten hos {akt.unit.name}."
    if task is None:
        return Row(what=said, who="Den skrivs när stödet är avslutat och orsaken är bekräftad.")
    url = reverse("web:task", args=[task.id])
    return Row(what=said, who=f"{task.role_name} skriver den.", url=url, link=task.name)


def _tasks(known: Known) -> Iterator[Row]:
    count = len(known.tasks)
    if count:
        roles = sorted({task.role_name for task in known.tasks})
        said = "1 öppen uppgift" if count == 1 else f"{count} öppna uppgifter"
        yield Row(
            what=f"{said}.", who=f"Hos: {', '.join(roles)}.", url="#nu", link="Se uppgifterna"
        )


def _not_begun(page: CasePage, row: NotBegun, words: Words) -> Row:
    decided = row.part.beslut.beslutsdatum
    days = (local_date(page.here.now) - (row.avbrott or decided)).days
    since = f"avbrutet {day(row.avbrott)}" if row.avbrott else f"beslutat {day(decided)}"
    late = row.rapporteras <= local_date(page.here.now)
    told = "rapporteras som ej verkställt sedan" if late else "rapporteras som ej verkställt från"
    return Row(
        what=f"{words.insats(row.part.insats)}: {since}, inte verkställt ({days} dagar).",
        who=f"Beslutet {told} {day(row.rapporteras)}.",
        url=reverse("web:case_papers", args=[page.id]) + "#beslut",
        link="Se beslutet",
    )


def _codes(codes: Iterable[str], words: Words) -> Iterator[Row]:
    for code in codes:
        yield Row(what=f"{words.option(CLOSING_FORM, 'vantar', code)}.")


def _waits(waits: Iterable[Wait]) -> Iterator[Row]:
    for wait in waits:
        till = f", till {day(wait.until)}" if wait.until else ""
        yield Row(what=f"Väntar: {wait.name}{till}.")


def _with_events(parts: Sequence[Delbeslut]) -> list[Delbeslut]:
    """The parts with what has happened to them; one question for all of them."""
    ids = [part.pk for part in parts]
    rows = Delbeslut.objects.filter(pk__in=ids).select_related("beslut")
    return list(rows.prefetch_related("handelser").order_by("beslut__beslutsdatum", "nummer"))
