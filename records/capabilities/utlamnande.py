"""``utlamnande.*``: review before anything leaves, then sending, receipt or stop (R-161, K-9)."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.consent import by_ref, consents, parts_in_force
from records.disclosure import (
    Ground,
    Parcel,
    open_disclosure,
    receive_receipt,
    send_disclosure,
    stop_if_uncovered,
)
from records.models import Dokument, SamtyckeDel, Utlamnande
from records.subject import subject_of
from records.terms import citation, terms
from records.writing import Note, write_note

REFUSED = "nekas"
GROUNDS = frozenset({"samtycke", "lagrum", "menprovning"})


class SecrecyOutput(Outputs):
    """What the table ``sekretessgrund`` asks about: who holds, and under which law."""

    driftsform: str
    lag: str


class ReviewInput(Inputs):
    """The request and the review, as documents, and the secrecy that binds the holder."""

    begaran: str
    dokument: str
    sekretessgrund: str | None = None


class InsightInput(Inputs):
    """The person's own request and its review, the citation of her right, the type of note."""

    begaran: str
    dokument: str
    ratt: str
    typ: str


class ReviewOutput(Outputs):
    """The disclosure, what was decided, on which ground, and how long a consent covers it."""

    utlamnande: UUID
    utfall: str
    grund: str
    samtycke_galler_till: date | None


class DisclosureInput(Inputs):
    """One disclosure."""

    utlamnande: str


class DisclosureDocumentInput(Inputs):
    """One disclosure and the form that says how it was handed over."""

    utlamnande: str
    dokument: str


class SentOutput(Outputs):
    """The day it was sent."""

    skickad_datum: date


class StateOutput(Outputs):
    """``vantar``, ``skickad``, ``stoppad`` or ``nekad``."""

    lage: str


class ReceiptOutput(Outputs):
    """The day the receiver said it had come."""

    kvitterad_datum: date


@capability("sekretess.underlag", input=NoInputs, output=SecrecyOutput)
def secrecy_inputs(context: CapabilityContext, _data: NoInputs) -> SecrecyOutput:
    """Tell who holds the record, and whether SoL or LSS is carried out (R-160)."""
    subject = subject_of(context)
    return SecrecyOutput(driftsform=subject.driftsform, lag=subject.lag)


@capability("utlamnande.prova", input=ReviewInput, output=ReviewOutput)
def review(context: CapabilityContext, data: ReviewInput) -> ReviewOutput:
    """Keep the review of a request: what is disclosed, or not, and on which ground (K-9, R-161).

    Raises:
        AnswersInvalidError: No reasons, no ground, or the consent covers another recipient.
        ConsentMissingError: The consent was withdrawn meanwhile.
    """
    _, asked = needed_document(context, data.begaran)
    found, answers = needed_document(context, data.dokument)
    subject = subject_of(context)
    refused = answers.text("utfall") == REFUSED
    part = None if refused else _consented(context, asked, answers, subject.arende_id)
    ground = _ground(answers, part, refused=refused)
    parcel = Parcel(
        recipient_kind=asked.text("mottagare_typ") or "annan",
        recipient=part.mottagare if part else asked.text("mottagare"),
        purpose=part.syfte if part else asked.text("syfte"),
        categories=answers.codes("uppgifter") or asked.codes("uppgifter"),
        content=({"dokument": str(found.pk)},),
    )
    answers.check()
    row = open_disclosure(
        context,
        subject,
        parcel,
        ground,
        document=found,
        refused=refused,
        secrecy_ground=data.sekretessgrund or "",
    )
    decided = "Uppgifterna lämnas inte ut." if refused else "Uppgifterna får lämnas ut."
    text = f"Sekretessprövning: {row.mottagare}, {row.syfte}. {decided} {_reason(context, ground)}"
    return _reviewed(context, row, found, text, answers.text("utfall"))


@capability("insyn.prova", input=InsightInput, output=ReviewOutput)
def review_insight(context: CapabilityContext, data: InsightInput) -> ReviewOutput:
    """Keep the review of what the person herself may see, and what is withheld and why (L-16).

    Raises:
        AnswersInvalidError: Something is withheld without saying what, why and by which section.
    """
    _, asked = needed_document(context, data.begaran)
    found, answers = needed_document(context, data.dokument)
    subject = subject_of(context)
    refused = answers.text("utfall") == REFUSED
    held = answers.rows("halls_tillbaka")
    if answers.text("utfall") in (REFUSED, "delvis") and not held:
        answers.refuse(
            "halls_tillbaka", "withheld_unsaid", "Ange vad som inte lämnas ut och varför."
        )
    answers.check(held)
    why = "; ".join(
        f"{row.text('vad')}: {row.text('skal')} ({citation(context.bundle, row.text('lagrum'))})"
        for row in held
    )
    parcel = Parcel(
        recipient_kind=asked.text("begard_av") or "den_enskilde",
        recipient=asked.text("namn") or "Den enskilde",
        purpose=citation(context.bundle, data.ratt),
        categories=tuple(terms(context.bundle, "uppgiftskategorier", "uppgiftskategori")),
        content=({"dokument": str(found.pk)},),
    )
    ground = Ground(lagrum=data.ratt, reason=why or answers.text("vad"))
    row = open_disclosure(context, subject, parcel, ground, document=found, refused=refused)
    told = f"Inte utlämnat: {why}" if why else "Allt lämnas ut."
    text = f"Begäran enligt {parcel.purpose}, inkommen {asked.text('begart_datum')}. {told}"
    return _reviewed(context, row, found, text, answers.text("utfall"), data.typ)


@capability("utlamnande.skicka", input=DisclosureDocumentInput, output=SentOutput)
def send(context: CapabilityContext, data: DisclosureDocumentInput) -> SentOutput:
    """Mark a reviewed disclosure as sent, and note it; refused once its consent has ended (R-152).

    Raises:
        ConsentMissingError: The consent was withdrawn or has ended.
        DisclosureStoppedError: It was stopped or refused.
    """
    found, answers = needed_document(context, data.dokument)
    answers.check()
    row = send_disclosure(context, UUID(data.utlamnande))
    text = f"Uppgifter utlämnade till {row.mottagare}: {row.syfte}. {answers.text('satt')}".strip()
    _note(context, "uppgifter_utlamnade", text, found)
    context.record("utlamnande.skickat", utlamnande=row.pk)
    return SentOutput(skickad_datum=local_date(row.skickad or context.now))


@capability("utlamnande.kontrollera", input=DisclosureInput, output=StateOutput)
def check_state(context: CapabilityContext, data: DisclosureInput) -> StateOutput:
    """Tell how a disclosure stands; one whose consent does not hold any more is stopped."""
    row = stop_if_uncovered(context, UUID(data.utlamnande))
    if row.status == "stoppad":
        context.record("utlamnande.stoppat", utlamnande=row.pk)
    return StateOutput(lage=row.status)


@capability("utlamnande.kvittera", input=DisclosureInput, output=ReceiptOutput)
def acknowledge(context: CapabilityContext, data: DisclosureInput) -> ReceiptOutput:
    """Keep that the receiver has got it; a second time changes nothing.

    Raises:
        DisclosureStoppedError: It was never sent.
    """
    row = receive_receipt(context, UUID(data.utlamnande))
    return ReceiptOutput(kvitterad_datum=local_date(row.kvitterad or context.now))


def _consented(
    context: CapabilityContext, asked: Answers, answers: Answers, arende_id: UUID
) -> SamtyckeDel | None:
    """The part of a consent that the review names, checked against what was asked for."""
    if answers.text("grund") != "samtycke":
        return None
    named = by_ref(arende_id, context.unit, answers.text("samtycke_del"))
    part = named[1] if named else None
    in_force = parts_in_force(arende_id, local_date(context.now))
    if part is None or not in_force.filter(pk=part.pk).exists():
        message = "Välj den del av ett gällande samtycke som täcker utlämnandet."
        answers.refuse("samtycke_del", "consent_missing", message)
        return None
    if part.mottagare.casefold() != asked.text("mottagare").casefold():
        answers.refuse("samtycke_del", "consent_missing", "Samtycket gäller en annan mottagare.")
    wanted = answers.codes("uppgifter") or asked.codes("uppgifter")
    if not set(wanted) <= set(part.uppgifter):
        answers.refuse("uppgifter", "consent_missing", "Samtycket täcker inte alla uppgifter.")
    return part


def _ground(answers: Answers, part: SamtyckeDel | None, *, refused: bool) -> Ground:
    reason = answers.needed("skal", "reason_missing", "Skriv skälen.")
    code = answers.text("grund")
    if not refused and code not in GROUNDS:
        answers.refuse("grund", "ground_missing", "Välj samtycke, lagrum eller menprövning.")
    section = answers.text("lagrum_grund") if code == "lagrum" and not refused else ""
    if code == "lagrum" and not refused and not section:
        answers.refuse("lagrum_grund", "ground_missing", "Ange lagrummet.")
    return Ground(consent=part, lagrum=section, reason=reason)


def _reason(context: CapabilityContext, ground: Ground) -> str:
    if ground.consent is not None:
        number = _number(context, ground.consent)
        return f"Grund: samtycke {number}. {ground.reason}"
    if ground.lagrum:
        return f"Grund: {citation(context.bundle, ground.lagrum)}. {ground.reason}"
    return f"Skäl: {ground.reason}"


def _number(context: CapabilityContext, part: SamtyckeDel) -> str:
    ordered = [row.pk for row in consents(part.samtycke.arende_id, context.unit)]
    return f"{ordered.index(part.samtycke_id) + 1}.{part.nummer}"


def _reviewed(
    context: CapabilityContext,
    row: Utlamnande,
    found: Dokument,
    text: str,
    outcome: str,
    typ: str | None = None,
) -> ReviewOutput:
    _note(context, typ or "sekretessprovning", text, found)
    context.record("utlamnande.provat", utlamnande=row.pk, utfall=outcome)
    part = row.samtycke_del
    return ReviewOutput(
        utlamnande=row.pk,
        utfall=outcome,
        grund=row.grund,
        samtycke_galler_till=part.samtycke.galler_till if part else None,
    )


def _note(context: CapabilityContext, typ: str, text: str, found: Dokument) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found)
    write_note(context, subject_of(context).journal, note)
