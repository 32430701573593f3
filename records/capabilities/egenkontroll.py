"""Egenkontroll of the documentation: due, reviewed, counted, fastställd (R-040 to R-045)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q

from cases.capabilities import CapabilityContext, capability
from cases.models import Instance
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, NoInputs, Outputs
from records.checklist import Point, checklist
from records.errors import NotTheReviewerError, database_rules
from records.kvalitet import operation_form
from records.models import Egenkontroll, EgenkontrollAkt, EgenkontrollPunkt, Punktutfall
from records.writing import holder, needed_row, person_of


class StateOutput(Outputs):
    """When the unit last finished an egenkontroll, and whether another one is under way."""

    senast_genomford: date | None
    pagar: bool


class ReviewInput(Inputs):
    """One akt of the sample and the answers about it."""

    granskning: str
    dokument: str


class ReviewOutput(Outputs):
    """How many points of each modality were not met."""

    ska_brister: Decimal
    bor_brister: Decimal


class SumInput(Inputs):
    """An egenkontroll whose akter are reviewed."""

    egenkontroll: str


class SumOutput(Outputs):
    """Share of the akter (percent, one decimal) with at least one brist against a ska-krav."""

    andel_ska_brist: Decimal
    med_ska_brist: Decimal
    antal_urval: Decimal


class SettleInput(Inputs):
    """An egenkontroll and the answers that conclude it."""

    egenkontroll: str
    dokument: str


class SettleOutput(Outputs):
    """The day it was fastställd: the year to the next one is counted from it (R-045)."""

    faststalld_datum: date


@capability("egenkontroll.laget", input=NoInputs, output=StateOutput)
def state(context: CapabilityContext, _data: NoInputs) -> StateOutput:
    """Say how the unit stands: at most one egenkontroll at a time waits or is under way."""
    done = Egenkontroll.objects.filter(unit_id=context.unit, faststalld__isnull=False)
    newest = done.order_by("-faststalld_datum").values_list("faststalld_datum", flat=True).first()
    others = Instance.objects.filter(
        process_key=context.process_key, unit_id=context.unit, status__in=Instance.LIVE
    ).exclude(Q(pk=context.instance_id) | Q(pk__in=done.values("instance_id")))
    return StateOutput(senast_genomford=newest, pagar=others.exists())


@capability("egenkontroll.granska", input=ReviewInput, output=ReviewOutput)
def review(context: CapabilityContext, data: ReviewInput) -> ReviewOutput:
    """Keep what the reviewer found at each point of the checklist in one akt (R-044).

    Raises:
        RecordNotFoundError: No such akt in a sample of the unit.
        NotTheReviewerError: Somebody else was given it.
        AnswersInvalidError: A point has no answer, or two.
        ReviewerIsAuthorError: The reviewer has written in the akt meanwhile.
    """
    document, answers = operation_form(context, data.dokument)
    drawn = EgenkontrollAkt.objects.filter(unit_id=context.unit)
    row = needed_row(drawn, data.granskning, "Granskning")
    if row.granskare_id != person_of(context):
        raise NotTheReviewerError(row.pk)
    found = _points(context, answers)
    with database_rules(row.pk):
        EgenkontrollPunkt.objects.bulk_create(
            EgenkontrollPunkt(
                **holder(context),
                granskning=row,
                punkt=point.id,
                krav=point.krav,
                rutin=point.rutin,
                modalitet=point.modalitet,
                utfall=outcome,
                iakttagelse=seen,
            )
            for point, outcome, seen in found
        )
        row.granskad, row.dokument = context.now, document
        row.save(update_fields=["granskad", "dokument"])
    context.record("egenkontroll.granskad", granskning=row.pk)
    lacking = [point.modalitet for point, outcome, _ in found if outcome == Punktutfall.BRIST]
    must = lacking.count("ska")
    return ReviewOutput(ska_brister=Decimal(must), bor_brister=Decimal(len(lacking) - must))


@capability("egenkontroll.sammanstall", input=SumInput, output=SumOutput)
def sum_up(context: CapabilityContext, data: SumInput) -> SumOutput:
    """Count the akter with a brist against a ska-krav; the table says from when that is too many.

    Raises:
        RecordNotFoundError: No such egenkontroll of the unit.
    """
    made = _own(context, data.egenkontroll)
    counted = _counted(made)
    drawn, with_one = counted["granskade"], counted["med_ska_brist"]
    share = Decimal(100 * with_one) / Decimal(drawn) if drawn else Decimal(0)
    return SumOutput(
        andel_ska_brist=share.quantize(Decimal("0.1"), ROUND_HALF_UP),
        med_ska_brist=Decimal(with_one),
        antal_urval=Decimal(drawn),
    )


@capability("egenkontroll.faststall", input=SettleInput, output=SettleOutput)
def settle(context: CapabilityContext, data: SettleInput) -> SettleOutput:
    """Set the result, once; from here on nothing of the egenkontroll changes (R-044, R-212b).

    Raises:
        RecordNotFoundError: No such egenkontroll of the unit.
        ControlNotDoneError: An akt of the sample is not reviewed.
    """
    _, answers = operation_form(context, data.dokument)
    made = _own(context, data.egenkontroll)
    conclusion = answers.needed("slutsats", "conclusion_missing", "Skriv en slutsats.")
    answers.check()
    day = local_date(context.now)
    with database_rules(made.pk):
        made.faststalld, made.faststalld_datum = context.now, day
        made.faststalld_av_id, made.slutsats = person_of(context), conclusion
        for field, value in _counted(made).items():
            setattr(made, field, value)
        made.save()
    context.record("egenkontroll", egenkontroll=made.pk)
    return SettleOutput(faststalld_datum=day)


def _own(context: CapabilityContext, ref: str) -> Egenkontroll:
    rows = Egenkontroll.objects.select_for_update().filter(unit_id=context.unit)
    return needed_row(rows, ref, "Egenkontroll")


def _points(context: CapabilityContext, answers: Answers) -> list[tuple[Point, str, str]]:
    """Each point with its outcome and what was seen; every point exactly once."""
    outcomes: dict[str, list[tuple[str, str]]] = {}
    for code in answers.codes("ok"):
        outcomes.setdefault(code, []).append((Punktutfall.OK, ""))
    for code in answers.codes("ej_tillampliga"):
        outcomes.setdefault(code, []).append((Punktutfall.EJ_TILLAMPLIGT, ""))
    for row in answers.rows("brister"):
        seen = (Punktutfall.BRIST, row.text("iakttagelse"))
        outcomes.setdefault(row.text("punkt"), []).append(seen)
    points = checklist(context.bundle)
    if {point.id for point in points} != set(outcomes) or any(
        len(found) != 1 for found in outcomes.values()
    ):
        answers.refuse("ok", "checklist_incomplete", "Svara på varje punkt, en gång.")
        answers.check()
    return [(point, *outcomes[point.id][0]) for point in points]


def _counted(made: Egenkontroll) -> dict[str, int]:
    points = EgenkontrollPunkt.objects.filter(granskning__egenkontroll=made, utfall="brist")
    counts = points.aggregate(
        ska_brister=Count("pk", filter=Q(modalitet="ska")),
        bor_brister=Count("pk", filter=Q(modalitet="bor")),
        med_ska_brist=Count("granskning", filter=Q(modalitet="ska"), distinct=True),
    )
    return {"granskade": made.granskningar.count(), **counts}
