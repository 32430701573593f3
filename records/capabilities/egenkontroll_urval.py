"""``egenkontroll.dra``: the sample of an egenkontroll, and who reviews what (R-042, R-043, P-2)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from cases.actor import Actor
from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.checklist import draw, sample_size
from records.kvalitet import operation_form
from records.models import Akt, Egenkontroll, EgenkontrollAkt
from records.reach import every_holder
from records.reviewing import may_read, reviewers
from records.writing import holder, person_of

SIZE = "egenkontroll_urval"
AUTHOR = "SELECT records_is_author(%s, %s, %s, %s)"


class DrawInput(Inputs):
    """The answers about period, reviewers and scope."""

    dokument: str


class DrawOutput(Outputs):
    """The egenkontroll and the akter of the sample, each with its reviewer's user name."""

    egenkontroll: UUID
    granskningar: list[dict[str, str]]
    antal_urval: Decimal


@capability("egenkontroll.dra", input=DrawInput, output=DrawOutput)
def draw_sample(context: CapabilityContext, data: DrawInput) -> DrawOutput:
    """Draw the sample by its seed and give each akt a reviewer who has written nothing in it.

    Akter of protected persons that no reviewer is named for are left out, and counted (P-2).

    Raises:
        AnswersInvalidError: No reviewer may read the unit's akter, or each one of them has
            written in a drawn akt.
        ConfigurationMissingError: The edition lacks ``egenkontroll_urval``.
    """
    document, answers = operation_form(context, data.dokument)
    people = _people(context, answers)
    first, last = _period(answers, local_date(context.now))
    why = answers.needed("motivering", "reason_missing", "Motivera omfattning och täthet.")
    answers.check()
    with every_holder():
        found = list(_in_period(context, first, last).order_by("pk"))
        seen = [akt for akt in found if any(may_read(one, akt, context.bundle) for one in people)]
        size = sample_size(context.bundle, SIZE, len(seen)) + (answers.number("fler") or 0)
        sample = draw(seen, [akt.pk for akt in seen], str(document.pk), size)
        given = _given(context, sample, people)
    if len(given) < len(sample):
        answers.refuse(
            "granskare",
            "reviewer_is_author",
            "Välj granskare som inte själva har skrivit i akterna. Lägg till en till granskare.",
        )
        answers.check()
    made = Egenkontroll.objects.create(
        **holder(context),
        instance_id=context.instance_id,
        period_fran=first,
        period_till=last,
        motivering=why,
        utgava=context.bundle.hash,
        fro=str(document.pk),
        antal_akter=len(found),
        antal_skyddade_utanfor=len(found) - len(seen),
        planerad=context.now,
        planerad_datum=local_date(context.now),
        planerad_av_id=person_of(context),
        dokument=document,
    )
    lines = [_line(context, made, number, akt, given) for number, akt in enumerate(sample, start=1)]
    context.record("egenkontroll.urval", egenkontroll=made.pk)
    return DrawOutput(egenkontroll=made.pk, granskningar=lines, antal_urval=Decimal(len(lines)))


def _people(context: CapabilityContext, answers: Answers) -> list[Actor]:
    """The chosen reviewers, in order; each may read the akter of the unit."""
    may = reviewers(context.bundle, context.organisation, context.unit, context.now)
    wanted = [name for name in (answers.text("granskare"), answers.text("granskare_2")) if name]
    if not wanted or set(wanted) - set(may):
        message = "Välj en granskare som får läsa enhetens akter."
        answers.refuse("granskare", "reviewer_unknown", message)
    return [may[name] for name in wanted if name in may]


def _period(answers: Answers, today: date) -> tuple[date, date]:
    """First and last day; the control looks back (R-043)."""
    first, last = answers.day("period_fran"), answers.day("period_till")
    if first is None or last is None or first > last or last > today:
        answers.refuse("period_till", "period_invalid", "Ange en period som har varit.")
    return first or date.min, last or date.min


def _in_period(context: CapabilityContext, first: date, last: date) -> QuerySet[Akt]:
    """The unit's akter that were open some day of the period."""
    return Akt.objects.filter(
        Q(stangd=None) | Q(stangd__date__gte=first),
        organisation_id=context.organisation,
        unit_id=context.unit,
        gallrad=None,
        oppnad__date__lte=last,
    )


def _given(context: CapabilityContext, sample: list[Akt], people: list[Actor]) -> dict[UUID, Actor]:
    """Akt to a reviewer who has written nothing in it; by turns where several may.

    An akt that none of them may review is left out.
    """
    given: dict[UUID, Actor] = {}
    for number, akt in enumerate(sample):
        turn = number % len(people)
        order = people[turn:] + people[:turn]
        able = (one for one in order if may_read(one, akt, context.bundle))
        chosen = next((one for one in able if not _is_author(one, akt)), None)
        if chosen is not None:
            given[akt.pk] = chosen
    return given


def _is_author(one: Actor, akt: Akt) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(AUTHOR, [one.user_id, akt.pk, akt.arende_id, akt.unit_id])
        (found,) = cursor.fetchone()
    return bool(found)


def _line(
    context: CapabilityContext,
    made: Egenkontroll,
    number: int,
    akt: Akt,
    given: Mapping[UUID, Actor],
) -> dict[str, str]:
    row = EgenkontrollAkt.objects.create(
        **holder(context),
        egenkontroll=made,
        nummer=number,
        akt_id=akt.pk,
        arende_id=akt.arende_id,
        granskare_id=given[akt.pk].user_id or 0,
    )
    name = given[akt.pk].username
    return {"granskning": str(row.pk), "arende": str(akt.arende_id), "granskare": name}
