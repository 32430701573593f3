"""Start page: what there is to do, and what the person is reminded of."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from cases import paging, queries
from cases.context import access_context
from cases.models import Task
from records.notes import read_notice
from web import shown
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.reminders import reminders

PAGE = 30
FIRST = 3


@visit
def inbox(here: Visit) -> HttpResponse:
    """Show open tasks for the person's roles, the most urgent first."""
    filters = {name: here.request.GET.get(name, "") for name in ("role", "show")}
    after = read_cursor(here.request)
    plain = not any(filters.values()) and after is None
    notices = reminders(here) if plain else []
    with access_context(here.actor):
        rows = _chosen(here, **filters)
        page = paging.page_of(rows, ("due", "created_at", "id"), after=after, limit=PAGE)
        cases = [*(task.arende_id for task in page.rows), *(row.case for row in notices)]
        numbers = shown.case_numbers(here, cases)
        tasks = [shown.task_line(task, here, numbers) for task in page.rows]
    numbered = [(row, numbers.get(row.case or shown.NOBODY, "")) for row in notices]
    late = sum(task.overdue for task in tasks)
    content = {
        "tasks": tasks,
        "filters": filters,
        "roles": [{"id": role, "name": here.role_name(role)} for role in sorted(here.actor.roles)],
        "show_role": len(here.actor.roles) > 1,
        "show_unit": len(here.actor.units) > 1,
        "notices": numbered[:FIRST],
        "more_notices": numbered[FIRST:],
        "next": next_address(here.request, page.next),
        "count_text": _count(len(tasks), late, more=page.next is not None),
    }
    return here.page("inbox.html", content, here="inbox")


def _chosen(here: Visit, *, role: str, show: str) -> QuerySet[Task]:
    """The rows that a choice of role and kind leaves."""
    late = show == "overdue"
    rows = queries.inbox(here.actor, now=here.now, role=role or None, overdue=late)
    if show == "mine":
        rows = rows.filter(claimed_by=here.actor.user_id)
    return rows.select_related("claimed_by", "delegated_by", "instance", "unit").defer(
        "instance__state"
    )


@visit
def notice_read(here: Visit, notice_id: UUID) -> HttpResponse:
    """Put a reminder away."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    read_notice(notice_id, actor=here.actor, now=here.now)
    return redirect("web:inbox")


def _count(number: int, late: int, *, more: bool) -> str:
    text = f"De {number} mest brådskande" if more else f"{number} att göra"
    return f"{text}, {late} försenade" if late else text
