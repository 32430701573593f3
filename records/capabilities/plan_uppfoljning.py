"""The provider's track of follow-up: done, anchored, moved, missed (R-110 to R-113, K-4, K-5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records import plan_content
from records.answers import Answers, local_date, needed_document
from records.capabilities.plan import current_version, establish, new_version
from records.capabilities.shapes import AktDocumentInput, AktInput, Outputs
from records.errors import NoAnchorError, NoPlanError
from records.journal_gaps import supplements
from records.models import (
    Akt,
    MalResultat,
    NyttUppfoljningsdatum,
    Plan,
    PlanMal,
    PlanVersion,
    Uppfoljning,
)
from records.participation import participation
from records.writing import Note, akt_of, holder, journal_of_akt, write_note

TOLD = ("resurser", "behov", "resultat", "synpunkt", "delaktighet_satt")
ACHIEVED = frozenset({"helt", "delvis", "nej", "ej_aktuellt"})


class FollowedUpOutput(Outputs):
    """The follow-up and the plan version that now applies."""

    uppfoljning: UUID
    uppfoljd_datum: date
    forandrat_behov: bool
    plan_version: Decimal


class AnchorOutput(Outputs):
    """The day that the six months are counted from, and the days it was chosen among (K-4)."""

    ankare: date
    ankare_typ: str
    verkstalld_datum: date | None
    plan_faststalld_datum: date | None
    senaste_uppfoljning_datum: date | None
    plan: UUID | None


class NewDateOutput(Outputs):
    """The new day; the old one stands in the record too."""

    nytt_datum: date


class NotCurrentOutput(Outputs):
    """Since when the plan is not current."""

    ej_aktuell_datum: date


@capability("plan.folj_upp", input=AktDocumentInput, output=FollowedUpOutput)
def follow_up_plan(context: CapabilityContext, data: AktDocumentInput) -> FollowedUpOutput:
    """Record a follow-up; the plan gets a new version, nothing is overwritten (R-110).

    Also R-084 (who took part), R-104, R-113 (what it must say) and R-145 (the note). What the
    journal of the period lacks is written now: ability and surroundings are not optional (K-13).

    Raises:
        NoPlanError: There is no plan in force.
        AnswersInvalidError: Resources, needs, result, views or participation missing, or
            somebody did not take part and no reason is given.
    """
    akt = akt_of(context, data.akt)
    version = current_version(akt)
    if version is None:
        raise NoPlanError(akt.pk, "fastställd")
    found, answers = needed_document(context, data.dokument)
    values = _told(context, answers, akt)
    results = _results(context, answers, version)
    missing = supplements(context, answers, akt, version)
    answers.check()
    row = Uppfoljning.objects.create(
        **holder(context),
        **values,
        akt=akt,
        version=version,
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    for result in results:
        result.uppfoljning = row
    MalResultat.objects.bulk_create(results)
    interval = answers.number("uppfoljning_intervall") or version.uppfoljning_intervall
    content = plan_content.copy_of(version, uppfoljning_intervall=interval)
    following = new_version(context, akt, found, content)
    establish(context, following, row.datum)
    Akt.objects.filter(pk=akt.pk).update(ej_aktuell_datum=None)
    _note_followed_up(context, akt, row, answers)
    for note in missing:
        write_note(context, journal_of_akt(akt), replace(note, dokument=found))
    context.record("plan.uppfoljd", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return FollowedUpOutput(
        uppfoljning=row.pk,
        uppfoljd_datum=row.datum,
        forandrat_behov=row.forandrat_behov,
        plan_version=Decimal(following.nummer),
    )


@capability("uppfoljning.ankare", input=AktInput, output=AnchorOutput)
def anchor(context: CapabilityContext, data: AktInput) -> AnchorOutput:
    """Last completed follow-up, else plan fastställd, else verkställd (K-4).

    Raises:
        NoAnchorError: Nothing has started yet.
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    last = Uppfoljning.objects.filter(akt=akt).order_by("-datum").first()
    days = {
        "uppfoljning": last.datum if last else None,
        "faststalld": _established(akt),
        "verkstalld": akt.verkstalld_datum,
    }
    kind, day = next(((k, d) for k, d in days.items() if d is not None), ("", None))
    if day is None:
        raise NoAnchorError(akt.pk)
    return AnchorOutput(
        ankare=day,
        ankare_typ=kind,
        verkstalld_datum=days["verkstalld"],
        plan_faststalld_datum=days["faststalld"],
        senaste_uppfoljning_datum=days["uppfoljning"],
        plan=Plan.objects.filter(akt=akt).values_list("pk", flat=True).first(),
    )


def earliest_review(akt: Akt) -> date | None:
    """Before this day no follow-up can have been made: that of the last one, else of the start."""
    last = Uppfoljning.objects.filter(akt=akt).order_by("-datum").first()
    return last.datum if last else akt.verkstalld_datum


def _established(akt: Akt) -> date | None:
    """The day that the version in force was established."""
    version = current_version(akt)
    return version.faststalld_datum if version else None


@capability("uppfoljning.nytt_datum", input=AktDocumentInput, output=NewDateOutput)
def set_new_date(context: CapabilityContext, data: AktDocumentInput) -> NewDateOutput:
    """Record a new review date with reason; it never makes the plan current (K-5).

    Raises:
        AnswersInvalidError: The date is missing or past, or the reason is missing.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    today = local_date(context.now)
    day = answers.day("nytt_datum")
    if day is None or day < today:
        answers.refuse("nytt_datum", "date_invalid", "Ange en dag som inte har passerat.")
    reason = answers.needed("skal", "reason_missing", "Ange varför datumet flyttas.")
    answers.check()
    chosen = day or today
    NyttUppfoljningsdatum.objects.create(
        **holder(context),
        akt=akt,
        datum=chosen,
        skal=reason,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    note = Note(
        typ="ny_tid_uppfoljning",
        text=f"Ny tid för uppföljning: {chosen}. Skäl: {reason}",
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal_of_akt(akt), note)
    context.record("uppfoljning.nytt_datum", akt=akt.pk)
    return NewDateOutput(nytt_datum=chosen)


@capability("uppfoljning.markera_ej_aktuell", input=AktInput, output=NotCurrentOutput)
def mark_not_current(context: CapabilityContext, data: AktInput) -> NotCurrentOutput:
    """Mark that the plan is not current (R-112); the first day stays."""
    akt = akt_of(context, data.akt)
    if akt.ej_aktuell_datum is None:
        akt.ej_aktuell_datum = local_date(context.now)
        akt.save(update_fields=["ej_aktuell_datum"])
        context.record("plan.ej_aktuell", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return NotCurrentOutput(ej_aktuell_datum=akt.ej_aktuell_datum)


def _told(context: CapabilityContext, answers: Answers, akt: Akt) -> dict[str, object]:
    today = local_date(context.now)
    day = answers.day("uppfoljningsdatum") or today
    if day > today:
        answers.refuse("uppfoljningsdatum", "date_invalid", "Dagen har inte kommit än.")
    earliest = earliest_review(akt)
    if earliest is not None and day < earliest:  # a year mistyped would send all alarms at once
        message = f"Uppföljningen kan inte vara gjord före {earliest}."
        answers.refuse("uppfoljningsdatum", "date_too_early", message)
    texts = {
        name: answers.needed(name, "follow_up_incomplete", "Fyll i fältet; det ska framgå.")
        for name in TOLD
    }
    return {
        **texts,
        "datum": day,
        "deltagande": participation(answers, ("enskild", "utforare", "handlaggare")),
        "forandrat_behov": answers.yes("forandrat_behov"),
    }


def _results(
    context: CapabilityContext, answers: Answers, version: PlanVersion
) -> list[MalResultat]:
    goals = {goal.nummer: goal for goal in version.mal.all()}
    rows = answers.rows("maluppfyllelse", flat="uppfyllelse")
    results = [_result(context, row, goals) for row in rows]
    said = {result.mal_id for result in results if result is not None}
    missing = [number for number, goal in goals.items() if goal.pk not in said]
    if missing:
        answers.refuse(
            "maluppfyllelse",
            "follow_up_incomplete",
            f"Bedöm måluppfyllelsen för mål {', '.join(map(str, sorted(missing)))}.",
        )
    answers.check(rows)
    return [result for result in results if result is not None]


def _result(
    context: CapabilityContext, row: Answers, goals: dict[int, PlanMal]
) -> MalResultat | None:
    goal = goals.get(row.number("mal") or 1)
    achieved = row.text("uppfyllelse")
    if goal is None:
        row.refuse("mal", "follow_up_incomplete", "Välj ett mål i planen.")
        return None
    if achieved not in ACHIEVED:
        row.refuse("uppfyllelse", "follow_up_incomplete", "Välj måluppfyllelse.")
    return MalResultat(
        **holder(context),
        mal=goal,
        uppfyllelse=achieved,
        bedomd_nu=row.number("bedomd_nu"),
        kommentar=row.text("kommentar"),
    )


def _note_followed_up(
    context: CapabilityContext, akt: Akt, row: Uppfoljning, answers: Answers
) -> None:
    note = Note(
        typ="plan_uppfoljd",
        text=f"Genomförandeplanen uppföljd {row.datum}. Delaktighet: {row.delaktighet_satt}."
        f" Synpunkter: {row.synpunkt}",
        handelsetid=answers.moment("uppfoljningsdatum", context.now),
        dokument=row.dokument,
    )
    write_note(context, journal_of_akt(akt), note)
