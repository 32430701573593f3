"""Vad hindrar avslut? What the gate refuses for, and what goes on without being in the way."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

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
    "saknas": gettext_noop("Slutanteckning saknas"),
    "osignerad": gettext_noop("Slutanteckningen är inte signerad"),
    "skriven": gettext_noop("Slutanteckningen är skriven, men akten är inte stängd"),
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
            *_undecided(page),
            *_tasks(known),
            *(_not_begun(page, row, words) for row in rows),
            *_codes(unfinished(page.id, unit), words),
            *_waits(known.waits),
        ],
        note=gettext("Inget stöd har getts. Orsaken skrivs när ärendet avslutas.")
        if "closing_reason_missing" in codes
        else "",
        way=_way(page, known),
    )


def _hinder(page: CasePage, one: Hinder, known: Known, gone: Collection[UUID]) -> Row | None:
    order = next((row for row in page.seen.uppdrag if row.pk == one.uppdrag), None)
    if order is None:
        return None
    of = {"number": order.nummer, "unit": order.mottagare_unit.name}
    name = gettext("uppdrag %(number)s hos %(unit)s") % of
    papers = reverse("web:case_papers", args=[page.id]) + "#uppdrag"
    if one.kod == "uppdrag_pending":
        return Row(
            what=gettext("Obesvarat %(order)s.") % {"order": name},
            who=gettext(
                "Enhetschefen hos utföraren svarar. Handläggaren kan ta tillbaka uppdraget."
            ),
            url=papers,
            link=gettext("Se uppdraget"),
        )
    state = gettext(NOTE_STATES.get(one.lage, NOTE_STATES["saknas"]))
    said = f"{state}: {name}."
    if order.mottagare_unit_id in gone:
        return _stand_in(page, known, said, papers)
    who = gettext("Utföraren skriver och signerar den när stödet är avslutat.")
    return Row(what=said, who=who, url=papers, link=gettext("Se uppdraget"))


def _stand_in(page: CasePage, known: Known, said: str, papers: str) -> Row:
    who = gettext("Utföraren har upphört: handläggaren skriver den i utförarens ställe.")
    if STAND_IN not in known.offers:
        return Row(what=said, who=who, url=papers, link=gettext("Se uppdraget"))
    url = reverse("web:start_in_case", args=[page.id, STAND_IN])
    return Row(what=said, who=who, url=url, link=gettext("Skriv slutanteckningen"))


def _way(page: CasePage, known: Known) -> Row | None:
    """Where the closing is done or asked for."""
    task = next((t for t in known.tasks if known.forms.get(t.id) == CLOSING_FORM), None)
    if task is not None:
        return Row(
            what=task.name,
            url=reverse("web:task", args=[task.id]),
            link=gettext("Gå till uppgiften"),
        )
    if CLOSING not in known.offers:
        return None
    running = any(row.status == "accepterat" for row in page.seen.uppdrag)
    asked = gettext("Be utföraren avsluta stödet") if running else gettext("Avsluta ärendet")
    return Row(what=asked, url=reverse("web:start_in_case", args=[page.id, CLOSING]), link=asked)


def _of_akter(page: CasePage, known: Known) -> Panel:
    own = [row for row in page.seen.akter if row.status == AktStatus.OPPEN]
    task = next((t for t in known.tasks if known.forms.get(t.id) == FINAL_FORM), None)
    written = final_notes_of([akt.pk for akt in own])
    blocking = [_akt(akt, task) for akt in own if akt.pk not in written]
    return Panel(blocking=blocking, open_ends=[*_tasks(known), *_waits(known.waits)])


def _akt(akt: Akt, task: TaskLine | None) -> Row:
    said = gettext("Slutanteckning saknas i akten hos %(unit)s.") % {"unit": akt.unit.name}
    if task is None:
        return Row(
            what=said, who=gettext("Den skrivs när stödet är avslutat och orsaken är bekräftad.")
        )
    url = reverse("web:task", args=[task.id])
    who = gettext("%(role)s skriver den.") % {"role": task.role_name}
    return Row(what=said, who=who, url=url, link=task.name)


def _tasks(known: Known) -> Iterator[Row]:
    count = len(known.tasks)
    if count:
        roles = sorted({task.role_name for task in known.tasks})
        said = ngettext("%(count)d öppen uppgift.", "%(count)d öppna uppgifter.", count)
        yield Row(
            what=said % {"count": count},
            who=gettext("Hos: %(roles)s.") % {"roles": ", ".join(roles)},
            url="#nu",
            link=gettext("Se uppgifterna"),
        )


def _undecided(page: CasePage) -> Iterator[Row]:
    """An application that nobody has decided on may be withdrawn; it is not to be forgotten."""
    if not page.seen.beslut:
        yield Row(
            what=gettext("Inget beslut är fattat i ärendet."),
            who=gettext(
                "Har personen ansökt ska ansökan avgöras, eller återtas, innan ärendet avslutas."
            ),
        )


def _not_begun(page: CasePage, row: NotBegun, words: Words) -> Row:
    decided = row.part.beslut.beslutsdatum
    days = (local_date(page.here.now) - (row.avbrott or decided)).days
    since = gettext("avbrutet %(day)s") if row.avbrott else gettext("beslutat %(day)s")
    late = row.rapporteras <= local_date(page.here.now)
    told = (
        gettext("Beslutet rapporteras som ej verkställt sedan %(day)s.")
        if late
        else gettext("Beslutet rapporteras som ej verkställt från %(day)s.")
    )
    return Row(
        what=gettext("%(insats)s: %(since)s, inte verkställt (%(days)d dagar).")
        % {
            "insats": words.insats(row.part.insats),
            "since": since % {"day": day(row.avbrott or decided)},
            "days": days,
        },
        who=told % {"day": day(row.rapporteras)},
        url=reverse("web:case_papers", args=[page.id]) + "#beslut",
        link=gettext("Se beslutet"),
    )


def _codes(codes: Iterable[str], words: Words) -> Iterator[Row]:
    for code in codes:
        yield Row(what=f"{words.option(CLOSING_FORM, 'vantar', code)}.")


def _waits(waits: Iterable[Wait]) -> Iterator[Row]:
    for wait in waits:
        said = (
            gettext("Väntar: %(what)s, till %(day)s.")
            if wait.until
            else gettext("Väntar: %(what)s.")
        )
        yield Row(what=said % {"what": wait.name, "day": day(wait.until)})


def _with_events(parts: Sequence[Delbeslut]) -> list[Delbeslut]:
    """The parts with what has happened to them; one question for all of them."""
    ids = [part.pk for part in parts]
    rows = Delbeslut.objects.filter(pk__in=ids).select_related("beslut")
    return list(rows.prefetch_related("handelser").order_by("beslut__beslutsdatum", "nummer"))
