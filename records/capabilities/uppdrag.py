"""Myndighetens side of an uppdrag: write it, send it, take it back, end it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from cases.capabilities import CapabilityContext, capability
from cases.models import Unit
from records.answers import Answers, local_date, needed_document
from records.capabilities.beslut import GRANTED, decision_of
from records.capabilities.shapes import Inputs, Outputs
from records.errors import (
    PersonDeceasedError,
    RecordNotFoundError,
    UppdragStateError,
    database_rules,
)
from records.models import (
    Beslut,
    Delbeslut,
    LivsomradeBedomning,
    Mal,
    Uppdrag,
    UppdragInsats,
    UppdragMal,
    UppdragStatus,
    Utredning,
)
from records.persons import PersonData
from records.writing import Note, arende_of, holder, journal_of_arende, write_note

UNCLEAR = "uppdrag_without_need_or_goal"


class UppdragInput(Inputs):
    """An uppdrag."""

    uppdrag: str


class WriteInput(Inputs):
    """The decision to carry out, and the form where the handläggare chose what travels."""

    beslut: str
    dokument: str


class WithdrawInput(Inputs):
    """An uppdrag and why it is taken back (a code)."""

    uppdrag: str
    orsak: str


class UppdragOutput(Outputs):
    """The uppdrag and where it goes."""

    uppdrag: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class SentOutput(UppdragOutput):
    """As sent."""

    skickat_datum: date
    tjansteomrade: str


class WithdrawnOutput(Outputs):
    """The uppdrag that was taken back."""

    uppdrag: UUID


class EndedOutput(Outputs):
    """The uppdrag that ended, and whether it was the last one open."""

    uppdrag: UUID
    alla_avslutade: bool


@capability("uppdrag.skapa", input=WriteInput, output=UppdragOutput)
def write_uppdrag(context: CapabilityContext, data: WriteInput) -> UppdragOutput:
    """Copy the chosen needs, goals and insatser into an uppdrag, retyping nothing (R-082, K-7).

    Raises:
        AnswersInvalidError: Unknown receiver, an insats that was not granted, or one without a
            need and a goal among what was chosen (R-083).
    """
    arende = arende_of(context)
    beslut = decision_of(context, data.beslut)
    found, answers = needed_document(context, data.dokument)
    unit = _receiver(answers)
    parts = _granted(answers, beslut)
    goals = _chosen(answers, beslut, parts)
    answers.check()
    uppdrag = Uppdrag.objects.create(
        **holder(context),
        arende=arende,
        beslut=beslut,
        dokument_id=found.pk,
        mottagare_organisation_id=unit.organisation_id,
        mottagare_unit=unit,
        val=answers.text("val"),
        omfattning=answers.text("omfattning"),
        period_fran=answers.day("period_fran"),
        period_till=answers.day("period_till"),
        viktig_info=answers.text("viktig_info"),
        bradskande=answers.yes("bradskande"),
        person_kopia=PersonData.copy_of(arende.person).as_json(),
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )
    _copy_parts(context, uppdrag, parts)
    _copy_goals(context, uppdrag, goals)
    context.record("uppdrag", uppdrag=uppdrag.pk)
    return UppdragOutput(
        uppdrag=uppdrag.pk,
        mottagare_organisation=unit.organisation_id,
        mottagare_enhet=unit.pk,
    )


@capability("uppdrag.skicka", input=UppdragInput, output=SentOutput)
def send_uppdrag(context: CapabilityContext, data: UppdragInput) -> SentOutput:
    """Open the copy to the receiving unit and freeze it (R-083, K-7).

    Raises:
        PersonDeceasedError: The person has died; checked in this very transaction (K-2).
        UppdragStateError: It was sent or taken back before.
        UppdragWithoutGoalError: An insats lacks a need or a goal.
    """
    arende = arende_of(context, lock=True)
    if arende.person.avliden_datum is not None:
        raise PersonDeceasedError(arende.pk)
    uppdrag = own_uppdrag(context, data.uppdrag, (UppdragStatus.UTKAST,))
    unit = uppdrag.mottagare_unit_id
    for part in (UppdragInsats, UppdragMal):
        part.objects.filter(uppdrag=uppdrag).update(delad_med_id=unit)
    uppdrag.status = UppdragStatus.SKICKAT
    uppdrag.skickad = context.now
    uppdrag.delad_med_id = unit
    with database_rules(uppdrag.pk):
        uppdrag.save(update_fields=["status", "skickad", "delad_med"])
    day = local_date(context.now)
    _note(context, "uppdrag_skickat", f"Uppdrag skickat {day} till {uppdrag.mottagare_unit.name}.")
    context.record("uppdrag.skickat", uppdrag=uppdrag.pk)
    return SentOutput(
        uppdrag=uppdrag.pk,
        mottagare_organisation=uppdrag.mottagare_organisation_id,
        mottagare_enhet=unit,
        skickat_datum=day,
        tjansteomrade=uppdrag.mottagare_unit.tjansteomrade,
    )


@capability("uppdrag.aterkalla", input=WithdrawInput, output=WithdrawnOutput)
def withdraw_uppdrag(context: CapabilityContext, data: WithdrawInput) -> WithdrawnOutput:
    """Take back an uppdrag that nobody accepted; the receiver's access ends (K-8).

    Raises:
        UppdragStateError: It was answered before.
    """
    waiting = (UppdragStatus.UTKAST, UppdragStatus.SKICKAT)
    uppdrag = own_uppdrag(context, data.uppdrag, waiting)
    uppdrag.status = UppdragStatus.ATERKALLAT
    uppdrag.aterkallad_orsak = data.orsak
    uppdrag.save(update_fields=["status", "aterkallad_orsak"])
    end_sharing(uppdrag.pk)
    _note(context, "uppdrag_aterkallat", f"Uppdrag återkallat: {data.orsak}.")
    context.record("uppdrag.aterkallat", uppdrag=uppdrag.pk)
    return WithdrawnOutput(uppdrag=uppdrag.pk)


@capability("uppdrag.avsluta", input=UppdragInput, output=EndedOutput)
def end_uppdrag(context: CapabilityContext, data: UppdragInput) -> EndedOutput:
    """End an uppdrag whose akt is closed with its final note (K-3). A second run changes nothing.

    Raises:
        FinalNoteMissingError: The provider's akt is still open.
    """
    ended = (UppdragStatus.ACCEPTERAT, UppdragStatus.AVSLUTAT)
    uppdrag = own_uppdrag(context, data.uppdrag, ended)
    if uppdrag.status == UppdragStatus.ACCEPTERAT:
        uppdrag.status = UppdragStatus.AVSLUTAT
        uppdrag.avslutad = context.now
        with database_rules(uppdrag.pk):
            uppdrag.save(update_fields=["status", "avslutad"])
        _note(context, "uppdrag_avslutat", f"Uppdrag avslutat {local_date(context.now)}.")
        context.record("uppdrag.avslutat", uppdrag=uppdrag.pk)
    open_still = (UppdragStatus.SKICKAT, UppdragStatus.ACCEPTERAT)
    others = Uppdrag.objects.filter(arende_id=context.arende_id, status__in=open_still)
    return EndedOutput(uppdrag=uppdrag.pk, alla_avslutade=not others.exists())


def own_uppdrag(
    context: CapabilityContext, uppdrag: str, statuses: Sequence[UppdragStatus]
) -> Uppdrag:
    """Myndighetens own uppdrag of this ärende, locked, in one of the states.

    Raises:
        RecordNotFoundError: Another ärende's or another holder's.
        UppdragStateError: In another state.
    """
    rows = Uppdrag.objects.select_for_update().filter(
        arende_id=context.arende_id, organisation_id=context.organisation
    )
    found = rows.filter(pk=uppdrag).first()
    if found is None:
        raise RecordNotFoundError("Uppdrag", uppdrag)
    if found.status not in statuses:
        raise UppdragStateError(found.pk, found.status)
    return found


def end_sharing(uppdrag: UUID) -> None:
    """Close the receiver's view of a declined or withdrawn uppdrag.

    The database does it as the owner, since after it the receiver may not see its own change.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_end_sharing(%s)", [uppdrag])


def _receiver(answers: Answers) -> Unit:
    wanted = answers.needed("mottagare_enhet", "receiver_unknown", "Välj utförare.")
    units = Unit.objects.filter(organisation__kind="utforare")
    found = [unit for unit in units if wanted in (str(unit.pk), unit.name)]
    if len(found) != 1:
        answers.refuse("mottagare_enhet", "receiver_unknown", "Välj en utförare i listan.")
        answers.check()
    return found[0]


def _granted(answers: Answers, beslut: Beslut) -> list[Delbeslut]:
    granted = {part.insats: part for part in beslut.delbeslut.filter(utfall__in=GRANTED)}
    wanted = answers.codes("insatser") or tuple(granted)
    if not wanted or set(wanted) - set(granted):
        answers.refuse("insatser", "not_granted", "Välj bara insatser som är beviljade.")
    return [granted[code] for code in wanted if code in granted]


def _chosen(answers: Answers, beslut: Beslut, parts: Sequence[Delbeslut]) -> list[Mal]:
    """The goals of the chosen livsområden that belong to an insats in the uppdrag."""
    codes = answers.codes("livsomraden_med")
    insatser = {part.insats for part in parts}
    goals = [goal for goal in _goals_of(beslut) if goal.livsomrade in codes]
    chosen = [goal for goal in goals if goal.insats in insatser]
    lacking = sorted(insatser - {goal.insats for goal in chosen})
    if lacking:
        answers.refuse(
            "livsomraden_med",
            UNCLEAR,
            f"Ta med minst ett behov och ett mål för: {', '.join(lacking)}.",
        )
    return chosen


def _goals_of(beslut: Beslut) -> Sequence[Mal]:
    utredning = Utredning.objects.filter(pk=beslut.utredning_id).first()
    if utredning is None:
        return []
    return list(Mal.objects.filter(dokument_id=utredning.mal_dokument_id).order_by("nummer"))


def _copy_parts(context: CapabilityContext, uppdrag: Uppdrag, parts: Sequence[Delbeslut]) -> None:
    UppdragInsats.objects.bulk_create(
        UppdragInsats(
            **holder(context),
            uppdrag=uppdrag,
            insats=part.insats,
            lagrum=part.lagrum,
            omfattning=part.omfattning,
            giltig_fran=part.giltig_fran,
            giltig_till=part.giltig_till,
        )
        for part in parts
    )


def _copy_goals(context: CapabilityContext, uppdrag: Uppdrag, goals: Sequence[Mal]) -> None:
    assessed = _assessed(goals)
    UppdragMal.objects.bulk_create(
        UppdragMal(
            **holder(context),
            uppdrag=uppdrag,
            nummer=number,
            kalla_mal_id=goal.pk,
            insats=goal.insats,
            livsomrade=goal.livsomrade,
            behov=goal.behov,
            mal=goal.mal,
            maltyp=goal.maltyp,
            avsett=goal.avsett,
            maldatum=goal.maldatum,
            bedomd=assessed.get(goal.livsomrade),
        )
        for number, goal in enumerate(goals, start=1)
    )


def _assessed(goals: Sequence[Mal]) -> dict[str, int | None]:
    """The grade of each chosen livsområde, so that a result can be followed (R-086)."""
    if not goals:
        return {}
    areas = LivsomradeBedomning.objects.filter(
        utredning_id=goals[0].utredning_id,
        dokument_id=goals[0].utredning.livsomraden_dokument_id,
    )
    return dict(areas.values_list("livsomrade", "bedomd"))


def _note(context: CapabilityContext, typ: str, text: str) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now)
    write_note(context, journal_of_arende(context), note)
