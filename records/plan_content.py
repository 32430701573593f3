"""The content of a plan version: read from a form, or copied from the version before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from records.answers import Answers
from records.models import (
    PlanAktivitet,
    PlanDeltagare,
    PlanMal,
    PlanReferens,
    PlanVersion,
    UppdragMal,
)
from records.plan_days import TIMES, WEEKDAYS
from records.writing import Holder

REPRESENTATIVE = "stallforetradare"
SELF_CARE = "egenvard"
NO_ID = UUID(int=0)  # a goal without source was refused before anything is stored
ACTIVITY_FIELDS = ("vad", "hur", "nar", "vem")
ACTIVITY_ALL = (
    *(*ACTIVITY_FIELDS, "typ", "aktivitetsmal", "stodform", "egenvard_underlag"),
    *("dagar", "tider"),
)
PARTICIPANT_FIELDS = ("namn", "roll", "behorighet", "behorighet_underlag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of the plan; ``part_of`` is the row number of the goal that it is a delmål of.

    ``eget_mal`` is the goal in the person's own words (R-085).
    """

    uppdragsmal_id: UUID | None
    behov: str
    mal: str
    part_of: int | None = None
    eget_mal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Who does what, how and when, for the goal of a row number.

    ``aktivitetsmal`` is what the activity itself is to reach (R-106), ``egenvard_underlag`` where
    the licensed assessment of egenvård stands (R-105). ``dagar`` and ``tider``: on which weekdays
    and when in the day, where the plan says so.
    """

    goal: int | None
    vad: str
    hur: str
    nar: str
    vem: str
    typ: str = ""
    aktivitetsmal: str = ""
    stodform: str = ""
    egenvard_underlag: str = ""
    dagar: Sequence[str] = ()
    tider: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that stands in one version."""

    head: Mapping[str, Any]
    participants: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    goals: Sequence[Goal] = field(default_factory=tuple)
    activities: Sequence[Activity] = field(default_factory=tuple)
    references: Sequence[Mapping[str, str]] = field(default_factory=tuple)


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
    reference_rows = answers.rows("hanvisningar")
    _check_participants(answers, participants)
    if not goal_rows:
        answers.refuse("mal", "plan_without_goal", "Ange minst ett mål med sitt behov.")
    content = Content(
        head=_head(answers),
        participants=[_participant(row) for row in participants],
        goals=[_goal(row, uppdragsmal, len(goal_rows)) for row in goal_rows],
        activities=[_activity(row, len(goal_rows)) for row in activity_rows],
        references=[_reference(row) for row in reference_rows],
    )
    _check_every_goal_has_activity(answers, content)
    answers.check((*participants, *goal_rows, *activity_rows, *reference_rows))
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
        "samverkan_kontakt",
    )
    return Content(
        head={name: getattr(version, name) for name in head_fields}
        | {"uppfoljning_intervall": uppfoljning_intervall},
        participants=[
            {name: getattr(row, name) for name in PARTICIPANT_FIELDS}
            for row in version.deltagare.all()
        ],
        goals=[
            Goal(
                uppdragsmal_id=goal.uppdragsmal_id,
                behov=goal.behov,
                mal=goal.mal,
                eget_mal=goal.eget_mal,
                part_of=numbers.get(goal.delmal_av_id) if goal.delmal_av_id else None,
            )
            for goal in goals
        ],
        activities=[
            Activity(
                goal=numbers[row.mal_id], **{name: getattr(row, name) for name in ACTIVITY_ALL}
            )
            for row in version.aktiviteter.order_by("nummer")
        ],
        references=[
            {"typ": row.typ, "hanvisning": row.hanvisning}
            for row in version.referens.order_by("nummer")
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
            eget_mal=goal.eget_mal,
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
            **{name: getattr(activity, name) for name in ACTIVITY_ALL},
        )
        for number, activity in enumerate(content.activities, start=1)
    )
    PlanReferens.objects.bulk_create(
        PlanReferens(**stamp, version=version, nummer=number, **row)
        for number, row in enumerate(content.references, start=1)
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
    cooperation = answers.yes("samverkansbehov")
    if cooperation:
        answers.needed(
            "samverkan", "plan_cooperation_missing", "Ange vilka som behöver samverka och om vad."
        )
    return {
        "delaktig": took_part,
        "delaktighet_satt": answers.text("delaktighet_satt"),
        "ej_delaktig_orsak": answers.text("ej_delaktig_orsak"),
        "onskemal": answers.text("onskemal"),
        "har_inte_uttryckt_onskemal": unspoken,
        "synpunkter": answers.text("synpunkter"),
        "referenser": answers.text("referenser"),
        "samverkansbehov": cooperation,
        "samverkan": answers.text("samverkan"),
        "samverkan_kontakt": answers.text("samverkan_kontakt"),
        "uppfoljning_intervall": answers.number("uppfoljning_intervall"),
    }


def _check_participants(answers: Answers, rows: Sequence[Answers]) -> None:
    if not rows:
        answers.refuse(
            "deltagare", "plan_participation_missing", "Ange vilka som deltog i planeringen."
        )


def _participant(row: Answers) -> dict[str, str]:
    """Who took part; a representative with the order that gives the right (R-103, K-15)."""
    found = {
        "namn": row.needed("namn", "plan_participation_missing", "Ange namn."),
        "roll": row.needed("roll", "plan_participation_missing", "Ange roll."),
        "behorighet": row.text("behorighet"),
        "behorighet_underlag": row.text("behorighet_underlag"),
    }
    if found["roll"] == REPRESENTATIVE:
        message = "Ange vad som ger ställföreträdaren behörighet, och dess omfattning."
        row.needed("behorighet_underlag", "plan_authority_missing", message)
    return found


def _reference(row: Answers) -> dict[str, str]:
    """Where something that affects everyday support stands; it is not copied (R-101)."""
    return {
        "typ": row.text("typ") or "annat",
        "hanvisning": row.needed("hanvisning", "plan_reference_empty", "Ange vart du hänvisar."),
    }


def _goal(row: Answers, uppdragsmal: Mapping[str, UppdragMal], count: int) -> Goal:
    source = uppdragsmal.get(row.text("uppdragsmal").removesuffix(".0"))
    if source is None:
        row.refuse("uppdragsmal", "plan_goal_orphan", "Välj det mål i uppdraget som det gäller.")
    return Goal(
        uppdragsmal_id=source.pk if source else None,
        behov=row.text("behov") or (source.behov if source else ""),
        mal=row.text("mal") or (source.mal if source else ""),
        eget_mal=row.text("eget_mal"),
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
    kind = row.text("typ") or "insats"
    if kind == SELF_CARE:
        message = "Hänvisa till den legitimerades bedömning av egenvården."
        row.needed("egenvard_underlag", "plan_self_care_unassessed", message)
    more = {name: row.text(name) for name in ("aktivitetsmal", "stodform", "egenvard_underlag")}
    return Activity(
        goal=goal or 1,
        typ=kind,
        dagar=_known(row, "dagar", WEEKDAYS),
        tider=_known(row, "tider", TIMES),
        **said,
        **more,
    )


def _known(row: Answers, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Days or times of day in the order of the calendar; none is no answer at all."""
    codes = row.codes(name)
    if not set(codes) <= set(known):
        row.refuse(name, "plan_day_unknown", f"Ange bara {', '.join(known)}.")
    return tuple(code for code in known if code in codes)


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
