"""``paminnelse.skicka``: a reminder to a role or a user; a type and ids, nothing else."""

from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from cases.capabilities import CapabilityContext, capability
from cases.models import Organisation
from engine.notices import kinds_in
from records.capabilities.shapes import Inputs, Outputs
from records.models import Notis, Uppdrag
from records.persons import is_deceased
from records.writing import holder


class ReminderInput(Inputs):
    """To whom, about what kind of thing, at which step of the ladder.

    ``trots_dodsfall``: a duty that goes on after death, such as the final note (K-2).
    """

    typ: str
    mottagare_roll: str | None = None
    mottagare: str | None = None
    mottagare_organisation: str | None = None
    mottagare_enhet: str | None = None
    uppdrag: str | None = None
    akt: str | None = None
    handelse: str | None = None
    forfallen_datum: date | None = None
    niva: str | None = None
    trots_dodsfall: bool = False


class ReminderOutput(Outputs):
    """False when the person has died, or when this reminder was sent before."""

    skickad: bool


@capability("paminnelse.skicka", input=ReminderInput, output=ReminderOutput)
def send_reminder(context: CapabilityContext, data: ReminderInput) -> ReminderOutput:
    """Leave a reminder, exactly once per type, step, due date and receiver (K-2).

    Without an ärende each unit has its own: two units late the same day are both reminded.
    One that has ended is no hindrance: what it asked for is asked for again.
    """
    stops = not data.trots_dodsfall
    if stops and is_deceased(context.arende_id, context.organisation, context.unit):
        return ReminderOutput(skickad=False)
    user = None
    if data.mottagare:
        user = get_user_model().objects.filter(username=data.mottagare).first()
    row = Notis(
        **holder(context),
        arende_id=context.arende_id,
        akt_id=data.akt,
        handelse_id=_about(data),
        typ=data.typ,
        niva=data.niva or "",
        roll=data.mottagare_roll or "",
        mottagare=user,
        forfallen_datum=data.forfallen_datum,
        delad_med_id=_other_side(context, data),
        skapad=context.now,
        instans=context.instance_id,
        upphor_med=list(kinds_in(context.bundle.files).ends_with(data.typ)),
    )
    before = _same(row).exists()
    if before:
        return ReminderOutput(skickad=False)
    Notis.objects.bulk_create([row], ignore_conflicts=True)
    sent = _same(row).filter(pk=row.pk).exists()
    if sent:
        context.record("paminnelse", typ=data.typ, niva=data.niva or "")
    return ReminderOutput(skickad=sent)


def _about(data: ReminderInput) -> str | None:
    """What it is about, where it is no akt: two uppdrag of an ärende are reminded of apart."""
    return data.handelse or (None if data.akt else data.uppdrag)


def _other_side(context: CapabilityContext, data: ReminderInput) -> UUID | None:
    """The other side's unit, where the reminder is for one of its roles."""
    if data.mottagare_enhet:
        unit = UUID(data.mottagare_enhet)
        return None if unit == context.unit else unit
    uppdrag = Uppdrag.objects.filter(pk=data.uppdrag).first() if data.uppdrag else None
    if uppdrag is None or data.mottagare_roll not in _roles_of_other(context):
        return None
    mine = uppdrag.organisation_id == context.organisation
    return uppdrag.mottagare_unit_id if mine else uppdrag.unit_id


def _roles_of_other(context: CapabilityContext) -> set[str]:
    """Roles that belong to the other kind of organisation only."""
    kind = Organisation.objects.values_list("kind", flat=True).get(pk=context.organisation)
    return {
        role.id for role in context.bundle.roles.roll if role.organisation not in (kind, "bada")
    }


def _same(row: Notis) -> QuerySet[Notis]:
    per_unit = {"unit": row.unit_id, "delad_med": row.delad_med_id}
    return Notis.objects.filter(
        **(per_unit if row.arende_id is None else {}),
        arende=row.arende_id,
        akt=row.akt_id,
        handelse_id=row.handelse_id,
        typ=row.typ,
        niva=row.niva,
        roll=row.roll,
        mottagare=row.mottagare_id,
        forfallen_datum=row.forfallen_datum,
        klar=None,
    )
