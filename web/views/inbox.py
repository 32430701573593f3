"""Start page: what there is to do."""

from django.http import HttpResponse

from cases import paging, queries
from cases.context import access_context
from web import shown
from web.cursor import next_address, read_cursor
from web.door import Visit, visit

PAGE = 30


@visit
def inbox(here: Visit) -> HttpResponse:
    """Show open tasks for the person's roles, the most urgent first."""
    filters = {name: here.request.GET.get(name, "") for name in ("role", "show")}
    with access_context(here.actor):
        rows = queries.inbox(
            here.actor,
            now=here.now,
            role=filters["role"] or None,
            overdue=filters["show"] == "overdue",
        )
        if filters["show"] == "mine":
            rows = rows.filter(claimed_by=here.actor.user_id)
        page = paging.page_of(
            rows.select_related("claimed_by", "delegated_by", "instance").defer("instance__state"),
            ("due", "created_at", "id"),
            after=read_cursor(here.request),
            limit=PAGE,
        )
        tasks = [shown.task_line(task, here) for task in page.rows]
    late = sum(task.overdue for task in tasks)
    content = {
        "tasks": tasks,
        "filters": filters,
        "roles": [{"id": role, "name": here.role_name(role)} for role in sorted(here.actor.roles)],
        "next": next_address(here.request, page.next),
        "count_text": _count(len(tasks), late, more=page.next is not None),
    }
    return here.page("inbox.html", content, here="inbox")


def _count(number: int, late: int, *, more: bool) -> str:
    text = f"De {number} mest brådskande" if more else f"{number} att göra"
    return f"{text}, {late} försenade" if late else text
