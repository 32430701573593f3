"""What stands in the way of closing (K-3), and what goes on without being in the way.

The gate itself is the database's: ``records_closing_hindrances`` is asked both by the trigger that
refuses the closing and by ``hinders``. What is unfinished never stops a closing, but whoever closes
is to know of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from engine.bundle import Bundle
from records.disclosure import waiting
from records.linked_events import LinkedEvent, open_events
from records.models import AktKopia, Delbeslut, DelbeslutHandelse, JournalEntry, Kvittens
from records.terms import report_day
from records.uppdrag_content import GRANTED

FINAL = "slutanteckning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinder:
    """One thing that the gate refuses for.

    ``kod`` is the code of the refusal; ``lage`` says more: ``obesvarat``, ``saknas``,
    ``osignerad`` or ``skriven``.
    """

    kod: str
    lage: str
    uppdrag: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBegun:
    """A granted part of a decision that is not carried out, and whether it must be reported."""

    part: Delbeslut
    avbrott: date | None
    rapporteras: date
    skal: str


def hinders(case: UUID) -> list[Hinder]:
    """What the gate would refuse an ärende for now; empty where it is closed or out of sight.

    Call it inside ``access_context``: the database tells only who holds the ärende.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kod, uppdrag, lage FROM records_what_hinders(%s)", [case])
        return [Hinder(kod=kod, uppdrag=ref, lage=lage) for kod, ref, lage in cursor.fetchall()]


def final_note_of(akt: UUID) -> JournalEntry | None:
    """The signed slutanteckning with a reason, without which no akt is closed (R-180, R-182)."""
    return final_notes_of([akt]).get(akt)


def final_notes_of(akter: Iterable[UUID]) -> dict[UUID, JournalEntry]:
    """The signed slutanteckning of each akt that has one."""
    rows = JournalEntry.objects.filter(journal__akt_id__in=list(akter), typ=FINAL)
    signed = rows.exclude(signerad=None).exclude(orsak="").select_related("journal")
    return {row.journal.akt_id: row for row in signed if row.journal.akt_id is not None}


def unfinished(case: UUID, unit: UUID) -> list[str]:
    """Codes of what the record of a unit knows to be unfinished; never in the way (K-3)."""
    here = {"unit_id": unit, "arende_id": case}
    known = {
        "utlamnande": waiting(case).filter(unit_id=unit).exists(),
        "kvittens": Kvittens.objects.filter(arende_id=case, kvitterad=None).exists(),
        "kopior": AktKopia.objects.filter(**here, forstord=None).exists(),
    }
    return [
        *dict.fromkeys(row.slag.value for row in going_on(case, unit)),
        *(code for code, found in known.items() if found),
    ]


def going_on(case: UUID, unit: UUID) -> list[LinkedEvent]:
    """The deviations, complaints and reports about an ärende that go on in a unit."""
    return open_events(case, unit)


def not_begun(bundle: Bundle, parts: Iterable[Delbeslut], day: date) -> Iterator[NotBegun]:
    """The granted parts that are in force and not carried out, by what has happened to them.

    Args:
        bundle: Whose table ``ej_verkstallt`` says when a part is reported (L-25, L-26).
        parts: With their ``beslut`` and ``handelser`` fetched.
        day: Today in Stockholm.
    """
    for part in parts:
        if part.utfall not in GRANTED or (part.giltig_till and part.giltig_till < day):
            continue
        events = sorted(part.handelser.all(), key=lambda row: (row.registrerad, row.datum))
        if _ended(events) or _carried_out(events):
            continue
        broken = max((row.datum for row in events if row.slag == "avbrott"), default=None)
        reasons = [row.skal for row in events if row.slag == "ej_verkstallt"]
        yield NotBegun(
            part=part,
            avbrott=broken,
            rapporteras=report_day(bundle, part.beslut.beslutsdatum, broken),
            skal=reasons[-1] if reasons else "",
        )


def _ended(events: list[DelbeslutHandelse]) -> bool:
    turns = [row.slag for row in events if row.slag in ("upphort", "aterupptaget")]
    return turns[-1:] == ["upphort"]


def _carried_out(events: list[DelbeslutHandelse]) -> bool:
    turns = [row.slag for row in events if row.slag in ("verkstallt", "avbrott")]
    return turns[-1:] == ["verkstallt"]
