"""Count a visit in at most three taps: the insats, the sex, the age (R-238)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop

from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from engine.forms import Field
from records import visits
from records.queries.oppna_insatser import Position, positions
from web.door import Visit, sentence, visit
from web.refusals import in_words
from web.words import Words

AFTER = (
    ("aktualisera", gettext_noop("Den enskilde vill ha prövad hjälp")),
    ("orosanmalan_barn", gettext_noop("Orosanmälan om barn")),
    ("anonym_kontakt", gettext_noop("Anonym kontakt som ska vidare")),
)


@visit
def activities(here: Visit) -> HttpResponse:
    """List the insatser; those without names lead to their counter."""
    return here.page(
        "open_activities.html", {"insatser": positions(here.actor, here.now)}, here="open"
    )


@visit
def counter(here: Visit, insats_id: UUID) -> HttpResponse:
    """Show the buttons; a post counts one visit and shows them again."""
    position = _position(here, insats_id)
    if here.request.method != "POST":
        return _page(here, position, {})
    written = {name: value for name, value in here.request.POST.items() if name in _fields(here)}
    try:
        number = visits.register_visit(
            insats_id,
            {name: value for name, value in written.items() if value},
            actor=here.actor,
            now=here.now,
            key=here.request.POST.get("_nyckel") or None,
        )
    except AnswersInvalidError as refusal:
        return _page(here, position, written, errors=refusal.errors, status=422)
    except (NotFoundError, NotPermittedError):
        raise
    except CaseError as refusal:
        messages.error(here.request, sentence(refusal))
        return _page(here, position, written, status=409)
    said = gettext("Räknat: %(who)s.")
    messages.success(here.request, said % {"who": _who(here, written)})
    return redirect(f"{here.request.path}?raknat={number}")


@visit
def undo(here: Visit, insats_id: UUID, visit_id: UUID) -> HttpResponse:
    """Take back the count that was just made."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    visits.take_back(visit_id, actor=here.actor, now=here.now)
    messages.success(here.request, gettext("Ångrat."))
    return redirect("web:counter", insats_id)


def _position(here: Visit, insats_id: UUID) -> Position:
    found = next((row for row in positions(here.actor, here.now) if row.insats == insats_id), None)
    if found is None or not found.anonym:
        raise NotFoundError("insats", insats_id)
    return found


def _page(
    here: Visit,
    position: Position,
    written: Mapping[str, Any],
    *,
    errors: Mapping[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    told = {name: in_words(message) for name, (_code, message) in (errors or {}).items()}
    offered = dict(here.offers())
    content = {
        "position": position,
        "fields": {
            name: {"field": found, "error": told.get(name, ""), "value": written.get(name, "")}
            for name, found in _fields(here).items()
        },
        "errors": told,
        "idempotency_key": uuid4().hex,
        "counted": here.request.GET.get("raknat", "") if here.request.method == "GET" else "",
        "after": [(key, gettext(text)) for key, text in AFTER if key in offered],
    }
    return here.page("counter.html", content, here="open", status=status)


def _who(here: Visit, written: Mapping[str, Any]) -> str:
    """What was counted, in the words of the buttons: who taps fast sees a wrong tap."""
    words = Words(here.bundle) if here.bundle is not None else None
    parts = [
        words.option(visits.FORM, name, str(written[name]))
        for name in ("kon", "aldersgrupp")
        if words is not None and written.get(name)
    ]
    number = str(written.get("antal", ""))
    return ", ".join([*parts, *([number] if number not in ("", "1") else [])])


def _fields(here: Visit) -> dict[str, Field]:
    """The fields of the counting form by key, so that the buttons are those of the edition."""
    if here.bundle is None:
        return {}
    return {found.key: found for found in here.bundle.form(visits.FORM).walk() if found.key}
