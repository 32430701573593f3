"""Change of provider, myndighetens side: the akt is closed, the decision goes on (K-3, R-184)."""

from datetime import date
from typing import Literal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from cases.models import Unit
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.consent import parts_in_force
from records.ending import unit_ending
from records.errors import RecordNotFoundError, database_rules
from records.execution import being_ended
from records.models import (
    Byte,
    ByteStatus,
    Samtycke,
    SamtyckeDel,
    Uppdrag,
    UppdragStatus,
    akt_id,
)
from records.terms import chosen, law_version
from records.uppdrag_content import current_insatser
from records.uppdrag_refs import by_ref
from records.writing import Note, arende_of, holder, journal_of_arende, write_note

PURPOSE = "Byte av utförare"
RECEIVER = "utforare"


class RegisterInput(Inputs):
    """The uppdrag that another provider takes over, why, and the form about it."""

    uppdrag: str
    orsak: str
    dokument: str


class ByteInput(Inputs):
    """A registered change."""

    byte: str


class ConsentInput(Inputs):
    """A registered change and the form with the person's answer."""

    byte: str
    dokument: str


class DoneInput(Inputs):
    """A registered change, and what is handed over according to the table ``byte_kopior``."""

    byte: str
    overlamning: Literal["hela_akten", "kopior", "inga"]


class RegisteredOutput(Outputs):
    """What the tables and messages after it need. ``akt`` is the old provider's."""

    byte: UUID
    uppdrag: UUID
    beslut: UUID
    akt: UUID
    fran_driftsform: str
    fran_organisation: UUID
    fran_enhet: UUID
    till_driftsform: str | None
    onskad_utforare: str | None
    underrattad_datum: date
    onskat_datum: date | None


class ConsentOutput(Outputs):
    """The consent to copies, or None where the person said no."""

    samtycke: UUID | None


class TriedOutput(Outputs):
    """Whether the change can be carried out today: ``klart``, ``saknas`` or ``inaktuellt``.

    ``samtycke_galler``: some part of a consent lets copies go to the new provider today.
    """

    lage: Literal["klart", "saknas", "inaktuellt"]
    till_driftsform: str | None
    till_organisation: UUID | None
    till_enhet: UUID | None
    samtycke_galler: bool


class DoneOutput(Outputs):
    """The partial decisions whose execution the old provider ends.

    ``avslut_inlett``: it has begun to close its akt already, and is not asked again.
    """

    delbeslut: list[UUID]
    avslut_inlett: bool


@capability("byte.registrera", input=RegisterInput, output=RegisteredOutput)
def register_change(context: CapabilityContext, data: RegisterInput) -> RegisteredOutput:
    """Register that somebody else is to carry out an uppdrag; the person has chosen (K-8).

    Raises:
        RecordNotFoundError: No such uppdrag is being carried out, or its closing has begun.
        AnswersInvalidError: The wished provider is unknown, is the old one, or is ending.
        RecordRefusedError: A change of it is under way already (``byte_one_at_a_time``).
    """
    arende = arende_of(context, lock=True)
    uppdrag = _running(context, data.uppdrag)
    found, answers = needed_document(context, data.dokument)
    wished = _wished(answers, uppdrag, context)
    told = answers.day("underrattad_datum") or local_date(context.now)
    answers.check()
    row = Byte(
        **holder(context),
        arende=arende,
        uppdrag=uppdrag,
        orsak=data.orsak,
        orsak_text=answers.text("orsak_text"),
        onskad_unit=wished,
        underrattad_datum=told,
        onskat_datum=answers.day("onskat_datum"),
        dokument=found,
        law_version=law_version(context.bundle, local_date(context.now), required=False),
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    with database_rules(uppdrag.pk):
        row.save(force_insert=True)
    why = chosen(context.bundle, "starta_byt_utforare", "orsak", data.orsak)
    text = f"Byte av utförare registrerat. {uppdrag.mottagare_unit.name} lämnar uppdraget: {why}."
    _note(context, "byte_registrerat", text)
    context.record("byte", byte=row.pk, uppdrag=uppdrag.pk)
    return RegisteredOutput(
        byte=row.pk,
        uppdrag=uppdrag.pk,
        beslut=_decision(uppdrag),
        akt=akt_id(uppdrag.pk),
        fran_driftsform=uppdrag.mottagare_organisation.driftsform,
        fran_organisation=uppdrag.mottagare_organisation_id,
        fran_enhet=uppdrag.mottagare_unit_id,
        till_driftsform=wished.organisation.driftsform if wished else None,
        onskad_utforare=wished.name if wished else None,
        underrattad_datum=told,
        onskat_datum=row.onskat_datum,
    )


@capability("byte.samtycke", input=ConsentInput, output=ConsentOutput)
def keep_consent(context: CapabilityContext, data: ConsentInput) -> ConsentOutput:
    """Keep the person's consent to copies for the new provider, or that there is none (R-185).

    The consent is one like any other: it names receiver, purpose, categories and a last day, and
    can be withdrawn at any time.

    Raises:
        AnswersInvalidError: What is allowed, or until when, is missing.
    """
    row = _change(context, data.byte)
    found, answers = needed_document(context, data.dokument)
    if answers.text("svar") == "nej":
        _note(context, "inga_kopior", "Den enskilde samtycker inte till att kopior lämnas.")
        return ConsentOutput(samtycke=None)
    today = local_date(context.now)
    if (ends := answers.day("galler_till") or today) <= today:
        answers.refuse("galler_till", "consent_without_end", "Ange till vilken dag det gäller.")
    codes = answers.codes("uppgifter")
    if not codes:
        answers.refuse("uppgifter", "consent_without_categories", "Ange vilka uppgifter.")
    answers.check()
    receiver = row.onskad_unit.name if row.onskad_unit else answers.text("mottagare")
    consent = Samtycke.objects.create(
        **holder(context),
        arende_id=row.arende_id,
        person_id=row.arende.person_id,
        lamnat_datum=answers.day("lamnat_datum") or today,
        galler_till=ends,
        form=answers.text("form"),
        lamnat_av=answers.text("lamnat_av"),
        behorighet=answers.text("behorighet"),
        formaga_bedomd=answers.text("formaga_bedomd"),
        dokument=found,
        law_version=law_version(context.bundle, today, required=False),
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    SamtyckeDel.objects.create(
        **holder(context),
        samtycke=consent,
        nummer=1,
        mottagare_typ=RECEIVER,
        mottagare=receiver,
        syfte=PURPOSE,
        uppgifter=list(codes),
    )
    text = f"Samtycke till att kopior lämnas till {receiver}, till och med {ends}."
    _note(context, "samtycke", text)
    context.record("samtycke", samtycke=consent.pk)
    return ConsentOutput(samtycke=consent.pk)


@capability("byte.prova", input=ByteInput, output=TriedOutput)
def try_change(context: CapabilityContext, data: ByteInput) -> TriedOutput:
    """Tell whether a new provider has accepted everything that the old one gives."""
    row = _change(context, data.byte)
    if row.uppdrag.status != UppdragStatus.ACCEPTERAT or row.status != ByteStatus.PAGAR:
        return _tried("inaktuellt")
    new = _successor(row)
    if new is None:
        return _tried("saknas")
    unit = new.mottagare_unit
    parts = parts_in_force(row.arende_id, local_date(context.now))
    allowed = parts.filter(mottagare__iexact=unit.name, syfte__iexact=PURPOSE)
    return TriedOutput(
        lage="klart",
        till_driftsform=unit.organisation.driftsform,
        till_organisation=unit.organisation_id,
        till_enhet=unit.pk,
        samtycke_galler=allowed.exists(),
    )


@capability("byte.avbryt", input=ByteInput, output=Outputs)
def break_off(context: CapabilityContext, data: ByteInput) -> Outputs:
    """Break off a change: the old provider goes on. A second time changes nothing."""
    row = _change(context, data.byte)
    if row.status == ByteStatus.PAGAR:
        row.status, row.avslutad = ByteStatus.AVBRUTET, context.now
        row.save(update_fields=["status", "avslutad"])
        _note(context, "byte_avbrutet", "Bytet av utförare genomförs inte.")
        context.record("byte.avbrutet", byte=row.pk, uppdrag=row.uppdrag_id)
    return Outputs()


@capability("byte.genomfor", input=DoneInput, output=DoneOutput)
def carry_out(context: CapabilityContext, data: DoneInput) -> DoneOutput:
    """Carry out the change; the person is never left without a provider.

    Raises:
        ProviderMissingError: No other provider has accepted all that the old one gives. The
            database refuses it too.
    """
    row = _change(context, data.byte)
    new = _successor(row)
    row.status, row.avslutad, row.overlamning = ByteStatus.GENOMFORT, context.now, data.overlamning
    row.nytt_uppdrag = new
    with database_rules(row.uppdrag_id):
        row.save(update_fields=["status", "avslutad", "overlamning", "nytt_uppdrag"])
    _note(context, "byte_genomfort", f"Bytet av utförare genomfört. {HANDED[data.overlamning]}")
    context.record("byte.genomfort", byte=row.pk, uppdrag=row.uppdrag_id)
    parts = current_insatser(row.uppdrag_id).values()
    return DoneOutput(
        delbeslut=[part.delbeslut_id for part in parts if part.delbeslut_id],
        avslut_inlett=str(row.uppdrag_id) in being_ended(row.arende_id),
    )


HANDED = {
    "hela_akten": "Akten förs över hel när den är avslutad.",
    "kopior": "Kopior av det som väljs får lämnas. Originalet ligger kvar.",
    "inga": "Inga kopior lämnas. Originalet ligger kvar.",
}


def _tried(lage: Literal["saknas", "inaktuellt"]) -> TriedOutput:
    return TriedOutput(
        lage=lage,
        till_driftsform=None,
        till_organisation=None,
        till_enhet=None,
        samtycke_galler=False,
    )


def _running(context: CapabilityContext, ref: str) -> Uppdrag:
    rows = Uppdrag.objects.select_related("mottagare_unit", "mottagare_organisation").filter(
        arende_id=case_of(context), organisation_id=context.organisation
    )
    found = by_ref(rows.filter(status=UppdragStatus.ACCEPTERAT), ref)
    if found is None or str(found.pk) in being_ended(found.arende_id):
        raise RecordNotFoundError("Pågående uppdrag", ref)
    return found


def _wished(answers: Answers, uppdrag: Uppdrag, context: CapabilityContext) -> Unit | None:
    """The unit that the person wants; None where she makes no choice (ickeval)."""
    name = answers.text("onskad_utforare")
    if not name:
        return None
    units = Unit.objects.select_related("organisation").filter(organisation__kind="utforare")
    named = [unit for unit in units if name in (str(unit.pk), unit.name)]
    if len(named) != 1:
        answers.refuse("onskad_utforare", "receiver_unknown", "Välj en utförare i listan.")
        return None
    if named[0].pk == uppdrag.mottagare_unit_id:
        answers.refuse("onskad_utforare", "receiver_same", "Välj en annan utförare än den gamla.")
    if unit_ending(named[0].pk, local_date(context.now)):
        answers.refuse("onskad_utforare", "receiver_ending", "Utföraren upphör. Välj en annan.")
    return named[0]


def _change(context: CapabilityContext, ref: str) -> Byte:
    rows = Byte.objects.select_for_update(of=("self",)).filter(
        arende_id=case_of(context), organisation_id=context.organisation
    )
    found = rows.select_related("uppdrag", "onskad_unit", "arende").filter(pk=ref).first()
    if found is None:
        raise RecordNotFoundError("Byte", ref)
    return found


def _successor(row: Byte) -> Uppdrag | None:
    """The accepted uppdrag that take over every insats of the old one; the newest of them."""
    wanted = set(current_insatser(row.uppdrag_id))
    rows = Uppdrag.objects.filter(
        arende_id=row.arende_id, status=UppdragStatus.ACCEPTERAT, skapad__gte=row.registrerad
    ).exclude(pk=row.uppdrag_id)
    found = list(rows.select_related("mottagare_unit__organisation").order_by("-skapad"))
    given = {code for uppdrag in found for code in current_insatser(uppdrag.pk)}
    return found[0] if found and wanted <= given else None


def _decision(uppdrag: Uppdrag) -> UUID:
    """The decision in force: a renewed one where the uppdrag was changed since."""
    latest = uppdrag.andringar.order_by("-version").first()
    return latest.beslut_id if latest else uppdrag.beslut_id


def _note(context: CapabilityContext, typ: str, text: str) -> None:
    write_note(
        context, journal_of_arende(context), Note(typ=typ, text=text, handelsetid=context.now)
    )
