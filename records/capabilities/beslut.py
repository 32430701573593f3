"""``beslut.spara``, ``beslut.delge``, ``beslut.folj_upp``: decided once, kept as it was."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.shapes import Inputs, Outputs
from records.errors import NotWithinDelegationError, RecordNotFoundError
from records.models import (
    Beslut,
    BeslutUppfoljning,
    Delbeslut,
    Uppdrag,
    UppdragStatus,
    Utredning,
)
from records.participation import participation
from records.terms import chosen, citation, insats_names, law_version, within_delegation
from records.uppdrag_content import GRANTED
from records.verkstallighet import in_force
from records.writing import Note, arende_of, holder, journal_of_arende, write_note

BIFALL = "bifall"
DELVIS = "delvis"
OUTCOMES = frozenset({BIFALL, DELVIS, "avslag", "avvisning", "avskrivning"})


class DecisionInput(Inputs):
    """A decision and the stored answers of a form about it."""

    beslut: str
    dokument: str


class DecideInput(Inputs):
    """The form with the decision, and the decision that it takes the place of.

    ``slag``: ``ordforande`` where the chair decides since the nämnd cannot be awaited (KL 6:39).
    """

    dokument: str
    ersatter_beslut: str | None = None
    slag: str | None = None


class GrantedPart(Outputs):
    """One granted part of a decision; each has a clock of its own (K-12)."""

    delbeslut: UUID
    insats: str
    giltig_till: date | None


class DecisionOutput(Outputs):
    """The decision as later steps need it.

    ``gar_emot``: some part was not granted in full. ``fornyar``: the decision that it replaces is
    carried out by an uppdrag that goes on. ``annat_beslut``: another granted part of the ärende is
    in force, so the ärende goes on whatever becomes of this one.
    """

    beslut: UUID
    gynnande: tuple[GrantedPart, ...]
    gar_emot: bool
    fornyar: bool
    annat_beslut: bool
    beslut_utfall: str
    antal_bifall: Decimal
    beslutsdatum: date
    giltig_till: date | None
    lagrum: str
    law_version: str


class NotifiedOutput(Outputs):
    """The day the person was told."""

    delgiven_datum: date


class FollowedUpOutput(Outputs):
    """Handläggarens follow-up and where it leads (K-6)."""

    uppfoljning: UUID
    uppfoljd_datum: date
    utfall: str


@capability("beslut.spara", input=DecideInput, output=DecisionOutput)
def save_decision(context: CapabilityContext, data: DecideInput) -> DecisionOutput:
    """Record a decision with one part per insats, within the actor's delegation (R-087).

    Raises:
        NotWithinDelegationError: No role of the actor may decide about an insats.
        AnswersInvalidError: A part lacks insats, outcome, lagrum or reason.
        ConfigurationMissingError: The edition lacks ``delegation`` or ``law_version``.
    """
    arende = arende_of(context)
    found, answers = needed_document(context, data.dokument)
    rows = answers.rows("delbeslut", flat="insats")
    day = answers.day("beslutsdatum") or local_date(context.now)
    if not rows:
        answers.refuse("delbeslut", "decision_missing", "Fatta beslut om minst en insats.")
    parts = [_part(context, number, row) for number, row in enumerate(rows, start=1)]
    answers.check(rows)
    beslut = Beslut.objects.create(
        **holder(context),
        arende=arende,
        utredning=Utredning.objects.filter(arende=arende).order_by("inledd_datum").last(),
        ersatter=decision_of(context, data.ersatter_beslut) if data.ersatter_beslut else None,
        dokument=found,
        beslutsdatum=day,
        utfall=_outcome(parts),
        law_version=law_version(context.bundle, day, required=True),
        beslutsfattare_id=context.actor.user_id,
        beslutsfattare_roll=_delegated(context, parts),
        foredragande=answers.text("foredragande"),
        slag=data.slag or "",
        bradska_skal=answers.text("bradska_skal"),
        deltagare=[row.text("namn") for row in answers.rows("deltagare") if row.text("namn")],
        skiljaktig_mening=answers.text("skiljaktig_mening"),
        registrerad=context.now,
    )
    for part in parts:
        part.beslut = beslut
    Delbeslut.objects.bulk_create(parts)
    _note_decision(context, beslut, parts)
    context.record("beslut", beslut=beslut.pk)
    return _output(beslut, parts)


@capability("beslut.delge", input=DecisionInput, output=NotifiedOutput)
def notify_decision(context: CapabilityContext, data: DecisionInput) -> NotifiedOutput:
    """Record when the person was told about the decision; once.

    Raises:
        RecordNotFoundError: The decision is not of this ärende.
        AnswersInvalidError: It goes against the person and she was not told how to appeal (FL 33).
    """
    beslut = decision_of(context, data.beslut)
    _, answers = needed_document(context, data.dokument)
    day = answers.day("datum_delgiven") or local_date(context.now)
    told = answers.yes("overklagandehanvisning")
    if not told and goes_against(beslut):
        answers.refuse(
            "overklagandehanvisning",
            "appeal_instruction_missing",
            "Lämna en överklagandehänvisning: beslutet går den enskilde emot.",
        )
    answers.check()
    beslut.delgiven_datum = day
    beslut.delgivningssatt = answers.text("satt")
    beslut.overklagandehanvisning = "lamnad" if told else ""
    beslut.save(update_fields=["delgiven_datum", "delgivningssatt", "overklagandehanvisning"])
    context.record("beslut.delgivet", beslut=beslut.pk)
    return NotifiedOutput(delgiven_datum=day)


@capability("beslut.folj_upp", input=DecisionInput, output=FollowedUpOutput)
def follow_up_decision(context: CapabilityContext, data: DecisionInput) -> FollowedUpOutput:
    """Record handläggarens own follow-up of what was granted (R-084, R-096, K-6).

    Raises:
        AnswersInvalidError: Somebody did not take part and no reason is given.
    """
    beslut = decision_of(context, data.beslut)
    found, answers = needed_document(context, data.dokument)
    day = answers.day("uppfoljningsdatum") or local_date(context.now)
    taking_part = participation(answers, ("enskild", "utforare"))
    utfall = answers.needed("utfall", "outcome_missing", "Välj vad uppföljningen leder till.")
    answers.check()
    row = BeslutUppfoljning.objects.create(
        **holder(context),
        beslut=beslut,
        dokument=found,
        datum=day,
        deltagande=taking_part,
        insatser_givna=answers.text("insatser_givna") or "okant",
        kvalitet=answers.text("kvalitet"),
        delaktighet_satt=answers.text("delaktighet_satt"),
        synpunkt=answers.text("synpunkt"),
        motsvarar_behov=answers.yes("motsvarar_behov"),
        utfall=utfall,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    note = Note(
        typ="beslut_uppfoljt",
        text=f"Beslutet uppföljt {day}: {chosen(context.bundle, found.form_id, 'utfall', utfall)}.",
        handelsetid=answers.moment("uppfoljningsdatum", context.now),
        dokument=found,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("beslut.uppfoljt", beslut=beslut.pk)
    return FollowedUpOutput(uppfoljning=row.pk, uppfoljd_datum=day, utfall=utfall)


def decision_of(context: CapabilityContext, beslut: str) -> Beslut:
    """A decision of this ärende.

    Raises:
        RecordNotFoundError: It is another ärende's or another holder's.
    """
    rows = Beslut.objects.filter(arende_id=case_of(context), organisation_id=context.organisation)
    found = rows.filter(pk=beslut).first()
    if found is None:
        raise RecordNotFoundError("Beslut", beslut)
    return found


def _part(context: CapabilityContext, number: int, row: Answers) -> Delbeslut:
    utfall = row.text("utfall")
    if utfall not in OUTCOMES:
        row.refuse("utfall", "outcome_missing", "Välj vad beslutet blev.")
    return Delbeslut(
        **holder(context),
        nummer=number,
        insats=row.needed("insats", "insats_missing", "Välj insats."),
        utfall=utfall,
        lagrum=row.needed("lagrum", "lagrum_missing", "Ange lagrum."),
        omfattning=row.text("omfattning"),
        giltig_fran=row.day("giltig_fran"),
        giltig_till=row.day("giltig_till"),
        omprovningsforbehall=row.text("omprovningsforbehall"),
        timmar_manad=row.values.get("timmar_manad"),
        motivering=row.needed("motivering", "reason_missing", "Skriv skälen för beslutet."),
        omstandigheter=row.text("omstandigheter"),
    )


def _delegated(context: CapabilityContext, parts: Sequence[Delbeslut]) -> str:
    """The role that decides; every part must lie within its delegation."""
    grants = context.actor.grants_in(context.organisation, context.unit)
    roles = frozenset(grant.role for grant in grants)
    role = ""
    for part in parts:
        found = within_delegation(
            context.bundle, roles, part.insats, part.timmar_manad, outcome=part.utfall
        )
        if found is None:
            raise NotWithinDelegationError(part.insats)
        role = role or found
    return role


def _outcome(parts: Sequence[Delbeslut]) -> str:
    found = {part.utfall for part in parts}
    if len(found) == 1:
        return found.pop()
    return DELVIS if found & set(GRANTED) else "avslag"


def goes_against(beslut: Beslut) -> bool:
    """Whether some part of a decision was not granted as asked for, so that it may be appealed."""
    return beslut.delbeslut.exclude(utfall=BIFALL).exists()


def _renews(beslut: Beslut) -> bool:
    """Whether an accepted uppdrag carries out the decision that this one takes the place of."""
    former = beslut.ersatter_id
    if former is None:
        return False
    rows = Uppdrag.objects.filter(arende=beslut.arende_id, status=UppdragStatus.ACCEPTERAT)
    return rows.filter(Q(beslut=former) | Q(andringar__beslut=former)).exists()


def _other_in_force(beslut: Beslut) -> bool:
    """Whether another granted part of the ärende has not ended."""
    rows = in_force(beslut.arende_id, beslut.beslutsdatum)
    return rows.exclude(beslut=beslut).exists()


def _note_decision(context: CapabilityContext, beslut: Beslut, parts: Sequence[Delbeslut]) -> None:
    bundle, form_id = context.bundle, beslut.dokument.form_id
    said = ". ".join(
        f"{insats_names(bundle, [part.insats])}: {chosen(bundle, form_id, 'utfall', part.utfall)},"
        f" {citation(bundle, part.lagrum)}"
        for part in parts
    )
    note = Note(
        typ="beslut",
        text=f"Beslut {beslut.beslutsdatum}. {said}.",
        handelsetid=context.now,
        dokument=beslut.dokument,
        lagrum=parts[0].lagrum,
    )
    write_note(context, journal_of_arende(context), note)


def _output(beslut: Beslut, parts: Sequence[Delbeslut]) -> DecisionOutput:
    granted = [part for part in parts if part.utfall in GRANTED]
    ends = [part.giltig_till for part in granted if part.giltig_till is not None]
    return DecisionOutput(
        beslut=beslut.pk,
        gynnande=tuple(
            GrantedPart(delbeslut=part.pk, insats=part.insats, giltig_till=part.giltig_till)
            for part in granted
        ),
        gar_emot=goes_against(beslut),
        fornyar=_renews(beslut),
        annat_beslut=_other_in_force(beslut),
        beslut_utfall=beslut.utfall,
        antal_bifall=Decimal(len(granted)),
        beslutsdatum=beslut.beslutsdatum,
        giltig_till=max(ends, default=None),
        lagrum=(granted or parts)[0].lagrum,
        law_version=beslut.law_version,
    )
