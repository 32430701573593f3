"""``namnd.lista``: what the nämnd shall know is late, or was decided for it; ids and dates only."""

from datetime import date
from uuid import UUID

from pydantic import model_validator

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of
from records.capabilities.beslut import decision_of
from records.capabilities.shapes import Inputs, Outputs
from records.models import Akt, NamndListning, Uppdrag
from records.persons import is_deceased
from records.writing import akt_of, holder

REVIEW = "uppfoljning"


class ListInput(Inputs):
    """An akt or a decision, what about it (a code), and since when."""

    akt: str | None = None
    beslut: str | None = None
    typ: str = REVIEW
    forfallen_datum: date

    @model_validator(mode="after")
    def about_something(self) -> "ListInput":
        """One of akt and beslut says what it is about."""
        if (self.akt is None) == (self.beslut is None):
            raise ValueError("akt or beslut")
        return self


class ListedOutput(Outputs):
    """Whether this run put it on the list."""

    listad: bool


@capability("namnd.lista", input=ListInput, output=ListedOutput)
def list_for_namnd(context: CapabilityContext, data: ListInput) -> ListedOutput:
    """Put it on the list, once per kind, subject and date; a missed review not after death (K-2).

    Raises:
        RecordNotFoundError: Akt or decision is another holder's.
    """
    dead = is_deceased(case_of(context), context.organisation, context.unit)
    if dead and data.typ == REVIEW:
        return ListedOutput(listad=False)
    akt = akt_of(context, data.akt, allow_closed=True) if data.akt else None
    beslut = decision_of(context, data.beslut) if data.beslut else None
    _, new = NamndListning.objects.get_or_create(
        typ=data.typ,
        arende_id=case_of(context),
        akt=akt,
        beslut=beslut,
        forfallen_datum=data.forfallen_datum,
        defaults={**holder(context), "delad_med_id": _authority(akt), "listad": context.now},
    )
    if new:
        context.record("namnd.listad", akt=data.akt or "", beslut=data.beslut or "", typ=data.typ)
    return ListedOutput(listad=new)


def _authority(akt: Akt | None) -> UUID | None:
    """Myndighetens unit of a provider's akt; it shall see the line."""
    if akt is None:
        return None
    return Uppdrag.objects.filter(pk=akt.uppdrag_id).values_list("unit_id", flat=True).first()
