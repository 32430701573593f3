"""One task: read it, take it, hand it over, complete it."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from cases import bundles, queries, queries_day, queries_drafts
from cases.access import Action
from cases.context import access_context
from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from cases.models import Task, Utkast
from cases.queries import TaskDetail
from cases.results import TaskState
from cases.use_cases.assigning import claim, delegate, release
from cases.use_cases.completing import complete_task
from cases.use_cases.drafts import discard_sent, save_draft
from cases.user_names import user_name
from engine.forms import default_answers
from records import queries as records
from web import day, drafting, onward, shown
from web.busy import keep_collided
from web.door import Visit, sentence, visit
from web.error_rows import error_list
from web.origin import origins
from web.papers import sections
from web.posted import filled_up, posted_answers, rows_changed
from web.subject import prepared_shown, subject
from web.widgets import build_widgets, only_reasons, some_follow
from web.words import Words

Errors = Mapping[str, tuple[str, str]]


@visit
def task(here: Visit, task_id: UUID) -> HttpResponse:
    """Show a task with its form; a post completes it, or keeps what is written."""
    parts, draft = _read(here, task_id)
    if here.request.method != "POST" or parts.form is None:
        answers = _first_answers(here, parts)
        return _shown(here, parts, {**answers, **(draft.answers if draft else {})}, draft=draft)
    answers = posted_answers(parts.form, here.request.POST)
    row = rows_changed(parts.form, here.request.POST, answers)
    if row is not None or "_visa" in here.request.POST:
        after = _keep(here, parts, answers)
        full = filled_up(parts.form, here.request.POST, answers, _first_answers(here, parts))
        return _shown(here, parts, full, after=after, focus=row or "")
    if "_spara" in here.request.POST:
        return _put_aside(here, parts, answers)
    return _complete(here, parts, answers)


def _read(here: Visit, task_id: UUID) -> tuple[TaskDetail, Utkast | None]:
    with access_context(here.actor):
        parts = queries.task_detail(task_id, actor=here.actor, now=here.now)
        return parts, queries_drafts.draft_of(task_id, actor=here.actor, now=here.now)


def _keep(
    here: Visit, parts: TaskDetail, answers: Mapping[str, Any]
) -> tuple[int | None, datetime | None]:
    """Keep what was sent and not done; with scripts the page itself saves what is being written."""
    if "HX-Request" in here.request.headers:
        return None, None
    draft = drafting.posted_draft(here, answers)
    return drafting.keep(partial(save_draft, parts.task.pk, draft, actor=here.actor, now=here.now))


def _put_aside(here: Visit, parts: TaskDetail, answers: Mapping[str, Any]) -> HttpResponse:
    """The person goes on another time."""
    after = _keep(here, parts, answers)
    if after[0] is None:
        return _shown(here, parts, answers, after=after, status=409)
    said = gettext("Sparat %(when)s. Det du skrev finns kvar i uppgiften.")
    messages.success(here.request, said % {"when": drafting.clock(here.now, here.now)})
    return _onward(here, parts)


def _onward(here: Visit, parts: TaskDetail) -> HttpResponse:
    """To the ärende; to Min dag where the answer has put it out of her sight (a declined uppdrag).

    To be sent to a closed page would be written down as an attempt to read it (R-163).
    """
    case = parts.task.arende_id
    if case is None:
        return redirect("/")
    with access_context(here.actor):
        if shown.case_numbers(here, [case]):
            return redirect("web:case", case)
    messages.info(here.request, gettext("Ärendet hör inte längre till dig, så det visas inte här."))
    return redirect("/")


def _complete(here: Visit, parts: TaskDetail, answers: dict[str, Any]) -> HttpResponse:
    try:
        complete_task(
            parts.task.pk,
            answers,
            version=drafting.revision_of(here.request.POST.get("_version")),
            actor=here.actor,
            now=here.now,
            idempotency_key=here.request.POST.get("_nyckel") or None,
        )
    except AnswersInvalidError as refusal:
        after = _keep(here, parts, answers)
        return _shown(here, parts, answers, errors=refusal.errors, after=after, status=422)
    except (NotFoundError, NotPermittedError):
        _keep(here, parts, answers)
        raise
    except OperationalError as error:
        path = here.request.path
        keep_collided(error, lambda: path if _keep(here, parts, answers)[0] is not None else "")
        raise
    except CaseError as refusal:
        after = _keep(here, parts, answers)
        messages.error(here.request, sentence(refusal))
        # Somebody was faster: the page shows the task as it is now, and what was written.
        parts, draft = _read(here, parts.task.pk)
        return _shown(here, parts, answers, draft=draft, after=after, status=409)
    discard_sent(actor=here.actor, task_id=parts.task.pk)
    messages.success(here.request, day.done_message(here, parts.task))
    return _onward(here, parts)


def _shown(
    here: Visit,
    parts: TaskDetail,
    answers: Mapping[str, Any],
    *,
    draft: Utkast | None = None,
    after: tuple[int | None, datetime | None] = (None, None),
    errors: Errors | None = None,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    row = parts.task
    bundle = bundles.compiled(row.instance.bundle_id)
    content: dict[str, Any] = {
        "task": shown.task_line(row, here),
        "may_complete": Action.COMPLETE in parts.actions,
        "may_claim": Action.CLAIM in parts.actions,
        "for_whom": shown.stood_in_for(row, here),
        "may_release": Action.RELEASE in parts.actions,
        "colleagues": _colleagues(here, row) if Action.DELEGATE in parts.actions else [],
        "why_not": gettext("Den hör till en annan roll, eller så har en kollega tagit den."),
        "instruction": shown.instruction_shown(parts.instruction, bundle),
        "diagram": shown.diagram_shown(
            row.instance, row.process_key, bundle, here=[row.element], names=here
        ),
        "ahead": onward.ahead(bundle.definition(row.process_key), row.element, here.role_name),
        "action": here.request.path,
        "idempotency_key": here.request.POST.get("_nyckel") or uuid.uuid4().hex,
        "subject": subject(here, parts),
        "prepared": prepared_shown(here, parts),
        **_person(here, row),
    }
    if parts.form is not None:
        content |= _kept(here, parts, answers, draft, after) | {
            "widgets": build_widgets(
                parts.form,
                answers,
                errors=errors,
                context=parts.inputs,
                now=here.now,
                citations=bundle.lagrum,
                focus=focus,
                origins=origins(
                    here,
                    parts,
                    bundle.definition(row.process_key),
                    answers,
                    _first_answers(here, parts),
                ),
            ),
            "only_reasons": only_reasons(errors or {}),
            "errors": error_list(parts.form, errors or {}),
            "depends": some_follow(parts.form),
        }
    return here.page("task.html", content, here="inbox", status=status)


def _kept(
    here: Visit,
    parts: TaskDetail,
    answers: Mapping[str, Any],
    draft: Utkast | None,
    after: tuple[int | None, datetime | None],
) -> dict[str, Any]:
    """The draft, and what others have done in the case since it was begun or the page was read."""
    row, form = parts.task, parts.form
    if form is None:
        return {}
    posted = here.request.method == "POST"
    kept = None
    if draft is not None and not posted:
        form_hash = bundles.compiled(row.instance.bundle_id).form_hash(form.id)
        kept = drafting.kept_shown(draft, form, form_hash)
    since = drafting.read_at(here) if posted else draft.read_at if draft else None
    written = answers if posted else draft.answers if draft else {}
    return {
        "sheet": drafting.sheet(
            here,
            reverse("web:task_draft", args=[row.pk]),
            draft=draft,
            kept=kept,
            after=after,
        ),
        "changes": drafting.changes(here, row.arende_id, since) if since else [],
        "written": drafting.as_text(form, written),
    }


def _first_answers(here: Visit, parts: TaskDetail) -> Mapping[str, Any]:
    if parts.form is None:
        return {}
    return default_answers(parts.form, context=parts.inputs, now=here.now)


def _person(here: Visit, row: Task) -> dict[str, Any]:
    """The banner; opening a task is a reading of the person's data and is logged as one."""
    if row.arende_id is None:
        return {}
    try:
        case = records.whole_case(here.actor, row.arende_id, now=here.now, task_id=str(row.pk))
    except (NotFoundError, NotPermittedError):
        return {}
    return {
        "person": shown.person_shown(case.person),
        "case": {"id": row.arende_id, "short": case.line.nummer or shown.short(row.arende_id)},
        "sections": sections(case, Words(here.bundle)) if here.bundle else [],
    }


def _colleagues(here: Visit, row: Task) -> list[dict[str, str]]:
    """People who hold one of the task's roles where it is, but herself."""
    people = queries_day.receivers([row], localdate(here.now))
    return [
        {"username": user.get_username(), "name": user_name(user)}
        for user in people
        if user.get_username() != here.actor.username
    ]


@visit
def claim_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Take the task."""
    return _changed(
        here, task_id, lambda: claim(task_id, **_who(here)), gettext("Du har tagit uppgiften.")
    )


@visit
def release_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Give the task back."""
    done = gettext("Uppgiften är släppt.")
    return _changed(here, task_id, lambda: release(task_id, **_who(here)), done)


@visit
def delegate_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Hand the task to a colleague; it comes back when the colleague releases it."""
    to = here.request.POST.get("to", "").replace("\x00", "")
    user = get_user_model().objects.filter(username=to, is_active=True).first()

    def change() -> TaskState:
        return delegate(task_id, to_user=user.pk if user else 0, **_who(here))

    return _changed(here, task_id, change, gettext("Uppgiften är överlämnad."))


def _who(here: Visit) -> dict[str, Any]:
    version = drafting.revision_of(here.request.POST.get("version"))
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
