"""``ledningssystem.*`` and ``rutiner.*``: adopted by a person; read by everybody it concerns."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import operation_form
from records.models import Ledningssystem, LokalRutin, Notis
from records.reading import unread_in
from records.writing import holder, person_of

REMINDER = "las_rutiner"


class AdoptInput(Inputs):
    """The form that describes the ledningssystem; who completes the step adopts it."""

    dokument: str


class AdoptOutput(Outputs):
    """The version that holds from now on."""

    ledningssystem: UUID
    version: Decimal
    faststalld_datum: date


class RemindInput(Inputs):
    """``last_fran``: what was to be read already on that day, and is not, is late."""

    last_fran: date
    forfallen_datum: date


class RemindOutput(Outputs):
    """How many have something to read, and how many of the unit's own staff are late."""

    antal_olasta: Decimal
    antal_forsenade: Decimal


@capability("ledningssystem.faststall", input=AdoptInput, output=AdoptOutput)
def adopt(context: CapabilityContext, data: AdoptInput) -> AdoptOutput:
    """Keep a unit's ledningssystem with its routines as the next version (R-010, R-014, R-060).

    Raises:
        RecordNotFoundError: The form is another organisation's.
        StorageError: Another version was adopted in the same moment.
    """
    found, answers = operation_form(context, data.dokument)
    version = Ledningssystem.objects.filter(unit_id=context.unit).count() + 1
    with database_rules(found.pk):
        row = Ledningssystem(
            **holder(context),
            version=version,
            tjanst=answers.text("tjanst"),
            lagrum=list(answers.codes("lagrum")),
            ansvar=answers.text("ansvar"),
            tid=answers.text("tid"),
            faststalld=context.now,
            faststalld_av_id=person_of(context),
            beskriven_av_id=found.skapad_av_id,
            dokument=found,
        )
        row.save(force_insert=True)
        LokalRutin.objects.bulk_create(
            _routine(context, row, number, one)
            for number, one in enumerate(answers.rows("rutiner"), start=1)
        )
    context.record("ledningssystem", ledningssystem=row.pk, version=version)
    return AdoptOutput(
        ledningssystem=row.pk,
        version=Decimal(version),
        faststalld_datum=local_date(context.now),
    )


def _routine(
    context: CapabilityContext, row: Ledningssystem, number: int, answers: Answers
) -> LokalRutin:
    return LokalRutin(
        **holder(context),
        ledningssystem=row,
        nummer=number,
        kategori=answers.text("kategori"),
        rubrik=answers.text("rubrik"),
        text=answers.text("text"),
    )


@capability("rutiner.pamin", input=RemindInput, output=RemindOutput)
def remind(context: CapabilityContext, data: RemindInput) -> RemindOutput:
    """Remind each of the staff who has something unread, once per day of reminder (R-065, R-066).

    Those whose role holds in the whole organisation are reminded, and counted in no unit. Who has
    roles in several units has one list to read, and one of them reminds her of it.
    """
    found = unread_in(context.bundle, context.organisation, context.unit, context.now)
    elsewhere = Notis.objects.filter(
        typ=REMINDER,
        mottagare__in=[one.user_id for one in found],
        forfallen_datum=data.forfallen_datum,
    ).exclude(unit=context.unit)
    told = set(elsewhere.values_list("mottagare_id", flat=True))
    Notis.objects.bulk_create(
        [
            Notis(
                **holder(context),
                typ=REMINDER,
                mottagare_id=one.user_id,
                forfallen_datum=data.forfallen_datum,
                skapad=context.now,
            )
            for one in found
            if one.user_id not in told
        ],
        ignore_conflicts=True,
    )
    late = [one for one in found if one.own_unit and one.since <= data.last_fran]
    context.record("rutiner.paminda", antal=len(found), forsenade=len(late))
    return RemindOutput(antal_olasta=Decimal(len(found)), antal_forsenade=Decimal(len(late)))
