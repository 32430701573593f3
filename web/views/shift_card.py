"""A person's card in Skiftet: what is new, the day's support, and a note in 30 seconds."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from cases import queries_drafts
from cases.access import Action
from cases.context import access_context
from cases.errors import (
    AnswersInvalidError,
    CaseError,
    IdempotencyConflictError,
    NotFoundError,
    NotPermittedError,
)
from cases.models import Utkast
from cases.use_cases.drafts import Draft, Saved, discard_sent, rename_draft, save_start_draft
from records.access import may
from records.answers import local_date
from records.models import Akt, UppdragMal
from records.queries import shift as queries
from records.queries.shift import Card
from records.queries.shift_day import day_of
from records.queries.shift_new import PROTECTION
from records.shift import add_note_once, is_written
from records.terms import livsomraden
from web import drafting, shift, shown
from web.door import Visit, sentence, visit
from web.notes import NoteForm
from web.views.draft import answered, saving, token
from web.views.starting import offers_beside
from web.words import Words

KIND = "handelse_av_betydelse"
PROCESS = "journalanteckning_utforare"
"""The process whose start form a draft of a note is kept for."""
WORD = "skift"
"""How the words of these pages begin: a draft of the long form is never taken for one of these."""
WRITTEN = ("text", "handelsetid", "mal", "livsomrade")
GOAL, AREA = "mal", "omrade"
OTHER_USER = gettext_noop("Inte sparat. Någon annan har loggat in i den här webbläsaren.")
SENT_BEFORE = gettext_noop(
    "En anteckning från den här sidan är redan sparad, med en annan text. Läs journalen först."
)


@visit
def card(here: Visit, arende_id: UUID) -> HttpResponse:
    """Show a person's card."""
    return _page(here, _card(here, arende_id))


def _noting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the script of the form: no log-in is an answer of its own, not the page to log in."""
    inner = visit(view)

    @wraps(view)
    def outer(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and _by_script(request):
            return JsonResponse({"code": "logged_out"}, status=HTTPStatus.UNAUTHORIZED)
        return inner(request, *args, **kwargs)

    return outer


@_noting
def note(here: Visit, arende_id: UUID) -> HttpResponse:
    """Write a signed note about the person; sent twice it is one note."""
    request = here.request
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if request.POST.get("_vem", str(here.actor.user_id)) != str(here.actor.user_id):
        # Somebody else has logged in on this telephone: the text is not hers to sign.
        return _refused(here, arende_id, "other_user", gettext(OTHER_USER))
    akt, goals = _written_in(here, arende_id)
    form, key = _posted(request, goals), request.POST.get("_nyckel", "")
    sent = {**form.answers(), "akt": str(akt)}
    try:
        add_note_once(arende_id, sent, key=key, actor=here.actor, now=here.now)
    except AnswersInvalidError as refusal:
        return _wrong(here, arende_id, form.refused(refusal.errors))
    except (NotFoundError, NotPermittedError):
        raise
    except IdempotencyConflictError as refusal:
        return _refused(here, arende_id, refusal.code, gettext(SENT_BEFORE), _renewed(here, key))
    except CaseError as refusal:
        return _refused(here, arende_id, refusal.code, sentence(refusal))
    _forget(here, arende_id, key, form.text)
    if _by_script(request):
        said = {"saved": drafting.clock(here.now, here.now), "nyckel": _word()}
        return JsonResponse({**said, "handelsetid": _field(here)})
    messages.success(request, gettext("Anteckningen är skriven och signerad."))
    return redirect("web:shift_card", arende_id)


@saving
def draft(here: Visit, arende_id: UUID) -> HttpResponse:
    """Keep what is written and not sent; a GET gives a token to send with after a log-in."""
    request = here.request
    if request.method != "POST":
        return token(here)
    _, goals = _written_in(here, arende_id)
    form, nyckel = _posted(request, goals), request.POST.get("_nyckel", "")
    if not nyckel.startswith(WORD):
        raise NotFoundError("draft", arende_id)
    if is_written(nyckel, actor=here.actor):
        # From another telephone or window with the same draft: kept on, but as another note.
        sent = {"code": "sent", "said": gettext(SENT_BEFORE), "nyckel": _renewed(here, nyckel)}
        return JsonResponse(sent, status=HTTPStatus.CONFLICT)
    kept = Draft(
        answers={name: getattr(form, name) for name in ("typ", *WRITTEN)},
        revision=drafting.revision_of(request.POST.get("_utkast")),
        read_at=drafting.read_at(here),
    )

    def save() -> Saved:
        return save_start_draft(
            PROCESS, nyckel, kept, arende_id=arende_id, actor=here.actor, now=here.now
        )

    return answered(here, save, {}, lambda: _stands(here, arende_id, nyckel))


def _card(here: Visit, arende_id: UUID) -> Card:
    return queries.card(shift.look(here), arende_id, _akt(here))


def _written_in(here: Visit, arende_id: UUID) -> tuple[UUID, Mapping[str, UppdragMal]]:
    return queries.written_in(shift.look(here), arende_id, _akt(here))


def _akt(here: Visit) -> UUID | None:
    return shift.unit_of(here.request.POST.get("akt") or here.request.GET.get("akt", ""))


def _page(
    here: Visit, found: Card, form: NoteForm | None = None, status: int = 200, word: str = ""
) -> HttpResponse:
    line, words = found.line, Words(here.bundle) if here.bundle else None
    own, kept = _own(here, line.akt), None if form else _kept(here, line.akt.arende_id)
    shown_form = form or (_of_draft(kept) if kept else NoteForm(handelsetid=_field(here)))
    content = {
        "person": shown.person_shown(line.akt.person),
        "reach": shown.reachable(line.akt.person),
        "line": {**shift.person_of(line.akt, line.number), "news": shift.counted(line)},
        "others": [shift.person_of(other.akt, other.number) for other in found.others],
        "read": line.read,
        "since": line.since,
        "read_at": here.now.isoformat(),
        "own": own,
        "important": found.important,
        "reports": offers_beside(here) if own else [],
        "day": shift.day_of(day_of(shift.look(here), line.akt), words, local_date(here.now)),
        **_news(found, words),
        **_writing(here, found.goals, shown_form),
        "untouched": form is None and kept is None,
        "sheet": _sheet(here, line.akt.arende_id, kept, word),
    }
    return here.page("shift/card.html", content, here="shift", status=status)


def _own(here: Visit, akt: Akt) -> bool:
    """Whether she has a part in it: what is opened in an emergency is for reading alone (L-34)."""
    content, case = Action.CONTENT, akt.arende_id
    return may(here.actor, content, akt.unit_id, akt.secrecy, here.now, case=case)


def _news(found: Card, words: Words | None) -> dict[str, Any]:
    line = found.line
    return {
        "told": shift.news_of(found.new, words),
        "protected_since": line.akt.person.skyddad_sedan if line.counts[PROTECTION] else None,
        "more": found.more,
        "until": found.until.isoformat(),
    }


def _writing(here: Visit, goals: Mapping[str, UppdragMal], form: NoteForm) -> dict[str, Any]:
    """What the three fields offer: the goals, then the areas that have none."""
    names = (
        {code: term.namn for code, term in livsomraden(here.bundle).items()} if here.bundle else {}
    )
    chosen = _chosen(form)
    wanted = here.request.GET.get("mal", "")
    return {
        "note_form": form,
        "goals": [(f"{GOAL}:{key}", f"{key}. {goal.mal}") for key, goal in goals.items()],
        "areas": [(f"{AREA}:{code}", name) for code, name in names.items()],
        "chosen": f"{GOAL}:{wanted}" if wanted in goals and not form.text else chosen,
    }


def _chosen(form: NoteForm) -> str:
    """What a note is about, as the page has it."""
    area = f"{AREA}:{form.livsomrade}" if form.livsomrade else ""
    return f"{GOAL}:{form.mal}" if form.mal else area


def _posted(request: HttpRequest, goals: Mapping[str, UppdragMal]) -> NoteForm:
    """The three fields; a goal brings its livsområde."""
    text, moment = (str(request.POST.get(name, "")).strip() for name in ("text", "handelsetid"))
    slag, _, value = str(request.POST.get("galler", "")).partition(":")
    goal = goals.get(value) if slag == GOAL else None
    area = value if slag == AREA else goal.livsomrade if goal else ""
    mal = value if slag == GOAL else ""
    return NoteForm(typ=KIND, text=text, handelsetid=moment, mal=mal, livsomrade=area)


def _kept(here: Visit, arende_id: UUID) -> Utkast | None:
    """What she wrote here before and never sent, the newest."""
    return next((one for one in _mine(here, arende_id) if one.nyckel.startswith(WORD)), None)


def _mine(here: Visit, arende_id: UUID) -> Sequence[Utkast]:
    with access_context(here.actor):
        return queries_drafts.start_drafts(
            PROCESS, arende_id=arende_id, actor=here.actor, now=here.now
        )


def _stands(here: Visit, arende_id: UUID, nyckel: str) -> dict[str, Any]:
    """What is kept under a word, as the fields have it: a page knows what it has sent itself."""
    form = next((_of_draft(one) for one in _mine(here, arende_id) if one.nyckel == nyckel), None)
    form = form or NoteForm()
    kept = {"text": form.text, "handelsetid": form.handelsetid, "galler": _chosen(form)}
    return {"kept": kept}


def _of_draft(kept: Utkast) -> NoteForm:
    text, moment, mal, area = (str(kept.answers.get(name) or "") for name in WRITTEN)
    return NoteForm(typ=KIND, text=text, handelsetid=moment, mal=mal, livsomrade=area)


def _sheet(here: Visit, arende_id: UUID, kept: Utkast | None, word: str) -> dict[str, Any]:
    """What the form carries so that it is kept and sent once; ``word``: of another note, next."""
    posted = here.request.POST
    return {
        "address": reverse("web:shift_draft", args=[arende_id]),
        "nyckel": kept.nyckel if kept else word or posted.get("_nyckel") or _word(),
        "revision": kept.revision if kept else drafting.revision_of(posted.get("_utkast")),
        "kept": kept.saved_at if kept else None,
        "who": here.actor.user_id or 0,
    }


def _wrong(here: Visit, arende_id: UUID, form: NoteForm) -> HttpResponse:
    if _by_script(here.request):
        return JsonResponse({"errors": dict(form.errors)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    found = _card(here, arende_id)
    return _page(here, found, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused(here: Visit, arende_id: UUID, code: str, said: str, word: str = "") -> HttpResponse:
    if _by_script(here.request):
        told = {"code": code, "said": said} | ({"nyckel": word} if word else {})
        return JsonResponse(told, status=HTTPStatus.CONFLICT)
    messages.error(here.request, said)
    found = _card(here, arende_id)
    form = _posted(here.request, found.goals)
    return _page(here, found, form, status=HTTPStatus.CONFLICT, word=word)


def _forget(here: Visit, arende_id: UUID, key: str, sent: str) -> None:
    """Throw away the draft of a note that is sent; what another window has kept since goes on."""
    kept = next((one for one in _mine(here, arende_id) if one.nyckel == key), None)
    known = drafting.revision_of(here.request.POST.get("_utkast"))
    if kept and kept.revision > known and str(kept.answers.get("text") or "") not in sent:
        _renewed(here, key)
    else:
        discard_sent(actor=here.actor, process_key=PROCESS, nyckel=key)


def _renewed(here: Visit, key: str) -> str:
    """A new word for what was written with one that a note is written with: it is another note."""
    word = _word()
    rename_draft(PROCESS, key, word, actor=here.actor)
    return word


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _word() -> str:
    return f"{WORD}{uuid4().hex}"


def _field(here: Visit) -> str:
    """Now, as the field for a moment has it."""
    return localtime(here.now).strftime("%Y-%m-%dT%H:%M")
