"""``paminnelse.skicka``: a reminder to a role or a user; a type and ids, nothing else."""

from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from cases.capabilities import CapabilityContext, capability
from records.capabilities.shapes import Inputs, Outputs
from records.models import Notis
from records.persons import is_deceased
from records.writing import holder


class ReminderInput(Inputs):
    """To whom, about what kind of thing, at which step of the ladder."""

    typ: str
    mottagare_roll: str | None = None
    mottagare: str | None = None
    akt: str | None = None
    forfallen_datum: date | None = None
    niva: str | None = None


class ReminderOutput(Outputs):
    """False when the person has died, or when this reminder was sent before."""

    skickad: bool


@capability("paminnelse.skicka", input=ReminderInput, output=ReminderOutput)
def send_reminder(context: CapabilityContext, data: ReminderInput) -> ReminderOutput:
    """Leave a reminder, exactly once per type, step, due date and receiver (K-2)."""
    if is_deceased(context.arende_id, context.organisation, context.unit):
        return ReminderOutput(skickad=False)
    user = None
    if data.mottagare:
        user = get_user_model().objects.filter(username=data.mottagare).first()
    row = Notis(
        **holder(context),
        arende_id=context.arende_id,
        akt_id=data.akt,
        typ=data.typ,
        niva=data.niva or "",
        roll=data.mottagare_roll or "",
        mottagare=user,
        forfallen_datum=data.forfallen_datum,
        skapad=context.now,
    )
    before = _same(row).exists()
    if before:
        return ReminderOutput(skickad=False)
    Notis.objects.bulk_create([row], ignore_conflicts=True)
    sent = _same(row).filter(pk=row.pk).exists()
    if sent:
        context.record("paminnelse", typ=data.typ, niva=data.niva or "")
    return ReminderOutput(skickad=sent)


def _same(row: Notis) -> QuerySet[Notis]:
    return Notis.objects.filter(
        arende_id=row.arende_id,
        akt_id=row.akt_id,
        typ=row.typ,
        niva=row.niva,
        roll=row.roll,
        mottagare=row.mottagare,
        forfallen_datum=row.forfallen_datum,
    )
