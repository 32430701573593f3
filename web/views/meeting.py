"""Mötet: the plan shown to the person whom it is about, in easy words, one goal at a time."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from cases import queries
from cases.context import access_context
from cases.errors import NotPermittedError
from records.models import PlanVersion
from web.case_frame import WholeCasePage, whole_case_page
from web.posted import number
from web.weekdays import days_said
from web.words import Words

TASKS = ("Task_PlaneraMedDenEnskilde", "Task_FaststallPlan", "Task_FoljUppPlan")
"""Where it is written who took part, how, and what was agreed: no register beside those."""
ALL = "alla"
FORM = "planera_med_den_enskilde"


@whole_case_page
def meeting(page: WholeCasePage) -> HttpResponse:
    """Show the newest plan, a goal at a time, or all of them to be printed."""
    if not page.reads:
        raise NotPermittedError("plan", page.id)
    asked = page.here.request.GET.get("mal", "")
    version = next(iter(page.seen.planer), None)
    goals = _goals(version) if version else []
    at = min(max(number(asked) or 1, 1), max(len(goals), 1))
    content = {
        "version": version,
        "goals": goals if asked == ALL else goals[at - 1 : at],
        "all": asked == ALL,
        "at": at,
        "count": len(goals),
        "before": at - 1,
        "after": at + 1 if at < len(goals) else 0,
        "taking_part": _taking_part(page, version) if version else [],
        "language": page.seen.person.tolk_sprak,
        "tasks": _tasks(page),
    }
    return page.show("meeting.html", content, tab="case_plan")


def _goals(version: PlanVersion) -> list[dict[str, Any]]:
    acts = sorted(version.aktiviteter.all(), key=lambda act: act.nummer)
    return [
        {
            "place": place,
            "goal": goal.eget_mal or goal.mal,
            "need": goal.behov,
            "acts": [(act, days_said(act)) for act in acts if act.mal_id == goal.pk],
        }
        for place, goal in enumerate(sorted(version.mal.all(), key=lambda one: one.nummer), 1)
    ]


def _taking_part(page: WholeCasePage, version: PlanVersion) -> list[tuple[str, str]]:
    words = Words(page.bundle) if page.bundle else None
    return [
        (one.namn, words.option(FORM, "roll", one.roll) if words else one.roll)
        for one in version.deltagare.all()
    ]


def _tasks(page: WholeCasePage) -> Sequence[Any]:
    with access_context(page.here.actor):
        rows = queries.tasks(page.here.actor, now=page.here.now, arende_id=page.id)
        return list(rows.filter(element__in=TASKS))
