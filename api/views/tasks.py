"""The inbox and what is done with a task."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import (
    CompleteRequest,
    CompleteResponse,
    DelegateRequest,
    TaskDetail,
    TaskPage,
    TaskRow,
    TaskVersion,
    VersionRequest,
)
from api.door import (
    IDEMPOTENCY,
    PAGING,
    Door,
    answers,
    idempotency_key,
    next_page,
    page_size,
    query,
    read_body,
    read_cursor,
    with_reasons,
)
from api.explaining import due_basis
from api.query import TaskQuery
from cases import bundles, paging, queries
from cases.context import access_context
from cases.errors import UserUnknownError
from cases.models import Task
from cases.queries import TaskDetail as TaskParts
from cases.results import TaskState
from cases.use_cases.assigning import claim, delegate, release
from cases.use_cases.completing import complete_task
from engine.forms import answers_schema


class TasksView(Door):
    """The inbox."""

    @extend_schema(
        operation_id="tasks_list",
        summary="Uppgifter, de mest brådskande först",
        parameters=[
            OpenApiParameter("status", str, enum=["open", "completed", "cancelled"]),
            OpenApiParameter("role", str, description="Rollens id"),
            OpenApiParameter("case", UUID, description="Ärendet"),
            OpenApiParameter("overdue", bool, description="Bara försenade"),
            *PAGING,
        ],
        responses=answers(TaskPage, 400, 404, 422),
    )
    def get(self, request: Request) -> Response:
        """List tasks; without ``case`` those that the caller's roles may take."""
        wanted = query(TaskQuery, request)
        with access_context(self.actor):
            page = paging.page_of(
                self._rows(wanted)
                .select_related("claimed_by", "delegated_by", "unit", "instance")
                .defer("instance__state"),
                ("due", "created_at", "id"),
                after=read_cursor(request),
                limit=page_size(request),
            )
        body = TaskPage(
            next=next_page(request, page.next),
            results=[task_row(row, self.now) for row in page.rows],
        )
        return Response(body.model_dump(mode="json"))

    def _rows(self, wanted: TaskQuery) -> QuerySet[Task]:
        role = wanted.role or None
        if wanted.case is None and wanted.status == "open":
            return queries.inbox(self.actor, now=self.now, role=role, overdue=wanted.overdue)
        return queries.tasks(
            self.actor,
            now=self.now,
            status=wanted.status,
            role=role,
            arende_id=wanted.case,
            overdue=wanted.overdue,
        )


class TaskDetailView(Door):
    """One task."""

    @extend_schema(
        operation_id="tasks_read",
        summary="En uppgift med formulär och instruktion",
        responses=answers(TaskDetail, 404),
    )
    def get(self, _request: Request, task_id: UUID) -> Response:
        """Read a task with its form, its instruction and the law it rests on."""
        with access_context(self.actor):
            parts = queries.task_detail(task_id, actor=self.actor, now=self.now)
            body = _detail(parts, self.now)
        return Response(body.model_dump(mode="json"))


class ClaimView(Door):
    """Take a task."""

    @extend_schema(
        operation_id="tasks_claim",
        summary="Ta uppgiften",
        request=VersionRequest,
        responses=answers(TaskVersion, 400, 403, 404, 409, 422),
    )
    def post(self, request: Request, task_id: UUID) -> Response:
        """Take a free task; taking one's own again changes nothing."""
        body = read_body(VersionRequest, request)
        return _state(claim(task_id, actor=self.actor, now=self.now, version=body.version))


class ReleaseView(Door):
    """Give a task back."""

    @extend_schema(
        operation_id="tasks_release",
        summary="Släpp uppgiften",
        request=VersionRequest,
        responses=answers(TaskVersion, 400, 403, 404, 409, 422),
    )
    def post(self, request: Request, task_id: UUID) -> Response:
        """Give a task back to its role, or to the one who delegated it."""
        body = read_body(VersionRequest, request)
        return _state(release(task_id, actor=self.actor, now=self.now, version=body.version))


class DelegateView(Door):
    """Hand a task to a colleague."""

    @extend_schema(
        operation_id="tasks_delegate",
        summary="Lämna över uppgiften till en kollega",
        request=DelegateRequest,
        responses=answers(TaskVersion, 400, 403, 404, 409, 422),
    )
    def post(self, request: Request, task_id: UUID) -> Response:
        """Let a colleague in the unit do the task; it comes back when released."""
        body = read_body(DelegateRequest, request)
        user = get_user_model().objects.filter(username=body.to, is_active=True).first()
        if user is None:
            raise UserUnknownError(body.to)
        state = delegate(
            task_id, to_user=user.pk, actor=self.actor, now=self.now, version=body.version
        )
        return _state(state)


class CompleteView(Door):
    """Complete a task."""

    @extend_schema(
        operation_id="tasks_complete",
        summary="Slutför uppgiften",
        request=CompleteRequest,
        parameters=[IDEMPOTENCY],
        responses=answers(CompleteResponse, 400, 403, 404, 409, 422),
    )
    def post(self, request: Request, task_id: UUID) -> Response:
        """Complete a task with the answers to its form."""
        body = read_body(CompleteRequest, request)
        done = complete_task(
            task_id,
            with_reasons(body.answers, body.reasons),
            version=body.version,
            actor=self.actor,
            now=self.now,
            idempotency_key=idempotency_key(request),
        )
        answer = CompleteResponse(
            task=done.task_id,
            version=done.version,
            instance_status=done.status,
            next_tasks=[task.id for task in done.tasks],
        )
        return Response(answer.model_dump(mode="json"))


def task_row(task: Task, now: datetime) -> TaskRow:
    """One task as the API shows it."""
    return TaskRow(**_columns(task, now))


def _columns(task: Task, now: datetime) -> dict[str, Any]:
    return {
        "id": task.pk,
        "name": task.name,
        "element": task.element,
        "process": task.process_key,
        "role": task.role,
        "status": task.status,
        "case": task.arende_id,
        "unit": task.unit.name,
        "claimed_by": task.claimed_by.get_username() if task.claimed_by else None,
        "delegated_by": task.delegated_by.get_username() if task.delegated_by else None,
        "due": task.due,
        "due_basis": due_basis(task.basis, task.instance),
        "follow_up": task.follow_up,
        "overdue": task.status == Task.Status.OPEN and task.due is not None and task.due < now,
        "created_at": task.created_at,
        "completed_at": task.completed_at,
        "version": task.version,
    }


def _detail(parts: TaskParts, now: datetime) -> TaskDetail:
    task, form = parts.task, parts.form
    bundle = bundles.compiled(task.instance.bundle_id)
    citations = "" if parts.element is None else parts.element.properties.get("lagrum", "")
    instruction = parts.instruction
    return TaskDetail(
        **_columns(task, now),
        form=json.loads(bundle.files[f"forms/{task.form_id}.form"]) if form else None,
        answers_schema=answers_schema(form) if form else None,
        instruction=instruction.model_dump(mode="json") if instruction is not None else None,
        lagrum=citations.replace(",", " ").split(),
        actions=sorted(action.value for action in parts.actions),
    )


def _state(state: TaskState) -> Response:
    holder = None
    if state.claimed_by is not None:
        holder = get_user_model().objects.get(pk=state.claimed_by).get_username()
    body = TaskVersion(task=state.task_id, version=state.version, claimed_by=holder)
    return Response(body.model_dump(mode="json"))
