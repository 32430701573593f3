"""The content of a plan version: read from a form, or copied from the version before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from records.answers import Answers
from records.models import PlanAktivitet, PlanDeltagare, PlanMal, PlanVersion, UppdragMal
from records.writing import Holder

NO_ID = UUID(int=0)  # a goal without source was refused before anything is stored
ACTIVITY_FIELDS = ("vad", "hur", "nar", "vem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of the plan; ``part_of`` is the row number of the goal that it is a delmål of."""

    uppdragsmal_id: UUID | None
    behov: str
    mal: str
    part_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Who does what, how and when, for the goal of a row number."""

    goal: int | None
    vad: str
    hur: str
    nar: str
    vem: str
    typ: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that stands in one version."""

    head: Mapping[str, Any]
    participants: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    goals: Sequence[Goal] = field(default_factory=tuple)
    activities: Sequence[Activity] = field(default_factory=tuple)


def from_form(answers: Answers, uppdragsmal: Mapping[str, UppdragMal]) -> Content:
    """Read a plan form; every problem is raised at its field.

    Args:
        answers: The form.
        uppdragsmal: The goals of the uppdrag by number.

    Raises:
        AnswersInvalidError: See R-091 to R-094 and R-100.
    """
    participants = answers.rows("deltagare")
    goal_rows = answers.rows("mal", flat="uppdragsmal")
    activity_rows = answers.rows("aktiviteter", flat="vad")
    _check_participants(answers, participants)
    if not goal_rows:
        answers.refuse("mal", "plan_without_goal", "Ange minst ett mål med sitt behov.")
    content = Content(
        head=_head(answers),
        participants=[_participant(row) for row in participants],
        goals=[_goal(row, uppdragsmal, len(goal_rows)) for row in goal_rows],
        activities=[_activity(row, len(goal_rows)) for row in activity_rows],
    )
    _check_every_goal_has_activity(answers, content)
    answers.check((*participants, *goal_rows, *activity_rows))
    return content


def copy_of(version: PlanVersion, *, uppfoljning_intervall: int | None) -> Content:
    """The same content for the next version, with the interval of the new period."""
    goals = list(version.mal.order_by("nummer"))
    numbers = {goal.pk: goal.nummer for goal in goals}
    head_fields = (
        "delaktig",
        "delaktighet_satt",
        "ej_delaktig_orsak",
        "onskemal",
        "har_inte_uttryckt_onskemal",
        "synpunkter",
        "referenser",
        "samverkansbehov",
        "samverkan",
    )
    return Content(
        head={name: getattr(version, name) for name in head_fields}
        | {"uppfoljning_intervall": uppfoljning_intervall},
        participants=[
            {"namn": row.namn, "roll": row.roll, "behorighet_underlag": row.behorighet_underlag}
            for row in version.deltagare.all()
        ],
        goals=[
            Goal(
                uppdragsmal_id=goal.uppdragsmal_id,
                behov=goal.behov,
                mal=goal.mal,
                part_of=numbers.get(goal.delmal_av_id) if goal.delmal_av_id else None,
            )
            for goal in goals
        ],
        activities=[
            Activity(
                goal=numbers[row.mal_id],
                typ=row.typ,
                vad=row.vad,
                hur=row.hur,
                nar=row.nar,
                vem=row.vem,
            )
            for row in version.aktiviteter.order_by("nummer")
        ],
    )


def store(version: PlanVersion, content: Content, stamp: Holder) -> None:
    """Insert the rows of a draft version."""
    PlanDeltagare.objects.bulk_create(
        PlanDeltagare(**stamp, version=version, **row) for row in content.participants
    )
    goals = [
        PlanMal(
            **stamp,
            version=version,
            nummer=number,
            uppdragsmal_id=goal.uppdragsmal_id or NO_ID,
            behov=goal.behov,
            mal=goal.mal,
        )
        for number, goal in enumerate(content.goals, start=1)
    ]
    for row, goal in zip(goals, content.goals, strict=True):
        if goal.part_of is not None:
            row.delmal_av = goals[goal.part_of - 1]
    PlanMal.objects.bulk_create(goals)
    PlanAktivitet.objects.bulk_create(
        PlanAktivitet(
            **stamp,
            version=version,
            nummer=number,
            mal=goals[(activity.goal or 1) - 1],
            vad=activity.vad,
            hur=activity.hur,
            nar=activity.nar,
            vem=activity.vem,
            typ=activity.typ,
        )
        for number, activity in enumerate(content.activities, start=1)
    )


def _head(answers: Answers) -> dict[str, Any]:
    """Participation (R-093), wishes (R-094) and what else stands for the whole plan."""
    took_part = answers.yes("delaktig")
    if took_part:
        answers.needed(
            "delaktighet_satt",
            "plan_participation_missing",
            "Beskriv hur den enskilde varit delaktig.",
        )
    else:
        answers.needed(
            "ej_delaktig_orsak",
            "plan_participation_missing",
            "Ange varför den enskilde inte varit delaktig.",
        )
    unspoken = answers.yes("har_inte_uttryckt_onskemal")
    if not unspoken:
        answers.needed(
            "onskemal",
            "plan_wishes_missing",
            "Skriv den enskildes önskemål, eller att hen inte har uttryckt några.",
        )
    return {
        "delaktig": took_part,
        "delaktighet_satt": answers.text("delaktighet_satt"),
        "ej_delaktig_orsak": answers.text("ej_delaktig_orsak"),
        "onskemal": answers.text("onskemal"),
        "har_inte_uttryckt_onskemal": unspoken,
        "synpunkter": answers.text("synpunkter"),
        "referenser": answers.text("referenser"),
        "samverkansbehov": answers.yes("samverkansbehov"),
        "samverkan": answers.text("samverkan"),
        "uppfoljning_intervall": answers.number("uppfoljning_intervall"),
    }


def _check_participants(answers: Answers, rows: Sequence[Answers]) -> None:
    if not rows:
        answers.refuse(
            "deltagare", "plan_participation_missing", "Ange vilka som deltog i planeringen."
        )


def _participant(row: Answers) -> dict[str, str]:
    return {
        "namn": row.needed("namn", "plan_participation_missing", "Ange namn."),
        "roll": row.needed("roll", "plan_participation_missing", "Ange roll."),
        "behorighet_underlag": row.text("behorighet_underlag"),
    }


def _goal(row: Answers, uppdragsmal: Mapping[str, UppdragMal], count: int) -> Goal:
    source = uppdragsmal.get(row.text("uppdragsmal").removesuffix(".0"))
    if source is None:
        row.refuse("uppdragsmal", "plan_goal_orphan", "Välj det mål i uppdraget som det gäller.")
    return Goal(
        uppdragsmal_id=source.pk if source else None,
        behov=row.text("behov") or (source.behov if source else ""),
        mal=row.text("mal") or (source.mal if source else ""),
        part_of=_row_number(row, "delmal_av", count),
    )


def _activity(row: Answers, count: int) -> Activity:
    said = {
        name: row.needed(
            name, "plan_activity_incomplete", "Ange vad, hur, när och vem för varje aktivitet."
        )
        for name in ACTIVITY_FIELDS
    }
    goal = _row_number(row, "mal", count) if row.prefix else 1
    if goal is None and count > 1:
        row.refuse("mal", "plan_activity_incomplete", "Ange vilket mål aktiviteten gäller.")
    return Activity(goal=goal or 1, typ=row.text("typ") or "insats", **said)


def _row_number(row: Answers, name: str, count: int) -> int | None:
    number = row.number(name)
    if number is not None and not 1 <= number <= count:
        row.refuse(name, "plan_goal_unknown", f"Ange ett av målen 1 till {count}.")
        return None
    return number


def _check_every_goal_has_activity(answers: Answers, content: Content) -> None:
    used = {activity.goal for activity in content.activities}
    split = {goal.part_of for goal in content.goals}
    idle = [n for n in range(1, len(content.goals) + 1) if n not in used and n not in split]
    if idle:
        answers.refuse(
            "aktiviteter",
            "plan_activity_incomplete",
            f"Ange minst en aktivitet för mål {', '.join(map(str, idle))}.",
        )
