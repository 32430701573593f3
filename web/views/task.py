"""One task: read it, take it, hand it over, complete it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import localdate

from cases import bundles, queries
from cases.access import Action
from cases.context import access_context
from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from cases.models import RoleGrant, Task
from cases.queries import TaskDetail
from cases.results import TaskState
from cases.use_cases.assigning import claim, delegate, release
from cases.use_cases.completing import complete_task
from engine.forms import default_answers
from records import queries as records
from web import shown
from web.door import Visit, sentence, visit
from web.papers import sections
from web.posted import posted_answers, rows_changed
from web.widgets import build_widgets, error_list, only_reasons, some_follow
from web.words import Words

Errors = Mapping[str, tuple[str, str]]


@visit
def task(here: Visit, task_id: UUID) -> HttpResponse:
    """Show a task with its form; a post completes it."""
    with access_context(here.actor):
        parts = queries.task_detail(task_id, actor=here.actor, now=here.now)
    if here.request.method != "POST" or parts.form is None:
        return _shown(here, parts, _first_answers(here, parts))
    answers = posted_answers(parts.form, here.request.POST)
    if rows_changed(parts.form, here.request.POST, answers) or "_visa" in here.request.POST:
        return _shown(here, parts, answers)
    return _complete(here, parts, answers)


def _complete(here: Visit, parts: TaskDetail, answers: dict[str, Any]) -> HttpResponse:
    try:
        complete_task(
            parts.task.pk,
            answers,
            version=_number(here.request.POST.get("_version")),
            actor=here.actor,
            now=here.now,
            idempotency_key=here.request.POST.get("_nyckel") or None,
        )
    except AnswersInvalidError as refusal:
        return _shown(here, parts, answers, errors=refusal.errors, status=422)
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
        return _shown(here, parts, answers, status=409)
    messages.success(here.request, f"”{parts.task.name}” är klar.")
    return redirect("web:case", parts.task.arende_id) if parts.task.arende_id else redirect("/")


def _shown(
    here: Visit,
    parts: TaskDetail,
    answers: Mapping[str, Any],
    *,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    row = parts.task
    bundle = bundles.compiled(row.instance.bundle_id)
    content: dict[str, Any] = {
        "task": shown.task_line(row, here),
        "may_complete": Action.COMPLETE in parts.actions,
        "may_claim": Action.CLAIM in parts.actions and row.claimed_by_id is None,
        "may_release": Action.RELEASE in parts.actions,
        "colleagues": _colleagues(here, row) if Action.DELEGATE in parts.actions else [],
        "why_not": "Den hör till en annan roll, eller så har en kollega tagit den.",
        "instruction": shown.instruction_shown(parts.instruction, bundle),
        "diagram": shown.diagram_shown(
            row.instance, row.process_key, bundle, here=[row.element], names=here
        ),
        "action": here.request.path,
        "idempotency_key": here.request.POST.get("_nyckel") or uuid.uuid4().hex,
        **_person(here, row),
    }
    if parts.form is not None:
        content |= {
            "widgets": build_widgets(
                parts.form,
                answers,
                errors=errors,
                context=parts.inputs,
                now=here.now,
                citations=bundle.lagrum,
            ),
            "only_reasons": only_reasons(errors or {}),
            "errors": error_list(parts.form, errors or {}),
            "depends": some_follow(parts.form),
        }
    return here.page("task.html", content, here="inbox", status=status)


def _first_answers(here: Visit, parts: TaskDetail) -> Mapping[str, Any]:
    if parts.form is None:
        return {}
    return default_answers(parts.form, context=parts.inputs, now=here.now)


def _person(here: Visit, row: Task) -> dict[str, Any]:
    """The banner; opening a task is a reading of the person's data and is logged as one."""
    if row.arende_id is None:
        return {}
    try:
        case = records.case(here.actor, row.arende_id, now=here.now, task_id=str(row.pk))
    except (NotFoundError, NotPermittedError):
        return {}
    return {
        "person": shown.person_shown(case.person),
        "case": {"id": row.arende_id, "short": case.line.nummer or shown.short(row.arende_id)},
        "sections": sections(case, Words(here.bundle)) if here.bundle else [],
    }


def _colleagues(here: Visit, row: Task) -> list[dict[str, str]]:
    """People who hold one of the task's roles where it is."""
    day = localdate(here.now)
    grants = RoleGrant.objects.active(day).filter(
        Q(unit_id=row.unit_id) | Q(unit__isnull=True),
        organisation_id=row.organisation_id,
        role__in=row.groups,
        secrecy__gte=row.secrecy,
    )
    users = get_user_model().objects.filter(grants__in=grants, is_active=True)
    others = (
        users.exclude(username=here.actor.username).distinct().order_by("last_name", "username")
    )
    return [
        {"username": user.get_username(), "name": user.get_full_name() or user.get_username()}
        for user in others
    ]


@visit
def claim_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Take the task."""
    return _changed(here, task_id, lambda: claim(task_id, **_who(here)), "Du har tagit uppgiften.")


@visit
def release_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Give the task back."""
    done = "Uppgiften är släppt."
    return _changed(here, task_id, lambda: release(task_id, **_who(here)), done)


@visit
def delegate_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Hand the task to a colleague; it comes back when the colleague releases it."""
    to = here.request.POST.get("to", "").replace("\x00", "")
    user = get_user_model().objects.filter(username=to, is_active=True).first()

    def change() -> TaskState:
        return delegate(task_id, to_user=user.pk if user else 0, **_who(here))

    return _changed(here, task_id, change, "Uppgiften är överlämnad.")


def _who(here: Visit) -> dict[str, Any]:
    version = _number(here.request.POST.get("version"))
    return {"actor": here.actor, "now": here.now, "version": version}


def _changed(
    here: Visit, task_id: UUID, change: Callable[[], TaskState], done: str
) -> HttpResponse:
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        change()
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
    else:
        messages.success(here.request, done)
    return redirect("web:task", task_id)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
