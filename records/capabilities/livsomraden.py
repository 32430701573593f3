"""``livsomraden.spara`` and ``mal.spara``: the coded needs and goals all else starts from."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, needed_document
from records.capabilities.shapes import DocumentInput, Outputs
from records.capabilities.utredning import open_utredning
from records.models import Dokument, LivsomradeBedomning, Mal, Utredning
from records.terms import Term, livsomraden
from records.writing import holder

AKTUELLT = "aktuellt"
STATUSES = frozenset({AKTUELLT, "ej_aktuellt", "ej_utrett"})
INCOMPLETE = "livsomraden_incomplete"
FIELDS = ("status", "nulage", "bedomd", "resurser", "omgivning", "behov", "behov_text", "kalla")


class AreasOutput(Outputs):
    """How much the livsområden say."""

    utredning: UUID
    antal_aktuella: Decimal
    antal_behov: Decimal


class GoalsOutput(Outputs):
    """How many goals were agreed."""

    antal_mal: Decimal


@capability("livsomraden.spara", input=DocumentInput, output=AreasOutput)
def save_areas(context: CapabilityContext, data: DocumentInput) -> AreasOutput:
    """Save every livsområde as aktuellt, ej aktuellt or ej utrett with reason (R-088).

    Raises:
        AnswersInvalidError: One is missing, named twice, unknown or unmarked.
    """
    utredning = open_utredning(context)
    found, answers = needed_document(context, data.dokument)
    rows = _area_rows(answers, livsomraden(context.bundle))
    areas = [_area(context, utredning, found, code, row) for code, row in rows]
    answers.check(row for _, row in rows)
    LivsomradeBedomning.objects.bulk_create(areas)
    utredning.livsomraden_dokument = found
    utredning.save(update_fields=["livsomraden_dokument"])
    context.record("livsomraden", utredning=utredning.pk)
    return AreasOutput(
        utredning=utredning.pk,
        antal_aktuella=Decimal(sum(area.status == AKTUELLT for area in areas)),
        antal_behov=Decimal(sum(area.behov for area in areas)),
    )


@capability("mal.spara", input=DocumentInput, output=GoalsOutput)
def save_goals(context: CapabilityContext, data: DocumentInput) -> GoalsOutput:
    """Save the goals, each in a livsområde that is marked aktuellt (R-082, R-085).

    Raises:
        AnswersInvalidError: No goal, a goal outside the areas, or need, goal or insats missing.
    """
    utredning = open_utredning(context)
    found, answers = needed_document(context, data.dokument)
    areas = LivsomradeBedomning.objects.filter(
        utredning=utredning, dokument=utredning.livsomraden_dokument, status=AKTUELLT
    )
    current = set(areas.values_list("livsomrade", flat=True))
    rows = answers.rows("mal", flat="livsomrade")
    if not rows:
        answers.refuse("mal", "goal_missing", "Ange minst ett mål.")
    goals = [_goal(context, utredning, found, n, row) for n, row in enumerate(rows, start=1)]
    for goal, row in zip(goals, rows, strict=True):
        if goal.livsomrade not in current:
            row.refuse("livsomrade", "goal_area_not_current", "Livsområdet är inte aktuellt.")
    answers.check(rows)
    Mal.objects.bulk_create(goals)
    utredning.mal_dokument = found
    utredning.save(update_fields=["mal_dokument"])
    context.record("mal", utredning=utredning.pk)
    return GoalsOutput(antal_mal=Decimal(len(goals)))


def _area_rows(answers: Answers, known: Mapping[str, Term]) -> list[tuple[str, Answers]]:
    """One row per livsområde, out of a list or of flat keys ``<id>_status`` and so on."""
    listed = answers.rows("livsomraden")
    rows = [(row.text("livsomrade"), row) for row in listed] or list(_flat(answers, known))
    codes = [code for code, _ in rows]
    if sorted(codes) != sorted(known):
        answers.refuse(
            "livsomraden",
            INCOMPLETE,
            f"Markera vart och ett av de {len(known)} livsområdena en gång.",
        )
    return rows


def _flat(answers: Answers, known: Mapping[str, Term]) -> Iterable[tuple[str, Answers]]:
    rest = {"status": "ej_aktuellt"} if answers.yes("ovriga_ej_aktuella") else {}
    for code in known:
        values: dict[str, Any] = {
            field: answers.values[f"{code}_{field}"]
            for field in (*FIELDS, "skal")
            if f"{code}_{field}" in answers.values
        }
        marked = values if values.get("status") else {**values, **rest}
        yield code, Answers(marked, answers.form_id, f"{code}_")


def _area(
    context: CapabilityContext, utredning: Utredning, found: Dokument, code: str, row: Answers
) -> LivsomradeBedomning:
    status = row.text("status")
    if status not in STATUSES:
        row.refuse("status", INCOMPLETE, "Välj aktuellt, ej aktuellt eller ej utrett.")
    if status == "ej_utrett":
        row.needed("skal", INCOMPLETE, "Ange varför livsområdet inte är utrett.")
    return LivsomradeBedomning(
        **holder(context),
        utredning=utredning,
        dokument=found,
        livsomrade=code,
        status=status,
        nulage=row.text("nulage"),
        bedomd=row.number("bedomd"),
        resurser=row.text("resurser"),
        omgivning=row.text("omgivning"),
        behov=row.yes("behov") or bool(row.text("behov_text")),
        behov_text=row.text("behov_text"),
        kalla=row.text("kalla"),
        skal=row.text("skal"),
    )


def _goal(
    context: CapabilityContext, utredning: Utredning, found: Dokument, number: int, row: Answers
) -> Mal:
    return Mal(
        **holder(context),
        utredning=utredning,
        dokument=found,
        nummer=number,
        livsomrade=row.text("livsomrade"),
        behov=row.needed("behov", "need_missing", "Beskriv behovet."),
        mal=row.needed("mal", "goal_missing", "Beskriv målet."),
        insats=row.needed("insats", "insats_missing", "Välj insats."),
        maltyp=row.text("maltyp"),
        avsett=row.number("avsett"),
        maldatum=row.day("maldatum"),
        egna_ord=row.text("egna_ord"),
    )
