"""The list of cases and the page of one case."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from cases import bundles, queries
from cases.access import Action
from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from cases.models import Event, Instance
from cases.paging import Cursor
from records import queries as records
from records.access import may
from records.models import JournalEntry
from records.notes import add_note
from records.queries.kvalitet import linked_events
from web import history, shown
from web.cursor import next_address, read_cursor
from web.door import Visit, visit
from web.notes import NoteForm, note_kinds
from web.papers import sections
from web.views.protection import closed
from web.views.starting import title_of
from web.words import Words

PAGE = 30
RECENT = 12
FINAL = "slutanteckning"
STATUS_NAMES = {
    "running": "Pågår",
    "incident": "Har stannat",
    "completed": "Klar",
    "cancelled": "Avbruten",
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
    """Show one case: what to do now, where it stands, its papers, journal and history."""
    try:
        return _case_page(here, arende_id, NoteForm())
    except NotPermittedError:
        return closed(here, arende_id)


@visit
def note(here: Visit, arende_id: UUID) -> HttpResponse:
    """Write a signed note in the journal of the person's own unit."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NoteForm.posted(here.request.POST)
    try:
        add_note(arende_id, form.answers(), actor=here.actor, now=here.now)
    except AnswersInvalidError as refusal:
        return _case_page(here, arende_id, form.refused(refusal.errors), status=422)
    messages.success(here.request, "Anteckningen är skriven och signerad.")
    return redirect("web:case", arende_id)


def _case_page(
    here: Visit, arende_id: UUID, note_form: NoteForm, status: int = 200
) -> HttpResponse:
    here = replace(here, actor=here.actor.at(arende_id))
    seen = records.case(here.actor, arende_id, now=here.now)
    person = seen.person
    reads = may(
        here.actor, Action.CONTENT, person.unit_id, person.secrecy, here.now, case=arende_id
    )
    notes = _notes(here, arende_id) if reads else []
    events = linked_events(here.actor, arende_id, now=here.now)
    with access_context(here.actor):
        rows = queries.tasks(here.actor, now=here.now, arende_id=arende_id)
        waiting = rows.select_related("claimed_by", "delegated_by", "instance", "unit")
        tasks = [shown.task_line(task, here) for task in waiting.defer("instance__state")]
        found = queries.instances(here.actor, now=here.now, arende_id=arende_id)
        running = list(found.order_by("-started_at"))
        past = queries.history(arende_id, actor=here.actor, now=here.now)
        latest = list(past.filter(kind__in=history.KINDS).reverse()[:120])
        lines = history.lines(latest, records.reasons(here.actor, arende_id, now=here.now))
        content = {
            "case": seen.line,
            "person": shown.person_shown(seen.person),
            "reach": shown.reachable(seen.person),
            "tasks": tasks,
            "quality": events,
            "processes": [_process(row) for row in running],
            "history": lines[:RECENT],
            "older": lines[RECENT:],
            "journal": notes,
            "journals": _journals(notes),
            "note_form": note_form,
            "note_kinds": note_kinds(here.bundle) if notes and seen.line.open else [],
            "diagram": _diagram(here, running),
            "sections": sections(seen, Words(here.bundle)) if here.bundle else [],
            "offers": _offers(here) if seen.line.open else [],
        }
    return here.page("case.html", content, here="cases", status=status)


def _offers(here: Visit) -> list[dict[str, str]]:
    """What the person may start in a case."""
    return [
        {"key": key, "title": title_of(key, bundles.compiled(bundle_hash))}
        for key, bundle_hash in here.offers(in_case=True)
    ]


def _notes(here: Visit, arende_id: UUID) -> list[dict[str, Any]]:
    try:
        rows, _after_last = records.journal(here.actor, arende_id, now=here.now)
    except (NotFoundError, NotPermittedError):
        return []
    return [_note(row, here) for row in rows]


def _note(row: JournalEntry, here: Visit) -> dict[str, Any]:
    return {
        "id": row.pk,
        "final": row.typ == FINAL,
        "journal_id": row.journal_id,
        "typ_name": Words(here.bundle).anteckningstyp(row.typ) if here.bundle else row.typ,
        "text": row.text,
        "handelsetid": row.handelsetid,
        "registrerad": row.registrerad,
        "forfattare": row.forfattare_namn,
        "signerad": row.signerad,
        "rattar": row.rattar_id,
        "invandningar": [f"{one.datum}: {one.text}" for one in row.invandningar.all()],
        "journal": row.journal.get_kind_display(),
    }


def _journals(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The journals that the notes are of, each once."""
    found = {note["journal_id"]: note["journal"] for note in notes}
    return [{"id": ref, "name": name.lower()} for ref, name in found.items()]


def _process(row: Instance) -> dict[str, Any]:
    bundle = bundles.compiled(row.bundle_id)
    return {
        "id": row.pk,
        "name": shown.process_name(bundle, row.process_key),
        "status_name": STATUS_NAMES[row.status],
        "live": row.status in Instance.LIVE,
        "started": row.started_at,
        "ended": row.ended_at,
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
