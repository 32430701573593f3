"""A party asks for a decision (FL 12 §); data asked of others (consent or a citation, FL 27)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date, needed_document
from records.capabilities.aktualisering import decided
from records.capabilities.shapes import DocumentInput, Inputs, NoInputs, Outputs
from records.consent import active_consent
from records.errors import DecisionNotMadeError, RecordNotFoundError, database_rules
from records.models import AvgorandeBegaran, Beslut, Dokument
from records.writing import Note, arende_of, holder, journal_of_arende, write_note

PARTY = frozenset({"", "ansokan"})
"""What a party herself begins; an empty ``slag`` is an ansökan from before it was asked."""


class BasisOutput(Outputs):
    """What the table ``begaran_avgorande`` asks about."""

    initierat_av_part: bool
    arende_inkom_datum: date
    tidigare_begaran: Decimal
    beslut_finns: bool


class RequestInput(Inputs):
    """The request and what the table answered."""

    dokument: str
    utfall: str
    skal: str | None = None
    svar_senast: date | None = None


class RequestOutput(Outputs):
    """The request, as registered."""

    begaran: UUID


class AnswerOutput(Outputs):
    """``avgjort``: the ärende is decided; ``avslag``: the request is refused by itself."""

    begaran_svar: str


class SourceOutput(Outputs):
    """Whether the source may be asked; ``samtycke``, ``lagrum`` or ``egen_uppgift``."""

    tillaten: bool
    grund: str


class SourceNoteOutput(Outputs):
    """The note with what the source said."""

    anteckning: UUID


@capability("avgorande.underlag", input=NoInputs, output=BasisOutput)
def basis(context: CapabilityContext, _data: NoInputs) -> BasisOutput:
    """Who began the ärende and when, earlier requests, and whether it is decided (FL 12 §)."""
    arende = arende_of(context)
    tried = arende.avgorande_begaran.filter(utfall="prova")
    return BasisOutput(
        initierat_av_part=arende.slag in PARTY,
        arende_inkom_datum=arende.inkom_datum,
        tidigare_begaran=Decimal(tried.count()),
        beslut_finns=Beslut.objects.filter(arende=arende).exists(),
    )


@capability("avgorande.registrera", input=RequestInput, output=RequestOutput)
def register(context: CapabilityContext, data: RequestInput) -> RequestOutput:
    """Register the request with what is to be done about it.

    Two at the same time: the ärende is locked, and the database lets one be tried.

    Raises:
        AvgorandeAlreadyError: A request has been tried before in this ärende.
    """
    arende = arende_of(context, lock=True)
    found, answers = needed_document(context, data.dokument)
    day = answers.day("inkom_datum") or local_date(context.now)
    with database_rules(arende.pk):
        row = AvgorandeBegaran.objects.create(
            **holder(context),
            arende=arende,
            nummer=arende.avgorande_begaran.count() + 1,
            inkom_datum=day,
            utfall=data.utfall,
            skal=data.skal or "",
            svar_senast=data.svar_senast,
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=context.actor.user_id,
        )
    text = f"En begäran om avgörande kom in {day}."
    _note(context, "begaran_avgorande", text, found)
    context.record("avgorande.begart", begaran=row.pk)
    return RequestOutput(begaran=row.pk)


@capability("avgorande.besluta", input=DocumentInput, output=AnswerOutput)
def answer(context: CapabilityContext, data: DocumentInput) -> AnswerOutput:
    """Answer the request: the ärende is decided, or the request refused in its own decision.

    Raises:
        DecisionNotMadeError: It says decided, and no decision was made since the request came.
        AnswersInvalidError: A refusal without reason, or without telling how to appeal.
    """
    arende = arende_of(context)
    found, answers = needed_document(context, data.dokument)
    code = answers.text("svar")
    tried = arende.avgorande_begaran.filter(utfall="prova").first()
    if code == "avgjort":
        _decided_since(arende.pk, tried)
        _note(context, "avgorande", "Ärendet är avgjort efter begäran.", found)
        context.record("avgorande.avgjort", arende=arende.pk)
        return AnswerOutput(begaran_svar=code)
    answers.needed("motivering", "reason_missing", "Skriv varför begäran avslås eller avvisas.")
    if not answers.yes("overklagandehanvisning"):
        answers.refuse(
            "overklagandehanvisning", "appeal_missing", "Beslutet ska säga hur det överklagas."
        )
    answers.check()
    decided(context, found, answers, "avgorande", code)
    return AnswerOutput(begaran_svar=code)


@capability("kalla.prova", input=DocumentInput, output=SourceOutput)
def may_ask(context: CapabilityContext, data: DocumentInput) -> SourceOutput:
    """Whether another may be asked about the person: consent in force, or a citation (R-152).

    What somebody tells of her own accord needs no ground to be received (L-08).
    """
    _, answers = needed_document(context, data.dokument)
    ground = answers.text("grund")
    if ground != "samtycke":
        return SourceOutput(tillaten=ground in {"lagrum", "egen_uppgift"}, grund=ground)
    day = local_date(context.now)
    covered = [
        active_consent(
            arende_of(context).pk,
            recipient=answers.text("kalla"),
            purpose=answers.text("syfte"),
            category=category,
            on=day,
        )
        for category in answers.codes("uppgifter")
    ]
    return SourceOutput(tillaten=bool(covered) and all(covered), grund=ground)


@capability("kalla.anteckna", input=DocumentInput, output=SourceNoteOutput)
def note_source(context: CapabilityContext, data: DocumentInput) -> SourceNoteOutput:
    """Write down what was told, when and by whom (FL 27 §, L-08).

    Raises:
        AnswersInvalidError: Who, when or what is missing, or the time has not come.
    """
    found, answers = needed_document(context, data.dokument)
    who = answers.needed("lamnad_av", "name_missing", "Skriv vem som lämnade uppgiften.")
    what = answers.needed("text", "reason_missing", "Skriv uppgiften.")
    when = answers.moment("lamnad", context.now)
    if when > context.now:
        answers.refuse("lamnad", "date_invalid", "Tiden kan inte ligga framåt.")
    answers.check()
    note = Note(
        typ="uppgift_lamnad",
        text=what,
        kalla=who,
        handelsetid=when,
        dokument=found,
        automatisk=False,
    )
    entry = write_note(context, journal_of_arende(context), note)
    context.record("uppgift.lamnad", anteckning=entry.pk)
    return SourceNoteOutput(anteckning=entry.pk)


def _decided_since(arende: UUID, tried: AvgorandeBegaran | None) -> None:
    if tried is None:
        raise RecordNotFoundError("Begäran om avgörande i ärende", arende)
    made = Beslut.objects.filter(arende_id=arende, beslutsdatum__gte=tried.inkom_datum)
    if not made.exists():
        raise DecisionNotMadeError(arende)


def _note(context: CapabilityContext, typ: str, text: str, found: Dokument | None) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found)
    write_note(context, journal_of_arende(context), note)
