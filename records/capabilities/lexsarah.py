"""``lex_sarah.rapportera``, ``.ta_emot``, ``.avsluta``: a report comes in, is taken, is closed.

Where it goes and when is the diagram's; what is kept, and who may do it, is here and in the
database (L-24). No text leaves the report: what travels is its number.
"""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cases.capabilities import CapabilityContext, capability
from cases.models import Organisation
from records.answers import local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.kvalitet import link, next_number, operation_form
from records.lexsarah import namnd_of, open_report, open_reports
from records.models import (
    Akt,
    Arende,
    Avvikelse,
    Dokument,
    Kalla,
    Klagomal,
    LexSarah,
    LoggBedomning,
)
from records.writing import holder, person_of

Source = TypeVar("Source", Avvikelse, Klagomal, LoggBedomning)
SERIES = "LS"
PRIVATE = "privat"


class ReportInput(Inputs):
    """A form that anyone filled in, or the deviation or complaint that the suspicion came from."""

    dokument: str | None = None
    kalla: str | None = None
    kalla_id: str | None = None


class ReportOutput(Outputs):
    """The report; ``ny`` is false when the event is reported already.

    ``berorda`` are the ärenden in whose journal a neutral note is written; ``namnd_enhet`` is
    myndighetens unit that a private provider informs.
    """

    lex_sarah: UUID
    nummer: str
    ny: bool
    privat: bool
    organisationsslag: str
    berorda: list[UUID]
    namnd_organisation: UUID | None
    namnd_enhet: UUID | None


class ReportFormInput(Inputs):
    """A report and a form about it."""

    lex_sarah: str
    dokument: str


class ReceiveOutput(Outputs):
    """Who investigates; empty where it is no matter of lex Sarah."""

    utredare: str | None
    mottagen_datum: date


class ReportRefInput(Inputs):
    """A report."""

    lex_sarah: str


@capability("lex_sarah.rapportera", input=ReportInput, output=ReportOutput)
def report(context: CapabilityContext, data: ReportInput) -> ReportOutput:
    """Keep a report, whoever it is from; the same event is reported once.

    Raises:
        RecordNotFoundError: The form, or what it came from, is another holder's.
        AnswersInvalidError: The event, or what it meant for the person, is not told.
    """
    row = _known(context, data)
    new = row is None
    if row is None:
        row, new = _written(context, data)
    if new:
        context.record("lex_sarah.rapport", lex_sarah=row.pk)
    where = Organisation.objects.get(pk=context.organisation)
    private = where.driftsform == PRIVATE
    namnd = namnd_of(context.unit) if private else None
    return ReportOutput(
        lex_sarah=row.pk,
        nummer=row.nummer,
        ny=new,
        privat=private,
        organisationsslag=where.kind,
        berorda=row.berorda,
        namnd_organisation=None if namnd is None else namnd.organisation_id,
        namnd_enhet=None if namnd is None else namnd.pk,
    )


@capability("lex_sarah.ta_emot", input=ReportFormInput, output=ReceiveOutput)
def receive(context: CapabilityContext, data: ReportFormInput) -> ReceiveOutput:
    """Keep that a named person took the report, and who investigates it.

    Raises:
        RecordNotFoundError: The report is another unit's.
        AnswersInvalidError: The investigator is unknown.
    """
    row = open_report(context, data.lex_sarah)
    _, answers = operation_form(context, data.dokument)
    name = answers.text("utredare")
    user = get_user_model().objects.filter(username=name, is_active=True).first() if name else None
    if name and user is None:
        answers.refuse("utredare", "receiver_unknown", "Välj en utredare i listan.")
    answers.check()
    row.mottagen, row.mottagen_av_id = context.now, person_of(context)
    row.utredare_id = None if user is None else user.pk
    row.save(update_fields=["mottagen", "mottagen_av", "utredare"])
    context.record("lex_sarah.mottagen", lex_sarah=row.pk)
    return ReceiveOutput(utredare=name or None, mottagen_datum=local_date(context.now))


@capability("lex_sarah.avsluta", input=ReportRefInput, output=Outputs)
def close(context: CapabilityContext, data: ReportRefInput) -> Outputs:
    """Close a report; the database refuses while anything that must be done is not.

    Raises:
        LexSarahOpenError, LexSarahIvoMissingError, LexSarahFeedbackMissingError: What is left.
    """
    row = open_report(context, data.lex_sarah)
    newest = row.bedomningar.order_by("-nummer").first()
    row.stangd, row.stangd_av_id = context.now, context.actor.user_id
    row.stangd_som = "" if newest is None else newest.utfall
    with database_rules(row.nummer):
        row.save(update_fields=["stangd", "stangd_av", "stangd_som"])
    context.record("lex_sarah.avslutad", lex_sarah=row.pk)
    return Outputs()


def _known(context: CapabilityContext, data: ReportInput) -> LexSarah | None:
    """The report of the same event: the one that the reporter chose, or of the same source."""
    if data.dokument:
        _, answers = operation_form(context, data.dokument)
        same = answers.text("samma_som")
        return open_reports(context.unit).filter(nummer=same).first() if same else None
    if not data.kalla_id:
        return None
    return LexSarah.objects.filter(
        organisation_id=context.organisation, kalla=data.kalla, kalla_id=data.kalla_id
    ).first()


def _written(context: CapabilityContext, data: ReportInput) -> tuple[LexSarah, bool]:
    found, columns = _from_form(context, data) if data.dokument else _from_source(context, data)
    try:
        with transaction.atomic():
            row = LexSarah.objects.create(
                **holder(context),
                nummer=next_number(context, SERIES),
                rapporterad=context.now,
                dokument=found,
                **columns,
            )
    except IntegrityError:  # two suspicions about one event at the same moment
        known = _known(context, data)
        if known is None:
            raise
        return known, False
    if row.kalla_id is not None:
        link(context, Kalla(row.kalla), row.kalla_id, Kalla.LEX_SARAH, row.pk)
    return row, True


def _from_form(context: CapabilityContext, data: ReportInput) -> tuple[Dokument, dict[str, Any]]:
    found, answers = operation_form(context, data.dokument or "")
    columns = {
        "slag": answers.needed("slag", "kind_missing", "Ange vad det är."),
        "lag": answers.text("lag") or "sol",
        "handelse": answers.needed("handelse", "event_missing", "Beskriv händelsen."),
        "handelse_datum": answers.day("handelse_datum") or local_date(context.now),
        "upptackt": answers.text("upptackt"),
        "konsekvens": answers.text("konsekvens"),
        "konsekvens_enskild": answers.needed(
            "konsekvens_enskild", "consequence_missing", "Beskriv följden för den enskilde."
        ),
        "omedelbar_atgard": answers.text("omedelbar_atgard"),
        "berorda": [case for case in answers.codes("berorda") if _held_here(context, case)],
        "rapportor_id": context.actor.user_id,
    }
    answers.check()
    return found, columns


def _held_here(context: CapabilityContext, case: str) -> bool:
    here = {"unit_id": context.unit}
    own = Arende.objects.filter(pk=case, **here)
    return own.exists() or Akt.objects.filter(arende_id=case, **here).exists()


def _from_source(context: CapabilityContext, data: ReportInput) -> tuple[None, dict[str, Any]]:
    """What a deviation or a complaint says; the receiver and the investigation say the rest."""
    here = {"pk": data.kalla_id, "unit_id": context.unit}
    if data.kalla == Kalla.KLAGOMAL:
        complaint = _found(Klagomal.objects.filter(**here).first(), data)
        return None, _came_from(context, data, complaint.arende_id) | _of(complaint)
    if data.kalla == Kalla.LOGGKONTROLL:
        found = LoggBedomning.objects.filter(
            rad__kontroll=UUID(str(data.kalla_id)), unit_id=context.unit
        )
        verdict = _found(found.filter(utfall="obehorig").order_by("rad__nummer").first(), data)
        return None, _came_from(context, data, None) | _of_verdict(verdict)
    deviation = _found(Avvikelse.objects.filter(**here).first(), data)
    return None, _came_from(context, data, deviation.arende_id) | _of_deviation(deviation)


def _found(row: Source | None, data: ReportInput) -> Source:
    if row is None:
        raise RecordNotFoundError("Händelse", data.kalla_id)
    return row


def _came_from(context: CapabilityContext, data: ReportInput, case: UUID | None) -> dict[str, Any]:
    held = case is not None and _held_here(context, str(case))
    return {
        "slag": "missforhallande",
        "lag": "sol",
        "kalla": data.kalla,
        "kalla_id": data.kalla_id,
        "berorda": [case] if held else [],
    }


def _of_deviation(source: Avvikelse) -> dict[str, Any]:
    return {
        "handelse": source.handelse,
        "handelse_datum": source.handelse_datum,
        "upptackt": source.upptackt,
        "konsekvens": source.konsekvens,
        "konsekvens_enskild": source.konsekvens_text or f"Se {source.nummer}.",
        "omedelbar_atgard": source.omedelbar_atgard,
        "rapportor_id": source.rapportor_id,
    }


def _of_verdict(source: LoggBedomning) -> dict[str, Any]:
    """An unauthorised reading (LBP 10 §): why, when, who found it; not whom it was about."""
    return {
        "handelse": source.motivering,
        "handelse_datum": local_date(source.rad.at),
        "konsekvens": "okand",
        "konsekvens_enskild": "Se loggkontrollen.",
        "rapportor_id": source.granskare_id,
    }


def _of(source: Klagomal) -> dict[str, Any]:
    return {
        "handelse": source.text,
        "handelse_datum": source.inkom_datum,
        "konsekvens": "okand",
        "konsekvens_enskild": f"Se {source.nummer}.",
        "rapportor_id": source.registrerad_av_id,
    }
