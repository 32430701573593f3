"""Cases: list, one case, its history and its journal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import (
    CaseDetail,
    CasePage,
    CaseProcess,
    CaseRow,
    HistoryPage,
    HistoryRow,
    JournalNote,
    JournalNoteRequest,
    JournalPage,
    Objection,
)
from api.bodies_explained import WatchedDay
from api.door import PAGING, Door, answers, next_page, page_size, query, read_body, read_cursor
from api.explaining import due_basis, explanation, time_limit
from api.query import CaseQuery
from api.views.tasks import task_row
from cases import bundles, paging, queries
from cases.context import access_context
from cases.explained import element_of
from cases.models import Event, Instance, Timer
from records import notes
from records import queries as records
from records.models import JournalEntry

SHOWN = (
    "started",
    "entered",
    "completed",
    "cancelled",
    "failed",
    "decision",
    "deadline",
    "recorded",
    "thrown",
    "received",
    "ended",
    "nodoppning",
)
"""Kinds of history that the API tells; who has a task is in the task itself."""


class CasesView(Door):
    """The cases that the caller has part in."""

    @extend_schema(
        operation_id="cases_list",
        summary="Ärenden, de senast öppnade först",
        parameters=[OpenApiParameter("status", str, enum=["open", "closed", "all"]), *PAGING],
        responses=answers(CasePage, 404, 422),
    )
    def get(self, request: Request) -> Response:
        """List cases: ärenden for myndigheten, akter for a provider."""
        wanted = query(CaseQuery, request)
        page = records.cases(
            self.actor,
            now=self.now,
            status=wanted.status,
            after=_moment_cursor(request),
            limit=page_size(request),
        )
        body = CasePage(
            next=next_page(request, _cursor(page.next)), results=[_row(line) for line in page.rows]
        )
        return Response(body.model_dump(mode="json"))


class CaseView(Door):
    """One case."""

    @extend_schema(
        operation_id="cases_read",
        summary="Ett ärende: var det står och vad som väntar",
        responses=answers(CaseDetail, 403, 404),
    )
    def get(self, _request: Request, arende_id: UUID) -> Response:
        """Read one case. The reading is logged."""
        seen = records.case(self.actor, arende_id, now=self.now)
        self.actor = self.actor.at(arende_id)
        with access_context(self.actor):
            tasks = queries.tasks(self.actor, now=self.now, arende_id=arende_id)
            known = tasks.select_related("delegated_by", "unit", "instance")
            rows = [task_row(task, self.now) for task in known.defer("instance__state")]
            days = [
                _day(row) for row in queries.timers(self.actor, now=self.now, arende_id=arende_id)
            ]
            running = queries.instances(self.actor, now=self.now, arende_id=arende_id)
            processes = [_process(row) for row in running.order_by("started_at", "pk")]
        body = CaseDetail(
            **_row(seen.line).model_dump(),
            processes=processes,
            open_tasks=rows,
            watched_days=days,
            law_versions=sorted({found.law_version for found in seen.beslut}),
        )
        return Response(body.model_dump(mode="json"))


class HistoryView(Door):
    """What has happened."""

    @extend_schema(
        operation_id="cases_history",
        summary="Det som har hänt i ärendet, äldst först",
        parameters=PAGING,
        responses=answers(HistoryPage, 403, 404),
    )
    def get(self, request: Request, arende_id: UUID) -> Response:
        """List what has happened, as far as the caller may see it."""
        records.case(self.actor, arende_id, now=self.now)
        self.actor = self.actor.at(arende_id)
        with access_context(self.actor):
            rows = queries.history(arende_id, actor=self.actor, now=self.now)
            page = paging.page_of(
                rows.filter(kind__in=SHOWN),
                ("at", "instance_id", "version", "seq"),
                after=read_cursor(request),
                limit=page_size(request),
            )
        given = records.reasons(self.actor, arende_id, now=self.now)
        body = HistoryPage(
            next=next_page(request, page.next), results=[_event(row, given) for row in page.rows]
        )
        return Response(body.model_dump(mode="json"))


class JournalView(Door):
    """The journal."""

    @extend_schema(
        operation_id="cases_journal_list",
        summary="Journalanteckningar, nyast först",
        parameters=PAGING,
        responses=answers(JournalPage, 403, 404),
    )
    def get(self, request: Request, arende_id: UUID) -> Response:
        """List the notes of the journals that the caller may read. The reading is logged."""
        rows, after = records.journal(
            self.actor,
            arende_id,
            now=self.now,
            after=_moment_cursor(request),
            limit=page_size(request),
        )
        body = JournalPage(
            next=next_page(request, _cursor(after)), results=[_note(row) for row in rows]
        )
        return Response(body.model_dump(mode="json"))

    @extend_schema(
        operation_id="cases_journal_write",
        summary="Skriv och signera en anteckning",
        request=JournalNoteRequest,
        responses=answers(JournalNote, 400, 403, 404, 409, 422, status=201),
    )
    def post(self, request: Request, arende_id: UUID) -> Response:
        """Write a note in the caller's own journal of the case; it can never be changed."""
        body = read_body(JournalNoteRequest, request)
        fields: dict[str, Any] = body.model_dump(exclude={"rattar"}, exclude_none=True)
        entry = notes.add_note(
            arende_id, fields, actor=self.actor, now=self.now, rattar=body.rattar
        )
        return Response(_note(entry).model_dump(mode="json"), status=201)


def _row(line: records.CaseLine) -> CaseRow:
    return CaseRow(
        id=line.id,
        number=line.nummer,
        side=line.side,
        status=line.status,
        open=line.open,
        opened=line.opened,
        person=line.personnummer,
        protected="" if line.skydd == "ingen" else line.skydd,
        unit=line.unit,
    )


def _process(row: Instance) -> CaseProcess:
    return CaseProcess(
        instance=row.pk,
        key=row.process_key,
        status=row.status,
        edition=bundles.compiled(row.bundle_id).manifest.utgava.id,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _event(row: Event, reasons: records.ReasonsByStep) -> HistoryRow:
    given = reasons.get((row.instance_id, row.task_id)) if row.kind in records.REASONED else None
    called = str(row.detail.get("called", ""))
    element = element_of(row.instance, row.element, called)
    return HistoryRow(
        at=row.at,
        process=called or row.instance.process_key,
        kind=row.kind,
        element=row.element,
        name=element.name if element is not None else "",
        actor=row.actor,
        detail=row.detail,
        reasons={} if given is None else dict(given.given),
        explanation=explanation(row),
        limit=time_limit(row),
    )


def _day(row: Timer) -> WatchedDay:
    element = element_of(row.instance, row.element)
    return WatchedDay(
        process=row.instance.process_key,
        element=row.element,
        name=element.name if element is not None else "",
        due=row.due,
        due_basis=due_basis(row.basis, row.instance),
    )


def _note(row: JournalEntry) -> JournalNote:
    return JournalNote(
        id=row.pk,
        journal=row.journal.kind,
        typ=row.typ,
        text=row.text,
        handelsetid=row.handelsetid,
        registrerad=row.registrerad,
        forfattare=row.forfattare_namn,
        signerad=row.signerad,
        rattar=row.rattar_id,
        invandningar=[
            Objection(datum=one.datum, text=one.text, framford_av=one.framford_av)
            for one in row.invandningar.all()
        ],
        law_version=row.law_version,
    )


def _cursor(after: records.Cursor | None) -> dict[str, str] | None:
    return None if after is None else {"at": after[0].isoformat(), "id": str(after[1])}


def _moment_cursor(request: Request) -> records.Cursor | None:
    found = read_cursor(request)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(str(found.get("at")))
        ref = UUID(str(found.get("id")))
    except ValueError as error:
        raise Http404 from error
    if moment.tzinfo is None:
        raise Http404
    return moment, ref
