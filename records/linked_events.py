"""What of the quality work concerns an ärende: number, kind and state, never a text (K-3, R-140).

A risk belongs to the operation, never to a person; it may have shown itself in an ärende, or in a
deviation or complaint about one.

The rows are no part of the record of the person. They are named beside it, so that whoever closes
an ärende, or takes over, knows that they go on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from records.models import Avvikelse, HandelseLank, Kalla, Klagomal, LexSarah, Risk
from records.risks import risk_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEvent:
    """One deviation, complaint, report of lex Sarah or risk: which it is, and whether it goes on.

    ``stangd_som``: how it was closed; a risk is ``accepterad``, or ``bevakas`` until the next time.
    """

    id: UUID
    slag: Kalla
    nummer: str
    oppen: bool
    stangd_som: str = ""

    @property
    def namn(self) -> str:
        """Kind and number, e.g. ``Avvikelse A-2026-3``."""
        kind = "Risk" if self.slag == Kalla.RISK else Kalla(self.slag).label
        return f"{kind} {self.nummer}"


def events_of(case: UUID, units: Iterable[UUID]) -> list[LinkedEvent]:
    """The deviations and complaints about an ärende in some units, in the order they came.

    Args:
        case: The ärende.
        units: The units whose rows are asked for.
    """
    here = {"arende_id": case, "unit__in": list(units)}
    deviations = Avvikelse.objects.filter(**here).order_by("rapporterad", "nummer")
    complaints = Klagomal.objects.filter(**here).order_by("registrerad", "nummer")
    return [
        *(_event(row, Kalla.AVVIKELSE) for row in deviations),
        *(_event(row, Kalla.KLAGOMAL) for row in complaints),
    ]


def lex_sarah_of(case: UUID, units: Iterable[UUID]) -> list[LinkedEvent]:
    """The reports of lex Sarah that concern an ärende in some units.

    Args:
        case: The ärende.
        units: The units whose rows are asked for.
    """
    rows = LexSarah.objects.filter(berorda__contains=[case], unit__in=list(units))
    return [_event(row, Kalla.LEX_SARAH) for row in rows.order_by("rapporterad", "nummer")]


def risks_of(case: UUID, events: Sequence[LinkedEvent], units: Iterable[UUID]) -> list[LinkedEvent]:
    """The risks that showed themselves in an ärende, or in what has happened in it.

    Args:
        case: The ärende.
        events: The deviations and complaints about it.
        units: The units whose rows are asked for.
    """
    here = list(units)
    told = Q(till=Kalla.ARENDE, till_id=case)
    for event in events:
        told |= Q(till=event.slag, till_id=event.id)
    refs = HandelseLank.objects.filter(told, fran=Kalla.RISK, unit__in=here).values("fran_id")
    rows = Risk.objects.filter(pk__in=refs, unit__in=here).select_related("analys")
    return [
        LinkedEvent(
            id=row.pk,
            slag=Kalla.RISK,
            nummer=risk_ref(row),
            oppen=row.stangd is None,
            stangd_som=row.stangd_som,
        )
        for row in rows.order_by("analys__inledd", "nummer")
    ]


def open_events(case: UUID, unit: UUID) -> list[LinkedEvent]:
    """Everything about an ärende that goes on in a unit when the ärende is closed (K-3)."""
    found = [*events_of(case, [unit]), *lex_sarah_of(case, [unit])]
    return [event for event in found if event.oppen]


def _event(row: Avvikelse | Klagomal | LexSarah, kind: Kalla) -> LinkedEvent:
    return LinkedEvent(id=row.pk, slag=kind, nummer=row.nummer, oppen=row.stangd is None)
