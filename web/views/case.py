"""The overview of a case: where it stands, what is in the way, what there is to do."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop

from cases import bundles, queries, queries_case
from cases.context import access_context
from cases.models import Event, Instance, Task
from records import queries as records
from records.linked_events import LinkedEvent
from records.queries.kvalitet import linked_events
from records.queries.quality.names import numbers
from web import closing, history, quality, shown
from web.case_frame import CasePage, case_page
from web.chain import strip
from web.door import Visit
from web.views.starting import offers_beside, offers_in_case

RECENT = 6
GOING, ENDED = gettext_noop("Pågår"), gettext_noop("Avslutad")
STANDS = {"bevakas": gettext_noop("Bevakas"), "accepterad": gettext_noop("Accepterad")}
"""How a risk ends that is not handled any more."""
TOLD = tuple(kind for kind in history.KINDS if kind not in ("decision", "thrown", "received"))
"""What the overview tells: what people did. What tables gave stands in the whole history."""
LATEST = 40
STATUS_NAMES = {
    "running": gettext_noop("Pågår"),
    "incident": gettext_noop("Har stannat"),
    "completed": gettext_noop("Klar"),
    "cancelled": gettext_noop("Avbruten"),
}


@case_page
def case(page: CasePage) -> HttpResponse:
    """Show one case: the chain, what hinders its end, what to do now, what has happened."""
    here, arende_id = page.here, page.id
    events = linked_events(here.actor, arende_id, now=here.now)
    offers = offers_in_case(page.here) if page.seen.line.open else []
    with access_context(here.actor):
        rows = _open_tasks(page)
        tasks = [shown.task_line(task, here) for task in rows]
        found = queries.instances(here.actor, now=here.now, arende_id=arende_id)
        running = list(found.order_by("-started_at"))
        waits = queries_case.waits(arende_id, actor=here.actor, now=here.now)
        known = closing.Known(
            tasks=tasks,
            forms={task.pk: task.form_id for task in rows},
            waits=waits,
            offers=frozenset(offer["key"] for offer in offers),
        )
        past = queries.history(arende_id, actor=here.actor, now=here.now)
        latest = list(past.filter(kind__in=TOLD).reverse()[:LATEST])
        lines = history.lines(latest, records.reasons(here.actor, arende_id, now=here.now))
        content = {
            "chain": strip(page, running, rows, waits),
            "hinders": closing.panel(page, known),
            "tasks": tasks,
            "quality": _quality(here, events),
            "processes": [_process(row) for row in running],
            "history": lines[:RECENT],
            "diagram": _diagram(page, running, rows),
            "offers": offers,
            "reports": offers_beside(here),
        }
    return page.show("overview.html", content, tab="case")


def _quality(here: Visit, events: Sequence[LinkedEvent]) -> list[dict[str, str]]:
    """What of the quality work concerns the case; a link for who reads it. Inside a context."""
    if not events:
        return []
    named = numbers(quality.quality_reader(here), [(one.slag.value, one.id) for one in events])
    return [
        {
            "name": one.namn,
            "address": quality.page_address(one.slag, one.id)
            if (one.slag.value, one.id) in named
            else "",
            "state": gettext(STANDS.get(one.stangd_som, GOING if one.oppen else ENDED)),
        }
        for one in events
    ]


def _open_tasks(page: CasePage) -> list[Task]:
    rows = queries.tasks(page.here.actor, now=page.here.now, arende_id=page.id)
    waiting = rows.select_related("claimed_by", "delegated_by", "instance", "unit")
    found = waiting.defer("instance__state")
    return sorted(found, key=lambda task: shown.urgency(task, page.here.now))


def _process(row: Instance) -> dict[str, Any]:
    bundle = bundles.compiled(row.bundle_id)
    return {
        "id": row.pk,
        "name": shown.process_name(bundle, row.process_key),
        "status_name": gettext(STATUS_NAMES[row.status]),
        "live": row.status in Instance.LIVE,
        "started": row.started_at,
        "ended": row.ended_at,
    }


def _diagram(page: CasePage, running: list[Instance], tasks: list[Task]) -> dict[str, Any] | None:
    """The process that was asked for, else that of the first thing to do, else the newest."""
    wanted = page.here.request.GET.get("process", "")
    chosen = next((row for row in running if str(row.pk) == wanted), None)
    waits = next((row for row in running if tasks and row.pk == tasks[0].instance_id), None)
    live = next((row for row in running if row.status in Instance.LIVE), None)
    instance = chosen or waits or live or next(iter(running), None)
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
        names=page.here,
    )
