"""Which granted parts of decisions are carried out, and which a quarter's report must name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from engine.bundle import Bundle
from records.models import (
    Akt,
    Delbeslut,
    Handelse,
    InsatsHandelse,
    UppdragInsats,
)
from records.terms import report_day
from records.uppdrag_content import GRANTED, current_insatser

GIVEN = frozenset({Handelse.PABORJAD, Handelse.ATERUPPTAGEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCarriedOut:
    """One granted part for a report: not carried out, or carried out too late in the period."""

    part: Delbeslut
    avbrott_datum: date | None
    verkstalld_datum: date | None
    dagar: int
    skal: str
    avbojda: int


def carried_out_since(part: Delbeslut) -> date | None:
    """Since when the support of a part is given, by the providers' records; None where it is not.

    An uppdrag that was changed by a renewed decision goes on: what began under the former
    decision is given under the new one from the day of that decision.
    """
    rows = UppdragInsats.objects.filter(delbeslut_id=part.pk).select_related("uppdrag")
    days = [_since(row) for row in rows]
    found = [max(day, part.beslut.beslutsdatum) for day in days if day is not None]
    return min(found, default=None)


def _since(row: UppdragInsats) -> date | None:
    newest = current_insatser(row.uppdrag_id).get(row.insats)
    akt = Akt.objects.filter(uppdrag=row.uppdrag_id).first()
    if akt is None or newest is None or newest.pk != row.pk:
        return None
    turns = InsatsHandelse.objects.filter(akt=akt, insats=row.insats)
    latest = turns.order_by("registrerad", "datum").last()
    if latest is None:
        return akt.verkstalld_datum
    return latest.datum if latest.handelse in GIVEN else None


def in_force(arende: UUID, day: date) -> QuerySet[Delbeslut]:
    """The granted parts of an ärende that have not ended on a day."""
    rows = Delbeslut.objects.filter(beslut__arende=arende, utfall__in=GRANTED)
    ended = [part.pk for part in rows if ended_on(part, day)]
    return rows.exclude(pk__in=ended).exclude(giltig_till__lt=day)


def ended_on(part: Delbeslut, day: date) -> bool:
    """Whether a part had ended by a day and was not taken up again."""
    rows = part.handelser.filter(slag__in=("upphort", "aterupptaget"), datum__lte=day)
    latest = rows.order_by("registrerad").last()
    return latest is not None and latest.slag == "upphort"


def not_carried_out(
    bundle: Bundle, organisation: UUID, first: date, last: date
) -> Iterator[NotCarriedOut]:
    """What a quarter's report names, in the order of the decisions (L-25, L-26, K-12).

    Every granted part whose report day, by the table ``ej_verkstallt``, has come by the last day
    of the quarter and that is not carried out then; and those carried out too late in it.

    Args:
        bundle: Whose table says when a part must be reported.
        organisation: Whose decisions.
        first: First day of the quarter.
        last: Last day of the quarter.
    """
    rows = Delbeslut.objects.filter(organisation_id=organisation, utfall__in=GRANTED)
    known = rows.filter(beslut__beslutsdatum__lte=last).select_related("beslut")
    for part in known.order_by("beslut__beslutsdatum", "beslut__registrerad", "nummer"):
        found = _reported(bundle, part, first, last)
        if found is not None:
            yield found


def _reported(bundle: Bundle, part: Delbeslut, first: date, last: date) -> NotCarriedOut | None:
    events = list(part.handelser.filter(datum__lte=last).order_by("datum", "registrerad"))
    stops = [row.datum for row in events if row.slag == "avbrott"]
    broken = max(stops, default=None)
    anchor = broken or part.beslut.beslutsdatum
    starts = [row.datum for row in events if row.slag == "verkstallt" and row.datum >= anchor]
    started = min(starts, default=None)
    due = report_day(bundle, part.beslut.beslutsdatum, broken)
    if started is not None and (started < first or started <= due):
        return None
    if started is None and (due > last or ended_on(part, last)):
        return None
    reasons = [row for row in events if row.slag == "ej_verkstallt" and row.datum >= anchor]
    return NotCarriedOut(
        part=part,
        avbrott_datum=broken,
        verkstalld_datum=started,
        dagar=((started or last) - anchor).days,
        skal=reasons[-1].skal if reasons else "",
        avbojda=sum(row.avbojda for row in reasons),
    )
