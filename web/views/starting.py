"""Start a process: the list and the start form."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from cases import bundles
from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from cases.use_cases.starting import start as start_process
from engine.bundle import Bundle
from engine.forms import Form, default_answers
from web import shown
from web.door import Visit, sentence, visit
from web.posted import posted_answers, rows_changed
from web.widgets import build_widgets, error_list


@visit
def processes(here: Visit) -> HttpResponse:
    """List what the person's roles may start."""
    rows = [_row(key, bundles.compiled(bundle_hash)) for key, bundle_hash in here.startable()]
    return here.page("processes.html", {"processes": rows}, here="start")


@visit
def start(here: Visit, key: str) -> HttpResponse:
    """Show the start form; a post starts the process."""
    chosen = next((found for name, found in here.startable() if name == key), None)
    if chosen is None:
        raise NotFoundError("process", key)
    bundle = bundles.compiled(chosen)
    begin = next(found for found in bundle.definition(key).starts if found.kind == "none")
    form = bundle.form(begin.form) if begin.form else None
    if form is None:
        form = Form(id="", title="", fields=())
    if here.request.method != "POST":
        return _shown(here, key, bundle, form, default_answers(form, context={}, now=here.now))
    answers = posted_answers(form, here.request.POST)
    if rows_changed(form, here.request.POST, answers) or "_visa" in here.request.POST:
        return _shown(here, key, bundle, form, answers)
    return _start(here, key, bundle, form, answers)


def _start(
    here: Visit, key: str, bundle: Bundle, form: Form, answers: dict[str, Any]
) -> HttpResponse:
    try:
        started = start_process(
            key,
            arende_id=None,
            answers=answers,
            actor=here.actor,
            now=here.now,
            idempotency_key=here.request.POST.get("_nyckel") or None,
        )
    except AnswersInvalidError as refusal:
        return _shown(here, key, bundle, form, answers, errors=refusal.errors, status=422)
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
        return _shown(here, key, bundle, form, answers, status=409)
    messages.success(here.request, "Registrerat.")
    return redirect("web:case", started.arende_id) if started.arende_id else redirect("/")


def _shown(
    here: Visit,
    key: str,
    bundle: Bundle,
    form: Form,
    answers: Mapping[str, Any],
    *,
    errors: Mapping[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    content = {
        "process": _row(key, bundle),
        "widgets": build_widgets(
            form, answers, errors=errors, now=here.now, citations=bundle.lagrum
        ),
        "errors": error_list(form, errors or {}),
        "action": here.request.path,
        "idempotency_key": here.request.POST.get("_nyckel") or uuid.uuid4().hex,
        "instruction": shown.instruction_shown(bundle.instruction(form.id), bundle),
    }
    return here.page("start.html", content, here="start", status=status)


def _row(key: str, bundle: Bundle) -> dict[str, Any]:
    entry = bundle.manifest.entry(key)
    definition = bundle.definition(key)
    begin = next(found for found in definition.starts if found.kind == "none")
    title = bundle.form(begin.form).title if begin.form else definition.name
    element = definition.elements.get(begin.element)
    return {
        "key": key,
        "title": title,
        "description": (element.documentation or "") if element else "",
        "verified": entry.verified if entry else False,
    }
