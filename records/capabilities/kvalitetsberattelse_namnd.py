"""``kvalitetsberattelse.ta_emot``, ``.kvittera``: what nämnden got, and its receipt."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.kvalitet import operation_form
from records.models import Kvalitetsberattelse, KvalitetsberattelseNamnd, Papper
from records.writing import holder, person_of


class ArrivedInput(Inputs):
    """What the message carried."""

    berattelse: str
    papper: str


class ArrivedOutput(Outputs):
    """Nämndens own row."""

    namnd_rad: UUID


class ReceiptInput(Inputs):
    """Nämndens row and the form of the receipt."""

    namnd_rad: str
    dokument: str


@capability("kvalitetsberattelse.ta_emot", input=ArrivedInput, output=ArrivedOutput)
def arrived(context: CapabilityContext, data: ArrivedInput) -> ArrivedOutput:
    """Copy what an organisation sent to nämnden; a second delivery finds the first's copy.

    Raises:
        RecordNotFoundError: Nothing of the sort was fastställt.
    """
    sent = Kvalitetsberattelse.objects.filter(pk=data.berattelse, faststalld__isnull=False).first()
    paper = Papper.objects.filter(pk=data.papper, underlag_id=data.berattelse).first()
    if sent is None or paper is None:
        raise RecordNotFoundError("Kvalitetsberättelse", data.berattelse)
    row, new = KvalitetsberattelseNamnd.objects.get_or_create(
        berattelse_id=sent.pk,
        defaults={
            **holder(context),
            "ar": sent.ar,
            "fran_organisation_id": sent.organisation_id,
            "sha256": paper.sha256,
            "innehall": paper.innehall,
            "mottagen": context.now,
        },
    )
    if new:
        context.record("kvalitetsberattelse.mottagen", berattelse=sent.pk)
    return ArrivedOutput(namnd_rad=row.pk)


@capability("kvalitetsberattelse.kvittera", input=ReceiptInput, output=Outputs)
def acknowledge(context: CapabilityContext, data: ReceiptInput) -> Outputs:
    """Keep nämndens receipt with its registry number.

    Raises:
        AnswersInvalidError: No registry number.
        RecordNotFoundError: Another unit's row, or it has its receipt.
    """
    rows = KvalitetsberattelseNamnd.objects.select_for_update()
    row = rows.filter(pk=data.namnd_rad, unit_id=context.unit, kvitterad=None).first()
    if row is None:
        raise RecordNotFoundError("Kvalitetsberättelse", data.namnd_rad)
    row.dokument, answers = operation_form(context, data.dokument)
    row.diarienummer = answers.needed("diarienummer", "receipt_missing", "Ange diarienumret.")
    answers.check()
    row.kvitterad, row.kvitterad_av_id = context.now, person_of(context)
    row.save(update_fields=["dokument", "diarienummer", "kvitterad", "kvitterad_av"])
    context.record("kvalitetsberattelse.kvitterad", berattelse=row.berattelse_id)
    return Outputs()
