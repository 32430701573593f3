"""What is known and decided before an investigation: openings, protection, withdrawn ansökan."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import DocumentInput, Inputs, NoInputs, Outputs
from records.errors import NoRunningUtredningError, database_rules
from records.identity import age_on
from records.models import (
    Arende,
    ArendeStatus,
    Beslut,
    Dokument,
    Handlaggningsbeslut,
    Journal,
    JournalKind,
    Utredning,
)
from records.terms import law_version
from records.writing import Note, arende_of, holder, journal_of_arende, write_note

DISMISSIBLE = "inget_svar_avvisas"
INLEDNING = {
    "inleda": "Utredning inleds.",
    "inte_inleda": "Utredning inleds inte.",
    "aterkallad": "Framställningen är återtagen.",
    "radgivning": "Personen fick råd; inget ärende förs vidare.",
    "hanvisad": "Personen hänvisades till rätt mottagare.",
    "avvisa": "Framställningen avvisas.",
    "utredning_pagar": "Uppgifterna förs till den utredning som pågår.",
}


class KnownOutput(Outputs):
    """What the unit already has about the person; ``alder`` in full years, null where unknown."""

    alder: Decimal | None
    tidigare_arenden: Decimal
    pagaende_utredning: bool


class OpeningInput(Inputs):
    """The form, and what became of a request to complete the ansökan (FL 20 §)."""

    dokument: str
    komplettering_utfall: str | None = None


class OpeningOutput(Outputs):
    """The decision whether to investigate, and its day."""

    inledning: str
    inledningsbeslut_datum: date


class ProtectionOutput(Outputs):
    """Whether a child needs protection at once."""

    behov_av_skydd: bool


class ExtendInput(Inputs):
    """Which time is longer: ``forhandsbedomning`` or ``utredning``, and the form."""

    slag: str
    dokument: str
    galler_till: date


class ExtendOutput(Outputs):
    """Whether it was granted, and the last day as it is now."""

    forlangd: bool
    galler_till: date


class MovedOutput(Outputs):
    """The ärende whose investigation goes on."""

    utredning_arende: UUID


class WithdrawnOutput(Outputs):
    """Where the ärende stood: ``utredning`` or ``aktualisering``, ``beslut`` when decided."""

    skede: str


@capability("aktualisering.underlag", input=NoInputs, output=KnownOutput)
def known_before(context: CapabilityContext, _data: NoInputs) -> KnownOutput:
    """The person's age at the receipt, and whether she is known and investigated (L-01, W10)."""
    arende = arende_of(context)
    born = arende.person.fodelsedatum
    others = Arende.objects.filter(person_id=arende.person_id).exclude(pk=arende.pk)
    return KnownOutput(
        alder=None if born is None else Decimal(age_on(born, arende.inkom_datum)),
        tidigare_arenden=Decimal(others.count()),
        pagaende_utredning=_running(arende) is not None,
    )


@capability("aktualisering.besluta", input=OpeningInput, output=OpeningOutput)
def decide_opening(context: CapabilityContext, data: OpeningInput) -> OpeningOutput:
    """Write down the decision to open an investigation or not, with its reason (14:2, 20:2).

    Raises:
        AnswersInvalidError: Unknown decision, no reason where nothing is opened, or dismissed
            without a request that told of it and got no answer.
        AlreadyDecidedError: It was decided before in this ärende.
    """
    found, answers = needed_document(context, data.dokument)
    code = answers.text("inledning")
    if code not in INLEDNING:
        answers.refuse("inledning", "decision_unknown", "Välj ett beslut i listan.")
    if code != "inleda":
        answers.needed("motivering", "reason_missing", "Skriv vad som har avgjort.")
    if code == "avvisa" and data.komplettering_utfall != DISMISSIBLE:
        answers.refuse(
            "inledning",
            "dismissal_without_request",
            "Begär komplettering först och säg att ansökan annars kan avvisas.",
        )
    answers.check()
    row = decided(context, found, answers, "inledning", code)
    return OpeningOutput(inledning=code, inledningsbeslut_datum=row.datum)


@capability("skyddsbedomning.spara", input=DocumentInput, output=ProtectionOutput)
def save_protection(context: CapabilityContext, data: DocumentInput) -> ProtectionOutput:
    """Write down whether the child needs protection at once, and why (L-03).

    Raises:
        AnswersInvalidError: Not answered, or no reason.
    """
    found, answers = needed_document(context, data.dokument)
    needed = answers.needed("behov_av_skydd", "answer_missing", "Svara ja eller nej.") == "ja"
    answers.needed("motivering", "reason_missing", "Skriv vad bedömningen grundas på.")
    answers.check()
    decided(context, found, answers, "skyddsbedomning", "skydd" if needed else "inget_skydd")
    return ProtectionOutput(behov_av_skydd=needed)


@capability("tid.forlang", input=ExtendInput, output=ExtendOutput)
def extend_time(context: CapabilityContext, data: ExtendInput) -> ExtendOutput:
    """Grant or refuse a longer time, for a definite time and with the reasons of the law.

    Raises:
        AnswersInvalidError: No reasons, or the new last day is not later than the old one.
    """
    found, answers = needed_document(context, data.dokument)
    granted = answers.text("beslut") == "forlang"
    answers.needed("motivering", "reason_missing", "Skriv vilka skäl som finns.")
    new = answers.day("ny_dag") if granted else None
    if granted and (new is None or new <= data.galler_till):
        answers.refuse("ny_dag", "date_invalid", "Ange en dag efter den nuvarande sista dagen.")
    answers.check()
    code = "forlang" if granted else "nej"
    decided(context, found, answers, f"forlangd_{data.slag}", code, till=new)
    return ExtendOutput(forlangd=granted, galler_till=new or data.galler_till)


@capability("orosanmalan.till_utredning", input=NoInputs, output=MovedOutput)
def to_running_utredning(context: CapabilityContext, _data: NoInputs) -> MovedOutput:
    """Tell the running investigation that an anmälan came in; no förhandsbedömning is made (20:2).

    Raises:
        NoRunningUtredningError: None is open any more.
    """
    arende = arende_of(context)
    running = _running(arende)
    if running is None:
        raise NoRunningUtredningError(arende.pk)
    journal = Journal.objects.get(arende_id=running.arende_id, kind=JournalKind.MYNDIGHET)
    stamp = holder(context)
    text = f"En orosanmälan kom in {arende.inkom_datum}. Den ligger i ärende {arende.nummer}."
    write_note(context, journal, Note(typ="orosanmalan", text=text, handelsetid=context.now), stamp)
    context.record("orosanmalan.till_utredning", arende=running.arende_id)
    return MovedOutput(utredning_arende=running.arende_id)


@capability("ansokan.aterta", input=DocumentInput, output=WithdrawnOutput)
def withdraw(context: CapabilityContext, data: DocumentInput) -> WithdrawnOutput:
    """Note that the party takes the ansökan back: when, how and by whom (FL 27 §).

    Raises:
        AnswersInvalidError: The day or the person is missing.
    """
    arende = arende_of(context)
    found, answers = needed_document(context, data.dokument)
    who = answers.needed("av_vem", "name_missing", "Skriv vem som återtar.")
    day = answers.day("datum") or local_date(context.now)
    answers.check()
    text = f"Ansökan återtagen {day} av {who}. {answers.text('vad')}".strip()
    _note(context, "ansokan_atertagen", text, found)
    context.record("ansokan.atertagen", arende=arende.pk)
    return WithdrawnOutput(skede=_stage(arende))


def decided(
    context: CapabilityContext,
    found: Dokument,
    answers: Answers,
    slag: str,
    utfall: str,
    *,
    till: date | None = None,
) -> Handlaggningsbeslut:
    """Write one decision of the handling, its note in the journal and its line in the history.

    Args:
        context: The running action.
        found: The stored form.
        answers: Its answers: ``motivering``, ``beslutsdatum``, ``overklagandehanvisning``.
        slag: Kind of decision.
        utfall: Code of the outcome.
        till: Last day of a longer time.
    """
    arende = arende_of(context, lock=True)
    day = answers.day("beslutsdatum") or local_date(context.now)
    with database_rules(arende.pk):
        row = Handlaggningsbeslut.objects.create(
            **holder(context),
            arende=arende,
            slag=slag,
            utfall=utfall,
            motivering=answers.text("motivering"),
            datum=day,
            galler_till=till,
            overklagandehanvisning=answers.yes("overklagandehanvisning"),
            dokument=found,
            law_version=law_version(context.bundle, day, required=False),
            beslutsfattare_id=context.actor.user_id,
            registrerad=context.now,
        )
    said = INLEDNING.get(utfall, "") if slag == "inledning" else f"{slag}: {utfall}."
    _note(context, slag, f"{said} {row.motivering}".strip(), found)
    context.record(slag, beslut_id=row.pk)
    return row


def _running(arende: Arende) -> Utredning | None:
    """An open investigation of the same person in another open ärende of the unit."""
    rows = Utredning.objects.filter(
        arende__person_id=arende.person_id,
        arende__status=ArendeStatus.OPPET,
        avslutad_datum=None,
    )
    return rows.exclude(arende=arende).order_by("inledd_datum").first()


def _stage(arende: Arende) -> str:
    if Beslut.objects.filter(arende=arende).exists():
        return "beslut"
    rows = Utredning.objects.filter(arende=arende)
    if rows.filter(avslutad_datum=None).exists():
        return "utredning"
    return "beslut" if rows.exists() else "aktualisering"


def _note(context: CapabilityContext, typ: str, text: str, found: Dokument | None) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found, automatisk=False)
    write_note(context, journal_of_arende(context), note)
