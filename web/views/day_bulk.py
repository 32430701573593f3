"""Several tasks at once: take, hand over, put to sleep, wake. Each by its own use case."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop, ngettext

from cases import queries, queries_day
from cases.context import access_context
from cases.errors import CaseError, NotFoundError, NotPermittedError
from cases.models import Task
from cases.use_cases.assigning import claim, delegate, reassign
from cases.use_cases.sleeping import put_to_sleep, wake
from web import day, shown
from web.door import Visit, sentence, visit
from web.posted import day_of, number

MOST = 50
"""Tasks in one go: more than a page of the list."""
GONE = gettext_noop("Uppgiften finns inte längre, eller så har din roll inte del i den.")
REFUSED = gettext_noop("Det får din roll inte göra med den uppgiften.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A task that somebody marked, with the version that she saw."""

    task: Task
    version: int
    number: str

    @property
    def value(self) -> str:
        """As the page sends it."""
        return f"{self.task.pk}:{self.version}"


@visit
def bulk(here: Visit) -> HttpResponse:
    """Do something with the marked tasks; what needs an answer first shows a page."""
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    chosen = _chosen(here)
    if not chosen:
        messages.warning(here.request, gettext("Markera minst en uppgift i listan först."))
        return redirect(day.list_address(here.request))
    kind = here.request.POST.get("gor", "")
    return _WAYS.get(kind, _take)(here, chosen)


@visit
def watch(here: Visit, task_id: UUID) -> HttpResponse:
    """Put one task to sleep, from its own page."""
    with access_context(here.actor):
        task = queries.tasks(here.actor, now=here.now).filter(pk=task_id).first()
        if task is None:
            raise NotFoundError("task", task_id)
        numbers = shown.case_numbers(here, [task.arende_id])
    number = numbers.get(task.arende_id or shown.NOBODY, "")
    return _sleep_form(here, [Chosen(task=task, version=task.version, number=number)])


def _chosen(here: Visit) -> list[Chosen]:
    versions: dict[UUID, int] = {}
    for text in here.request.POST.getlist("uppgift")[:MOST]:
        ref, _, version = text.partition(":")
        seen = number(version)
        if seen is not None:
            with suppress(ValueError):
                versions[UUID(ref)] = seen
    with access_context(here.actor):
        rows = list(queries.tasks(here.actor, now=here.now, status="").filter(pk__in=versions))
        numbers = shown.case_numbers(here, [row.arende_id for row in rows])
    return [
        Chosen(
            task=row,
            version=versions[row.pk],
            number=numbers.get(row.arende_id or shown.NOBODY, ""),
        )
        for row in rows
    ]


def _take(here: Visit, chosen: Sequence[Chosen]) -> HttpResponse:
    def one(item: Chosen) -> None:
        claim(item.task.pk, actor=here.actor, now=here.now, version=item.version)

    return _each(here, chosen, one, _taken)


def _wake(here: Visit, chosen: Sequence[Chosen]) -> HttpResponse:
    def one(item: Chosen) -> None:
        wake(item.task.pk, actor=here.actor, now=here.now)

    return _each(here, chosen, one, _woken)


def _hand_over(here: Visit, chosen: Sequence[Chosen]) -> HttpResponse:
    """Whose role may reassign gives the task away; others delegate, and get it back."""
    people = queries_day.receivers([item.task for item in chosen], localdate(here.now))
    to = next((user for user in people if str(user.pk) == here.request.POST.get("till")), None)
    if to is None:
        missing = "till" in here.request.POST
        content = {"chosen": chosen, "people": people, "missing": missing}
        return here.page("day/hand_over.html", content, here="inbox", status=_status(missing))

    def one(item: Chosen) -> None:
        who: dict[str, Any] = {"actor": here.actor, "now": here.now, "version": item.version}
        try:
            reassign(item.task.pk, to_user=to.pk, **who)
        except NotPermittedError:
            delegate(item.task.pk, to_user=to.pk, **who)

    return _each(here, chosen, one, _handed_over)


def _sleep(here: Visit, chosen: Sequence[Chosen]) -> HttpResponse:
    until = day_of(here.request.POST.get("datum", ""))
    reason = here.request.POST.get("skal", "").strip()
    if until is None or not reason:
        return _sleep_form(here, chosen)

    def one(item: Chosen) -> None:
        put_to_sleep(
            item.task.pk,
            until=until,
            reason=reason,
            actor=here.actor,
            now=here.now,
            version=item.version,
        )

    return _each(here, chosen, one, _asleep)


def _sleep_form(here: Visit, chosen: Sequence[Chosen]) -> HttpResponse:
    missing = "skal" in here.request.POST
    dues = [item.task.due for item in chosen if item.task.due is not None]
    content = {
        "chosen": chosen,
        "missing": missing,
        "reason": here.request.POST.get("skal", ""),
        "until": here.request.POST.get("datum", ""),
        "last": min(dues) if dues else None,
        "late": bool(dues) and localdate(min(dues)) <= localdate(here.now),
    }
    return here.page("day/sleep.html", content, here="inbox", status=_status(missing))


def _taken(count: int) -> str:
    return ngettext("%(count)d uppgift är tagen.", "%(count)d uppgifter är tagna.", count)


def _woken(count: int) -> str:
    return ngettext("%(count)d uppgift är väckt.", "%(count)d uppgifter är väckta.", count)


def _handed_over(count: int) -> str:
    return ngettext(
        "%(count)d uppgift är överlämnad.", "%(count)d uppgifter är överlämnade.", count
    )


def _asleep(count: int) -> str:
    return ngettext("%(count)d uppgift bevakas nu.", "%(count)d uppgifter bevakas nu.", count)


def _each(
    here: Visit, chosen: Sequence[Chosen], do: Callable[[Chosen], None], told: Callable[[int], str]
) -> HttpResponse:
    """Do it task by task; what could not be done is said of each."""
    done = 0
    for item in chosen:
        why = _refusal(item, do)
        if not why:
            done += 1
            continue
        case = gettext(" (ärende %(number)s)") % {"number": item.number} if item.number else ""
        messages.error(here.request, f"”{item.task.name}”{case}: {why}")
    if done:
        messages.success(here.request, told(done) % {"count": done})
    return redirect(day.list_address(here.request))


def _refusal(item: Chosen, do: Callable[[Chosen], None]) -> str:
    try:
        do(item)
    except NotFoundError:
        return gettext(GONE)
    except NotPermittedError:
        return gettext(REFUSED)
    except CaseError as error:
        return sentence(error)
    return ""


def _status(missing: bool) -> int:  # noqa: FBT001
    return 422 if missing else 200


_WAYS = {"ta": _take, "lamna": _hand_over, "bevaka": _sleep, "vack": _wake}
