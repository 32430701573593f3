"""Flytta ärenden: everything that somebody has in some ärenden, to somebody else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop

from cases import queries, queries_day, reason_text
from cases.context import access_context
from cases.errors import CaseError, NotFoundError, NotPermittedError
from cases.models import Secrecy, Task
from cases.queries_staff import colleagues
from cases.reason_text import ReasonTextError
from cases.use_cases.assigning import reassign
from cases.use_cases.substituting import led
from cases.user_names import user_name
from records.errors import ConfigurationMissingError
from records.terms import Term, terms
from web import shown
from web.door import Visit, sentence, visit
from web.posted import number
from web.views.starting import offers_in_case

MOST = 50
"""Ärenden in one go."""
TO_ROLE = "rollen"
CHANGE_OF_PROVIDER = "byt_utforare"
"""The process by which an ärende goes to another provider; this page does not do that."""
PROTECTED = gettext_noop(
    "Skyddade uppgifter: utse handläggare i ärendet, under ”Registrera i ärendet”."
    " Inget är flyttat."
)
GONE = gettext_noop("Uppgiften finns inte längre, eller så har din roll inte del i den.")
NOT_YOURS = gettext_noop("Det får din roll inte göra med den uppgiften.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An ärende with what somebody has in it."""

    id: UUID
    number: str
    protected: bool
    tasks: Sequence[Task]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A code of ``terms/flyttorsaker.toml``, and what the head adds in her own words."""

    reason: str
    text: str


@visit
def move(here: Visit) -> HttpResponse:
    """Show what somebody has, ärende by ärende; a post moves the marked ones."""
    leads = led(here.actor, here.now)
    if not leads:
        raise NotPermittedError("move", here.actor.user_id)
    given = here.request.POST if here.request.method == "POST" else here.request.GET
    holder = number(given.get("hos", ""))
    if here.request.method != "POST" or holder is None:
        return _shown(here, holder)
    found = {str(case.id): case for case in _cases(here, holder)}
    marked = [found[ref] for ref in given.getlist("arende")[:MOST] if ref in found]
    to, reason = _receiver(here, marked), given.get("orsak", "")
    wrong = _wrong(here, marked, to, reason)
    if wrong:
        return _shown(here, holder, errors=wrong, status=422)
    why = Why(reason=reason, text=given.get("text", ""))
    results = [_moved(here, case, to, why) for case in marked]
    return _shown(here, holder, results=results)


def _cases(here: Visit, holder: int) -> list[Case]:
    """Two queries and the numbers, however many."""
    by_case: dict[UUID, list[Task]] = defaultdict(list)
    with access_context(here.actor):
        rows = queries.tasks(here.actor, now=here.now).filter(
            claimed_by=holder, unit__in=led(here.actor, here.now), arende_id__isnull=False
        )
        for row in rows.defer("instance__state"):
            if row.arende_id is not None:
                by_case[row.arende_id].append(row)
        numbers = shown.case_numbers(here, by_case)
    return [
        Case(
            id=ref,
            number=numbers.get(ref) or shown.short(ref),
            protected=any(task.secrecy != Secrecy.NORMAL for task in tasks),
            tasks=tasks,
        )
        for ref, tasks in by_case.items()
    ]


def _receiver(here: Visit, marked: Sequence[Case]) -> int | str | None:
    """Who gets them: a user, the role's queue, or nobody that can."""
    asked = here.request.POST.get("till", "")
    if asked == TO_ROLE:
        return TO_ROLE
    tasks = [task for case in marked for task in case.tasks]
    people = queries_day.receivers(tasks, localdate(here.now))
    known = {user.pk for user in people}
    found = number(asked)
    return found if found in known else None


def _wrong(
    here: Visit, marked: Sequence[Case], to: int | str | None, reason: str
) -> list[tuple[str, str]]:
    wrong = []
    if not marked:
        wrong.append(("arenden", gettext("Markera minst ett ärende.")))
    elif to is None:
        wrong.append(("till", gettext("Välj någon som har en roll som kan ta uppgifterna.")))
    if reason not in _reasons(here):
        wrong.append(("orsak", gettext("Välj en orsak.")))
    try:
        reason_text.checked(here.request.POST.get("text", ""))
    except ReasonTextError as refusal:
        wrong.append(("text", sentence(refusal)))
    return wrong


def _moved(here: Visit, case: Case, to: int | str | None, wish: Why) -> dict[str, Any]:
    """Each task in a transaction of its own; what could not be moved is said."""
    refused = []
    if case.protected:
        return {"case": case, "moved": 0, "refused": [gettext(PROTECTED)]}
    for task in case.tasks:
        why = _refusal(here, task, to if isinstance(to, int) else None, wish)
        if why:
            refused.append(f"”{task.name}”: {why}")
    return {"case": case, "moved": len(case.tasks) - len(refused), "refused": refused}


def _refusal(here: Visit, task: Task, to: int | None, wish: Why) -> str:
    who: dict[str, Any] = {"actor": here.actor, "now": here.now, "version": task.version}
    try:
        reassign(task.pk, to_user=to, reason=wish.reason, text=wish.text, **who)
    except NotFoundError:
        return gettext(GONE)
    except NotPermittedError:
        return gettext(NOT_YOURS)
    except CaseError as error:
        return sentence(error)
    return ""


def _shown(
    here: Visit,
    holder: int | None,
    *,
    errors: Sequence[tuple[str, str]] = (),
    results: Sequence[Mapping[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    leads = led(here.actor, here.now)
    people = [one for one in colleagues(here.actor, localdate(here.now)) if one.works_in(leads)]
    cases = _cases(here, holder) if holder is not None else []
    tasks = [task for case in cases for task in case.tasks]
    content = {
        "people": [{"id": one.id, "name": one.name} for one in people],
        "holder": next((one for one in people if one.id == holder), None),
        "cases": cases[:MOST],
        "more": len(cases) - MOST,
        "receivers": [
            {"id": user.pk, "name": user_name(user)}
            for user in queries_day.receivers(tasks, localdate(here.now))
            if user.pk != holder
        ],
        "reasons": _reasons(here).values(),
        "longest": reason_text.LONGEST,
        "changes_provider": any(
            offer["key"] == CHANGE_OF_PROVIDER for offer in offers_in_case(here)
        ),
        "marked": here.request.POST.getlist("arende") if errors else [],
        "given": here.request.POST if errors else {},
        "errors": [(field, "", said) for field, said in errors],
        "wrong": dict(errors),
        "results": results,
        "moved": sum(bool(row["moved"]) and not row["refused"] for row in results),
    }
    return here.page("move/page.html", content, here="move", status=status)


def _reasons(here: Visit) -> Mapping[str, Term]:
    """The reasons of the edition; none where it has no list."""
    if here.bundle is None:
        return {}
    try:
        return terms(here.bundle, "flyttorsaker", "flyttorsak")
    except ConfigurationMissingError:
        return {}
