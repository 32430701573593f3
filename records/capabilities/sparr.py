"""The legal hold, and the register of what is kept outside the system (R-172, R-192)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of, local_date, needed_document
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.models import ExternForvaring, GallringSparr
from records.writing import holder, person_of


class HoldOutput(Outputs):
    """The hold, why, and when it is to be looked at again."""

    sparr: UUID
    orsak: str
    omprovas: date | None


class LiftInput(Inputs):
    """A hold, and the form that says why it is lifted."""

    sparr: str
    dokument: str


class LiftedOutput(Outputs):
    """Whether another hold of the same ärende and unit is still in force."""

    fler_sparrar: bool


class StorageOutput(Outputs):
    """The line in the register of what is kept outside the system."""

    forvaring: UUID


@capability("gallring.sparra", input=DocumentInput, output=HoldOutput)
def set_hold(context: CapabilityContext, data: DocumentInput) -> HoldOutput:
    """Freeze what the unit holds in the ärende: a named person, with a reason.

    Raises:
        AnswersInvalidError: The reason is missing, or the day has passed.
        AktDestroyedError: There is nothing left to hold.
    """
    _, answers = needed_document(context, data.dokument)
    cause = answers.needed("orsak", "hold_cause_missing", "Välj varför gallringen spärras.")
    reason = answers.needed("skal", "reason_missing", "Skriv skälet.")
    again = answers.day("omprovas")
    if again is not None and again < local_date(context.now):
        answers.refuse("omprovas", "date_invalid", "Dagen har passerat.")
    answers.check()
    with database_rules(case_of(context)):
        row = GallringSparr.objects.create(
            **holder(context),
            arende_id=case_of(context),
            orsak=cause,
            skal=reason,
            omprovas=again,
            satt=context.now,
            satt_av_id=person_of(context),
        )
    context.record("gallring.sparrad", sparr=row.pk)
    return HoldOutput(sparr=row.pk, orsak=cause, omprovas=again)


@capability("gallring.hav", input=LiftInput, output=LiftedOutput)
def lift_hold(context: CapabilityContext, data: LiftInput) -> LiftedOutput:
    """Lift a hold, with a reason, once.

    Raises:
        RecordNotFoundError: No such hold in this unit.
        AnswersInvalidError: The reason is missing.
    """
    _, answers = needed_document(context, data.dokument)
    reason = answers.needed("skal", "reason_missing", "Skriv varför spärren hävs.")
    answers.check()
    rows = GallringSparr.objects.filter(unit_id=context.unit, arende_id=case_of(context))
    row = rows.select_for_update().filter(pk=data.sparr).first()
    if row is None:
        raise RecordNotFoundError("Spärr", data.sparr)
    if row.havd is None:
        row.havd, row.havd_av_id, row.havd_skal = context.now, context.actor.user_id, reason
        row.save(update_fields=["havd", "havd_av", "havd_skal"])
        context.record("gallring.sparr_havd", sparr=row.pk)
    return LiftedOutput(fler_sparrar=rows.filter(havd=None).exists())


@capability("forvaring.registrera", input=DocumentInput, output=StorageOutput)
def register_storage(context: CapabilityContext, data: DocumentInput) -> StorageOutput:
    """Note a handling that is kept outside the system: what and where (R-172).

    Raises:
        AnswersInvalidError: Kind or place is missing.
    """
    found, answers = needed_document(context, data.dokument)
    kind = answers.needed("typ", "storage_kind_missing", "Välj vad för slags handling det är.")
    place = answers.needed("plats", "storage_place_missing", "Ange var handlingen förvaras.")
    answers.check()
    row = ExternForvaring.objects.create(
        **holder(context),
        arende_id=case_of(context),
        typ=kind,
        plats=place,
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    context.record("forvaring", forvaring=row.pk)
    return StorageOutput(forvaring=row.pk)
