"""Start a process: the list and the start form."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from cases import bundles, queries_drafts
from cases.context import access_context
from cases.errors import AnswersInvalidError, CaseError, NotFoundError, NotPermittedError
from cases.models import Utkast
from cases.use_cases.drafts import discard_sent, save_start_draft
from cases.use_cases.starting import start as start_process
from cases.use_cases.starting import start_context
from engine.bundle import Bundle
from engine.forms import Form, default_answers
from records import queries as records
from records.queries import CaseView
from web import day, drafting, shown
from web.busy import keep_collided
from web.door import Visit, sentence, visit
from web.error_rows import error_list
from web.posted import filled_up, posted_answers, rows_changed
from web.reported import receipt
from web.widgets import build_widgets, only_reasons, some_follow

ABOUT = "arende"
"""The word of the address that says from which ärende something beside it is reported."""
NUMBER, CASES, CONCERNED = "arendenummer", "berorda", "lex_sarah_berorda"
"""Fields of the forms about an event: the ärende by its number, or chosen among the unit's."""


@visit
def processes(here: Visit) -> HttpResponse:
    """List what the person's roles may start."""
    rows = [_row(key, bundles.compiled(bundle_hash)) for key, bundle_hash in here.offers()]
    return here.page("processes.html", {"processes": rows}, here="start")


@visit
def start(here: Visit, key: str, arende_id: UUID | None = None) -> HttpResponse:
    """Show the start form; a post starts the process, in an ärende or with a new one."""
    offered = dict(here.offers(in_case=arende_id is not None))
    if key not in offered:
        raise NotFoundError("process", key)
    case = None if arende_id is None else records.case(here.actor, arende_id, now=here.now)
    beginning = Beginning(here, key, bundles.compiled(offered[key]), case, _seen(here, arende_id))
    form = beginning.form
    if here.request.method != "POST":
        return beginning.first_page()
    answers = posted_answers(form, here.request.POST)
    row = rows_changed(form, here.request.POST, answers)
    if row is not None or "_visa" in here.request.POST:
        after = beginning.keep(answers)
        first = default_answers(form, context=beginning.context(), now=here.now)
        full = filled_up(form, here.request.POST, answers, first)
        return beginning.page(full, after=after, focus=row or "")
    if "_spara" in here.request.POST:
        return _put_aside(beginning, answers)
    return _start(beginning, answers)


def _put_aside(beginning: "Beginning", answers: Mapping[str, Any]) -> HttpResponse:
    """The person goes on another time."""
    after = beginning.keep(answers)
    if after[0] is None:
        return beginning.page(answers, after=after, status=409)
    here, case = beginning.here, beginning.case
    said = gettext("Sparat %(when)s. Du kan fortsätta från Mina utkast.")
    messages.success(here.request, said % {"when": drafting.clock(here.now, here.now)})
    return redirect("web:case", case.line.id) if case else redirect("web:processes")


def _seen(here: Visit, arende_id: UUID | None) -> CaseView | None:
    """The ärende that the address names, for what is not begun in one."""
    named = day.unit_of(here.request.GET.get(ABOUT, "")) if arende_id is None else None
    return None if named is None else records.case(here.actor, named, now=here.now)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A process about to be started; ``case`` is None where it opens one or belongs to none.

    ``seen`` is the ärende whose page led to something that is reported beside it.
    """

    here: Visit
    key: str
    bundle: Bundle
    case: CaseView | None
    seen: CaseView | None = None

    @property
    def form(self) -> Form:
        """The start form; an empty one where the process asks nothing."""
        begin = next(x for x in self.bundle.definition(self.key).starts if x.kind == "none")
        return self.bundle.form(begin.form) if begin.form else Form(id="", title="", fields=())

    def context(self) -> Mapping[str, Any]:
        """Choices that the server knows; none where the actor has to say which unit."""
        case = self.case
        try:
            return start_context(
                self.key,
                arende_id=None if case is None else case.line.id,
                actor=self.here.actor,
                now=self.here.now,
            )
        except CaseError:
            return {}

    @property
    def address(self) -> str:
        """Where the form is sent: it is still known from where the page was opened."""
        path = self.here.request.path
        return f"{path}?{ABOUT}={self.seen.line.id}" if self.seen else path

    @property
    def case_id(self) -> UUID | None:
        """The ärende it begins in."""
        return None if self.case is None else self.case.line.id

    def first_page(self) -> HttpResponse:
        """Show the form empty, or with the draft that the person goes on with.

        It is never filled in by itself: the next one to register may be another person (W2).
        """
        here, mine = self.here, self.drafts()
        wanted = here.request.GET.get("utkast", "")
        draft = next((one for one in mine if str(one.pk) == wanted), None)
        answers = default_answers(self.form, context=self.context(), now=here.now)
        if draft is not None:
            return self.page({**answers, **draft.answers}, draft=draft)
        return self.page({**answers, **self.about()}, others=mine)

    def drafts(self) -> list[Utkast]:
        """What the person has written on this form and not sent."""
        here = self.here
        with access_context(here.actor):
            return queries_drafts.start_drafts(
                self.key, arende_id=self.case_id, actor=here.actor, now=here.now
            )

    def kept_at(self, answers: Mapping[str, Any]) -> str:
        """Keep what was sent; the address where it is found again, "" where it was not kept."""
        if self.keep(answers)[0] is None:
            return ""
        nyckel = self.here.request.POST.get("_nyckel", "")
        draft = next(one for one in self.drafts() if one.nyckel == nyckel)
        return f"{self.address}{'&' if self.seen else '?'}utkast={draft.pk}"

    def about(self) -> dict[str, Any]:
        """What the page that led here has said already: which ärende it is about."""
        if self.seen is None:
            return {}
        ref = str(self.seen.line.id)
        offered = self.context().get(CONCERNED)
        listed = isinstance(offered, list) and any(one["value"] == ref for one in offered)
        return {NUMBER: self.seen.line.nummer, CASES: [ref] if listed else []}

    def keep(self, answers: Mapping[str, Any]) -> tuple[int | None, datetime | None]:
        """Keep what was sent and not done."""
        here = self.here
        if "HX-Request" in here.request.headers:
            return None, None
        nyckel = here.request.POST.get("_nyckel", "")
        draft = drafting.posted_draft(here, answers)
        return drafting.keep(
            partial(
                save_start_draft,
                self.key,
                nyckel,
                draft,
                arende_id=self.case_id,
                actor=here.actor,
                now=here.now,
            )
        )

    def kept(
        self, draft: Utkast | None, after: tuple[int | None, datetime | None]
    ) -> dict[str, Any]:
        """What the form carries so that what is written in it is kept."""
        here, case = self.here, self.case_id
        kept = drafting.kept_shown(draft, self.form, draft.form_hash) if draft else None
        names = [self.key] if case is None else [case, self.key]
        address = reverse("web:start_draft" if case is None else "web:case_start_draft", args=names)
        posted = here.request.method == "POST"
        since = drafting.read_at(here) if posted else draft.read_at if draft else None
        return {
            "sheet": drafting.sheet(here, address, draft=draft, kept=kept, after=after),
            "changes": drafting.changes(here, case, since) if since else [],
        }

    def page(
        self,
        answers: Mapping[str, Any],
        *,
        draft: Utkast | None = None,
        others: Sequence[Utkast] = (),
        after: tuple[int | None, datetime | None] = (None, None),
        errors: Mapping[str, tuple[str, str]] | None = None,
        focus: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show the form with what was written and what is wrong with it."""
        here, form, case = self.here, self.form, self.case
        instruction = self.bundle.instruction(_start_element(self.bundle, self.key))
        content: dict[str, Any] = {
            "process": _row(self.key, self.bundle),
            "widgets": build_widgets(
                form,
                answers,
                errors=errors,
                context=self.context(),
                now=here.now,
                citations=self.bundle.lagrum,
                focus=focus,
            ),
            "only_reasons": only_reasons(errors or {}),
            "errors": error_list(form, errors or {}),
            "depends": some_follow(form),
            "action": self.address,
            "idempotency_key": here.request.POST.get("_nyckel")
            or (draft.nyckel if draft else uuid.uuid4().hex),
            "others": others,
            **self.kept(draft, after),
            "instruction": shown.instruction_shown(
                instruction or self.bundle.instruction(form.id), self.bundle
            ),
        }
        if case is not None:
            content["person"] = shown.person_shown(case.person)
            content["case"] = {"id": case.line.id, "short": case.line.nummer}
        if self.seen is not None:
            content["back"] = {"id": self.seen.line.id, "short": self.seen.line.nummer}
        place = "start" if case is None else "cases"
        return here.page("start.html", content, here=place, status=status)


def _start(beginning: Beginning, answers: dict[str, Any]) -> HttpResponse:
    here, case = beginning.here, beginning.case
    try:
        started = start_process(
            beginning.key,
            arende_id=None if case is None else case.line.id,
            answers=answers,
            actor=here.actor,
            now=here.now,
            idempotency_key=here.request.POST.get("_nyckel") or None,
        )
    except AnswersInvalidError as refusal:
        after = beginning.keep(answers)
        return beginning.page(answers, errors=refusal.errors, after=after, status=422)
    except (NotFoundError, NotPermittedError):
        beginning.keep(answers)
        raise
    except OperationalError as error:
        keep_collided(error, lambda: beginning.kept_at(answers))
        raise
    except CaseError as refusal:
        after = beginning.keep(answers)
        messages.error(here.request, sentence(refusal))
        return beginning.page(answers, after=after, status=409)
    nyckel = here.request.POST.get("_nyckel", "")
    discard_sent(actor=here.actor, process_key=beginning.key, nyckel=nyckel)
    said = receipt(here, beginning.key, beginning.bundle, started)
    messages.success(here.request, said)
    back = started.arende_id or (beginning.seen.line.id if beginning.seen else None)
    return redirect("web:case", back) if back else redirect("/")


def _start_element(bundle: Bundle, key: str) -> str:
    return next(x.element for x in bundle.definition(key).starts if x.kind == "none")


def title_of(key: str, bundle: Bundle) -> str:
    """What starting a process is called: the title of its start form."""
    begin = next(x for x in bundle.definition(key).starts if x.kind == "none")
    return bundle.form(begin.form).title if begin.form else bundle.definition(key).name


def offers_in_case(here: Visit) -> list[dict[str, str]]:
    """What the person may start in an ärende that is there: key and title, by title."""
    found = [
        {"key": key, "title": title_of(key, bundles.compiled(bundle_hash))}
        for key, bundle_hash in here.offers(in_case=True)
    ]
    return sorted(found, key=lambda offer: offer["title"].casefold())


def offers_beside(here: Visit) -> list[dict[str, str]]:
    """What anyone reports beside an ärende, and may begin from its page: key and title."""
    found = []
    for key, bundle_hash in here.offers():
        bundle = bundles.compiled(bundle_hash)
        entry = bundle.manifest.entry(key)
        if entry is not None and entry.for_everyone and not entry.needs_case:
            found.append({"key": key, "title": title_of(key, bundle)})
    return found


def _row(key: str, bundle: Bundle) -> dict[str, Any]:
    entry = bundle.manifest.entry(key)
    definition = bundle.definition(key)
    element = definition.elements.get(_start_element(bundle, key))
    return {
        "key": key,
        "title": title_of(key, bundle),
        "description": (element.documentation or "") if element else "",
        "verified": entry.verified if entry else False,
    }
