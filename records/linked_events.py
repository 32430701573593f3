"""What of the quality work concerns an ärende: number, kind and state, never a text (K-3, R-140).

The rows are no part of the record of the person. They are named beside it, so that whoever closes
an ärende, or takes over, knows that they go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from records.models import Avvikelse, Kalla, Klagomal, LexSarah


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEvent:
    """One deviation, complaint or report of lex Sarah: which it is, and whether it goes on."""

    id: UUID
    slag: Kalla
    nummer: str
    oppen: bool

    @property
    def namn(self) -> str:
        """Kind and number, e.g. ``Avvikelse A-2026-3``."""
        return f"{Kalla(self.slag).label} {self.nummer}"


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


def open_events(case: UUID, unit: UUID) -> list[LinkedEvent]:
    """Everything about an ärende that goes on in a unit when the ärende is closed (K-3)."""
    found = [*events_of(case, [unit]), *lex_sarah_of(case, [unit])]
    return [event for event in found if event.oppen]


def _event(row: Avvikelse | Klagomal | LexSarah, kind: Kalla) -> LinkedEvent:
    return LinkedEvent(id=row.pk, slag=kind, nummer=row.nummer, oppen=row.stangd is None)
