"""The list of cases and the page of one case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from cases import bundles, queries
from cases.context import access_context
from cases.errors import NotFoundError
from cases.models import Event, Instance
from cases.paging import Cursor
from records import queries as records
from records.models import JournalEntry
from records.terms import anteckningstyper
from web import shown
from web.cursor import next_address, read_cursor
from web.door import Visit, visit

PAGE = 30
STATUS_NAMES = {
    "running": "Pågår",
    "incident": "Har stannat",
    "completed": "Klar",
    "cancelled": "Avbruten",
}
KIND_NAMES = {
    "started": "började",
    "completed": "utfört",
    "ended": "slutade",
    "received": "meddelande kom",
    "thrown": "meddelande skickat",
}


@visit
def cases(here: Visit) -> HttpResponse:
    """List the cases that the person's roles have part in."""
    status = here.request.GET.get("status", "open")
    wanted = status if status in ("open", "closed", "all") else "open"
    page = records.cases(
        here.actor,
        now=here.now,
        status=wanted,  # type: ignore[arg-type]
        after=_after(read_cursor(here.request)),
        limit=PAGE,
    )
    cursor = (
        None if page.next is None else {"at": page.next[0].isoformat(), "id": str(page.next[1])}
    )
    content = {
        "cases": page.rows,
        "filters": {"status": wanted},
        "next": next_address(here.request, cursor),
    }
    return here.page("cases.html", content, here="cases")


@visit
def case(here: Visit, arende_id: UUID) -> HttpResponse:
    """Show one case: what to do now, where it stands, its journal and its history."""
    seen = records.case(here.actor, arende_id, now=here.now)
    notes = _notes(here, arende_id)
    with access_context(here.actor):
        rows = queries.tasks(here.actor, now=here.now, arende_id=arende_id)
        waiting = rows.select_related("claimed_by", "delegated_by", "instance")
        tasks = [shown.task_line(task, here) for task in waiting.defer("instance__state")]
        running = list(
            queries.instances(here.actor, now=here.now, arende_id=arende_id).order_by("-started_at")
        )
        events = queries.history(arende_id, actor=here.actor, now=here.now)
        latest = list(events.filter(kind__in=KIND_NAMES).reverse()[:40])
        content = {
            "case": seen.line,
            "person": shown.person_shown(seen.person),
            "tasks": tasks,
            "processes": [_process(row) for row in running],
            "history": [line for event in latest if (line := _line(event))],
            "journal": notes,
            "diagram": _diagram(here, running),
            "view": seen,
        }
    return here.page("case.html", content, here="cases")


def _notes(here: Visit, arende_id: UUID) -> list[dict[str, Any]]:
    try:
        rows, _after_last = records.journal(here.actor, arende_id, now=here.now)
    except NotFoundError:
        return []
    return [_note(row, here) for row in rows]


def _note(row: JournalEntry, here: Visit) -> dict[str, Any]:
    kinds = anteckningstyper(here.bundle) if here.bundle else {}
    return {
        "typ_name": kinds[row.typ].namn if row.typ in kinds else row.typ,
        "text": row.text,
        "handelsetid": row.handelsetid,
        "registrerad": row.registrerad,
        "forfattare": row.forfattare_namn,
        "signerad": row.signerad,
        "rattar": row.rattar_id,
        "journal": row.journal.get_kind_display(),
    }


def _process(row: Instance) -> dict[str, Any]:
    bundle = bundles.compiled(row.bundle_id)
    return {
        "id": row.pk,
        "name": shown.process_name(bundle, row.process_key),
        "status_name": STATUS_NAMES[row.status],
        "started": row.started_at,
    }


def _line(event: Event) -> dict[str, Any] | None:
    instance = event.instance
    bundle = bundles.compiled(instance.bundle_id)
    name = str(event.detail.get("message", ""))
    if event.kind in ("started", "ended"):
        name = shown.process_name(bundle, instance.process_key)
    elif event.kind == "completed":
        element = bundle.definition(instance.process_key).elements.get(event.element)
        if element is None or element.kind not in ("userTask", "businessRuleTask"):
            return None
        name = element.name
    return {
        "name": name,
        "at": event.at,
        "kind_name": KIND_NAMES[event.kind],
        "actor": "" if event.actor == "system" else event.actor,
    }


def _diagram(here: Visit, running: list[Instance]) -> dict[str, Any] | None:
    wanted = here.request.GET.get("process", "")
    chosen = next((row for row in running if str(row.pk) == wanted), None)
    live = next((row for row in running if row.status in Instance.LIVE), None)
    instance = chosen or live or next(iter(running), None)
    if instance is None:
        return None
    events = Event.objects.filter(
        instance_id=instance.pk, kind__in=("entered", "completed", "cancelled")
    )
    latest = {event.element: event.kind for event in events.order_by("version", "seq")}
    is_live = instance.status in Instance.LIVE
    return shown.diagram_shown(
        instance,
        instance.process_key,
        bundles.compiled(instance.bundle_id),
        here=[element for element, kind in latest.items() if kind == "entered" and is_live],
        done=[element for element, kind in latest.items() if kind == "completed"],
        names=here,
    )


def _after(cursor: Cursor | None) -> records.Cursor | None:
    if cursor is None:
        return None
    try:
        return datetime.fromisoformat(str(cursor.get("at"))), UUID(str(cursor.get("id")))
    except ValueError:
        return None
