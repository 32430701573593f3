"""What is being written: saved every few seconds, listed, read again, thrown away."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from cases import bundles, queries_drafts
from cases.context import access_context
from cases.errors import (
    CaseError,
    DraftElsewhereError,
    NotFoundError,
    NotPermittedError,
    ProcessUnavailableError,
    TaskAlreadyCompletedError,
)
from cases.models import Task, Utkast
from cases.use_cases.drafts import Saved, discard_draft, save_draft, save_start_draft
from cases.user_names import user_name
from engine.bundle import Bundle, NotInBundleError
from engine.forms import Form
from records import queries as records
from records.meddelanden import DRAFT
from records.message_drafts import orders_of
from web import drafting, shown
from web.door import Visit, visit
from web.posted import posted_answers
from web.views.starting import title_of

MOST = 200
EXTENDED_BELOW_S = 3600
"""A person who writes is at work: her log-in is prolonged when less than this is left of it."""


def saving(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the script of a form: no log-in is an answer of its own, never another page."""
    inner = visit(view)

    @wraps(view)
    def outer(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"code": "logged_out"}, status=HTTPStatus.UNAUTHORIZED)
        return inner(request, *args, **kwargs)

    return outer


@saving
def save_task(here: Visit, task_id: UUID) -> HttpResponse:
    """Save what is written in a task's form; a GET gives a token to save with after a log-in."""
    if here.request.method != "POST":
        return token(here)
    with access_context(here.actor):
        row = queries_drafts.task_now(task_id, actor=here.actor, now=here.now)
    if not row.form_id:
        raise NotFoundError("task", task_id)
    form = bundles.compiled(row.instance.bundle_id).form(row.form_id)
    draft = drafting.posted_draft(here, posted_answers(form, here.request.POST))
    notice = {
        "task": _standing(here, row),
        "changes": drafting.changes(here, row.arende_id, draft.read_at),
        "written": drafting.as_text(form, draft.answers),
    }
    return answered(
        here, lambda: save_draft(task_id, draft, actor=here.actor, now=here.now), notice
    )


@saving
def save_start(here: Visit, key: str, arende_id: UUID | None = None) -> HttpResponse:
    """Save what is written in a form that starts a process."""
    if here.request.method != "POST":
        return token(here)
    offered = dict(here.offers(in_case=arende_id is not None))
    if key not in offered:
        raise NotFoundError("process", key)
    form = _start_form(bundles.compiled(offered[key]), key)
    draft = drafting.posted_draft(here, posted_answers(form, here.request.POST))
    nyckel = here.request.POST.get("_nyckel", "")

    def save() -> Saved:
        return save_start_draft(
            key, nyckel, draft, arende_id=arende_id, actor=here.actor, now=here.now
        )

    changes = drafting.changes(here, arende_id, draft.read_at)
    return answered(here, save, {"changes": changes})


def answered(
    here: Visit,
    save: Callable[[], Saved],
    notice: Mapping[str, Any],
    stands: Callable[[], Mapping[str, Any]] = dict,
) -> HttpResponse:
    """Save, and tell the page how it went, and what others have done.

    Args:
        here: The visit.
        save: One of the use cases, ready to be called.
        notice: What others have done, for its template.
        stands: What more to say where another text is kept already.
    """
    if here.request.POST.get("_vem") != str(here.actor.user_id):
        # Somebody else has logged in on this computer: the text is not hers.
        return JsonResponse({"code": "other_user"}, status=HTTPStatus.CONFLICT)
    try:
        saved = save()
    except TaskAlreadyCompletedError:
        return JsonResponse({"code": "sent"}, status=HTTPStatus.CONFLICT)
    except DraftElsewhereError as refusal:
        elsewhere = {
            "code": refusal.code,
            "saved": drafting.clock(refusal.saved_at, here.now),
            "revision": refusal.revision,
            **stands(),
        }
        return JsonResponse(elsewhere, status=HTTPStatus.CONFLICT)
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        return JsonResponse({"code": refusal.code}, status=HTTPStatus.CONFLICT)
    left = drafting.seconds_left(here)
    if left < EXTENDED_BELOW_S:
        here.request.session.modified = True
        left = here.request.session.get_expiry_age()
    text = render_to_string("web/draft/changes.html", dict(notice), here.request)
    body = {
        "saved": drafting.clock(saved.at, here.now),
        "revision": saved.revision,
        "left": left,
        "notice": text.strip(),
    }
    return JsonResponse(body)


def token(here: Visit) -> HttpResponse:
    """After a log-in in another window the page needs a new token; whose it is decides if."""
    here.request.session.modified = True
    left = here.request.session.get_expiry_age()
    body = {"token": get_token(here.request), "who": here.actor.user_id, "left": left}
    return JsonResponse(body)


def _standing(here: Visit, row: Task) -> dict[str, Any]:
    """What has become of a task, where its author cannot send her answers any more."""
    mine = row.claimed_by_id in (None, here.actor.user_id)
    return {
        "status": row.status,
        "taken": row.status == Task.Status.OPEN and not mine,
        "role": ", ".join(here.role_name(role) for role in row.groups),
        "by": user_name(row.completed_by if row.completed_by_id else row.claimed_by),
        "at": row.completed_at,
    }


@visit
def drafts(here: Visit) -> HttpResponse:
    """List what the person has written and not sent."""
    with access_context(here.actor):
        rows = list(queries_drafts.drafts(here.actor, now=here.now)[:MOST])
        numbers = shown.case_numbers(here, {row.arende_id for row in rows})
    orders = orders_of(rows, actor=here.actor, now=here.now)
    mine = [row for row in rows if row.process_key != DRAFT or row.pk in orders]
    lines = [{**_line(here, row, numbers), "order": orders.get(row.pk)} for row in mine]
    return here.page("draft/list.html", {"drafts": lines}, here="drafts")


def _line(here: Visit, row: Utkast, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    task = row.task
    case = row.arende_id
    is_open = task is None or task.status == Task.Status.OPEN
    return {
        "id": row.pk,
        "name": task.name if task else _title(here, row),
        "task": task.pk if task else None,
        "key": row.process_key,
        "case": case,
        "number": numbers.get(case) or shown.short(case) if case else "",
        "saved_at": row.saved_at,
        "open": is_open,
        "done": bool(task and task.status == Task.Status.COMPLETED),
    }


def _title(here: Visit, row: Utkast) -> str:
    if row.process_key == DRAFT:
        return gettext("Meddelande om ett uppdrag")
    bundle = _edition(here, row)
    return title_of(row.process_key, bundle) if bundle else row.process_key


def _edition(here: Visit, row: Utkast) -> Bundle | None:
    """The edition whose form the draft is shown by."""
    if row.task is not None:
        return bundles.compiled(row.task.instance.bundle_id)
    try:
        return bundles.compiled(bundles.current_hash(row.process_key, localdate(here.now)))
    except ProcessUnavailableError:
        return None


def _start_form(bundle: Bundle, key: str) -> Form:
    begin = next(one for one in bundle.definition(key).starts if one.kind == "none")
    return bundle.form(begin.form) if begin.form else Form(id="", title="", fields=())


@visit
def draft(here: Visit, draft_id: UUID) -> HttpResponse:
    """Show a draft as text to copy: of a task that somebody else has done, or an old form."""
    with access_context(here.actor):
        row = queries_drafts.drafts(here.actor, now=here.now).filter(pk=draft_id).first()
        numbers = shown.case_numbers(here, {row.arende_id}) if row else {}
    if row is None:
        raise NotFoundError("draft", draft_id)
    if row.process_key == DRAFT:
        return _to_order(here, row)
    content: dict[str, Any] = {"draft": _line(here, row, numbers), **_about(here, row)}
    return here.page("draft/one.html", content, here="drafts")


def _to_order(here: Visit, row: Utkast) -> HttpResponse:
    """A message is gone on with where it is written, while its author may open that."""
    found = orders_of([row], actor=here.actor, now=here.now).get(row.pk)
    if found is None:
        raise NotFoundError("draft", row.pk)
    return redirect(f"{reverse('web:order', args=[found])}#meddelanden")


def _about(here: Visit, row: Utkast) -> dict[str, Any]:
    """The text, and whose it is about; to read it is to read about her, and is logged (LBP 10)."""
    content: dict[str, Any] = {}
    if row.arende_id is not None:
        case = records.case(here.actor, row.arende_id, now=here.now)
        content["person"] = shown.person_shown(case.person)
    bundle = _edition(here, row)
    try:
        form = bundle.form(row.form_id) if bundle else None
    except NotInBundleError:
        form = None
    if form is None or bundle is None:
        empty = Form(id="", title="", fields=())
        return {**content, "lost": drafting.kept_shown(row, empty, "").lost}
    kept = drafting.kept_shown(row, form, bundle.form_hash(form.id))
    return {**content, "written": drafting.as_text(form, row.answers), "lost": kept.lost}


@visit
def discard(here: Visit, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    with access_context(here.actor):
        row = queries_drafts.drafts(here.actor, now=here.now).filter(pk=draft_id).first()
    discard_draft(draft_id, actor=here.actor)
    messages.success(here.request, gettext("Utkastet är borttaget."))
    if row is not None and row.task_id and "_stanna" in here.request.POST:
        return redirect("web:task", row.task_id)
    if row is not None and row.process_key == DRAFT and "_stanna" in here.request.POST:
        return _to_order(here, row)
    return redirect("web:drafts")
