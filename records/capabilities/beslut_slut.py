"""``beslut.stod``, ``beslut.upphor``: which uppdrag end with a decision, and that it has ended."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, local_date
from records.capabilities.beslut import decision_of
from records.capabilities.delbeslut import end_parts
from records.capabilities.shapes import Inputs, Outputs
from records.execution import being_ended
from records.models import Beslut, Uppdrag, UppdragStatus
from records.uppdrag_content import GRANTED, current_insatser
from records.verkstallighet import in_force


class SupportInput(Inputs):
    """A decision."""

    beslut: str


class SupportOutput(Outputs):
    """Uppdrag that a provider has accepted and not ended, and whether anything else is granted."""

    pagaende: tuple[UUID, ...]
    obesvarade: tuple[UUID, ...]
    annat_beslut: bool


class EndInput(Inputs):
    """A decision, or one part of it, that does not hold after a day, and why (a code)."""

    beslut: str
    delbeslut: str | None = None
    datum: date | None = None
    orsak: str


class EndOutput(Outputs):
    """What follows: the parts that ended, uppdrag without any insats left, what is left."""

    delbeslut: tuple[UUID, ...]
    avslutas: tuple[UUID, ...]
    hela_beslutet: bool
    inget_stod: bool


@capability("beslut.stod", input=SupportInput, output=SupportOutput)
def support_of(context: CapabilityContext, data: SupportInput) -> SupportOutput:
    """Say which uppdrag carry out a decision now; nothing is written."""
    beslut = decision_of(context, data.beslut)
    rows = _uppdrag_of(context, beslut)
    others = in_force(case_of(context), local_date(context.now)).exclude(beslut=beslut)
    return SupportOutput(
        pagaende=tuple(row.pk for row in rows if row.status == UppdragStatus.ACCEPTERAT),
        obesvarade=tuple(row.pk for row in rows if row.status == UppdragStatus.SKICKAT),
        annat_beslut=others.exists(),
    )


@capability("beslut.upphor", input=EndInput, output=EndOutput)
def end_decision(context: CapabilityContext, data: EndInput) -> EndOutput:
    """Note that a decision, or one part of it, has ended; say which uppdrag nothing is left of.

    ``inget_stod``: the whole decision has ended, no uppdrag is under way and nothing else is
    granted, so the ärende has nothing left.
    """
    beslut = decision_of(context, data.beslut)
    day = data.datum or local_date(context.now)
    parts = beslut.delbeslut.filter(utfall__in=GRANTED)
    own = list(parts.filter(pk=data.delbeslut) if data.delbeslut else parts)
    end_parts(context, own, day, data.orsak)
    left = set(in_force(case_of(context), local_date(context.now)).values_list("pk", flat=True))
    whole = not left & set(parts.values_list("pk", flat=True))
    accepted = [
        row for row in _uppdrag_of(context, beslut) if row.status == UppdragStatus.ACCEPTERAT
    ]
    begun = being_ended(case_of(context))
    ending = tuple(
        row.pk for row in accepted if not _parts_of(row) & left and str(row.pk) not in begun
    )
    return EndOutput(
        delbeslut=tuple(part.pk for part in own),
        avslutas=ending,
        hela_beslutet=whole,
        inget_stod=whole and not accepted and not left,
    )


def _uppdrag_of(context: CapabilityContext, beslut: Beslut) -> list[Uppdrag]:
    """The uppdrag whose newest version carries out a part of the decision."""
    rows = Uppdrag.objects.filter(
        arende_id=case_of(context), organisation_id=context.organisation
    ).order_by("skapad")
    parts = set(beslut.delbeslut.values_list("pk", flat=True))
    return [row for row in rows if _parts_of(row) & parts]


def _parts_of(uppdrag: Uppdrag) -> set[UUID]:
    rows = current_insatser(uppdrag.pk).values()
    return {row.delbeslut_id for row in rows if row.delbeslut_id is not None}
