"""``lex_sarah.besked``, ``.namnd_mottagen``, ``.namnd_kvittera``: who is told, and who got it."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError
from records.kvalitet import operation_form
from records.lexsarah import open_report
from records.models import LexSarahBesked, LexSarahNamnd
from records.writing import holder, person_of


class FeedbackInput(Inputs):
    """To whom: ``rapportor``, ``enskild``, ``personal``, or nämnden, whose receipt has no form."""

    lex_sarah: str
    mottagare: str
    dokument: str | None = None


class NamndInput(Inputs):
    """What a private provider's message carried: ``rapport`` or ``anmalan``."""

    lex_sarah: str
    nummer: str
    slag: str
    fran_enhet: str


class NamndOutput(Outputs):
    """Nämndens own row."""

    namnd_rad: UUID


class NamndReceiptInput(Inputs):
    """Nämndens row and the form of the receipt."""

    namnd_rad: str
    dokument: str


@capability("lex_sarah.besked", input=FeedbackInput, output=Outputs)
def tell(context: CapabilityContext, data: FeedbackInput) -> Outputs:
    """Keep that somebody was told, or why not; telling twice changes nothing.

    Raises:
        AnswersInvalidError: Neither a day nor a reason.
    """
    row = open_report(context, data.lex_sarah)
    found, answers = (
        operation_form(context, data.dokument) if data.dokument else (None, Answers({}))
    )
    told = found is None or answers.yes("lamnat")
    day = answers.day("datum") or local_date(context.now)
    reason = "" if told else answers.needed("skal", "reason_missing", "Ange varför inte.")
    answers.check()
    LexSarahBesked.objects.get_or_create(
        lex_sarah=row,
        mottagare=data.mottagare,
        defaults={
            **holder(context),
            "lamnat": told,
            "datum": day if told else None,
            "skal": reason,
            "dokument": found,
            "registrerad": context.now,
            "registrerad_av_id": context.actor.user_id,
        },
    )
    context.record("lex_sarah.besked", lex_sarah=row.pk, mottagare=data.mottagare)
    return Outputs()


@capability("lex_sarah.namnd_mottagen", input=NamndInput, output=NamndOutput)
def arrived(context: CapabilityContext, data: NamndInput) -> NamndOutput:
    """Keep at nämnden that a private provider told it of a report or of a notice to IVO."""
    row, _ = LexSarahNamnd.objects.get_or_create(
        lex_sarah_id=data.lex_sarah,
        slag=data.slag,
        defaults={
            **holder(context),
            "nummer": data.nummer,
            "fran_enhet_id": data.fran_enhet,
            "mottagen": context.now,
        },
    )
    context.record("lex_sarah.namnd", lex_sarah=data.lex_sarah, slag=data.slag)
    return NamndOutput(namnd_rad=row.pk)


@capability("lex_sarah.namnd_kvittera", input=NamndReceiptInput, output=Outputs)
def acknowledge(context: CapabilityContext, data: NamndReceiptInput) -> Outputs:
    """Keep nämndens receipt.

    Raises:
        RecordNotFoundError: Another unit's row.
    """
    rows = LexSarahNamnd.objects.select_for_update().filter(
        pk=data.namnd_rad, unit_id=context.unit, kvitterad=None
    )
    row = rows.first()
    if row is None:
        raise RecordNotFoundError("Underrättelse", data.namnd_rad)
    row.dokument, _ = operation_form(context, data.dokument)
    row.kvitterad, row.kvitterad_av_id = context.now, person_of(context)
    row.save(update_fields=["dokument", "kvitterad", "kvitterad_av"])
    context.record("lex_sarah.namnd_kvitterad", lex_sarah=row.lex_sarah_id)
    return Outputs()
