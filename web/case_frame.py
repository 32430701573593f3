"""What the pages of one case have in common: who it is about, the local menu, who may read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from cases.access import Action
from cases.errors import NotPermittedError
from engine.bundle import Bundle
from records import queries as records
from records.access import may
from records.queries import CaseView, WholeCase
from web import shown
from web.door import Visit, visit

TABS = (
    ("case", gettext_noop("Översikt"), False),
    ("journal", gettext_noop("Journal"), True),
    ("case_plan", gettext_noop("Plan"), True),
    ("case_papers", gettext_noop("Handlingar"), True),
    ("case_people", gettext_noop("Kontakter och samtycken"), True),
    ("case_history", gettext_noop("Historik"), False),
)
"""Address, text, and whether only who reads the content of the case has it."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One visit to a page of a case. ``reads``: its content, not only how far it has come."""

    here: Visit
    seen: CaseView
    reads: bool

    @property
    def id(self) -> UUID:
        """The ärende."""
        return self.seen.line.id

    @property
    def bundle(self) -> Bundle | None:
        """The edition of the day."""
        return self.here.bundle

    def show(
        self, template: str, content: Mapping[str, Any], *, tab: str, status: int = 200
    ) -> HttpResponse:
        """Render a page in the frame of the case.

        Args:
            template: Name below ``web/case/``.
            content: What the page shows.
            tab: Which line of the local menu is current.
            status: HTTP status.
        """
        frame = {
            "case": self.seen.line,
            "person": shown.person_shown(self.seen.person),
            "reach": shown.reachable(self.seen.person),
            "tabs": self._tabs(tab),
        }
        return self.here.page(f"case/{template}", {**frame, **content}, here="cases", status=status)

    def _tabs(self, current: str) -> list[dict[str, Any]]:
        return [
            {
                "text": gettext(text),
                "url": reverse(f"web:{name}", args=[self.id]),
                "here": name == current,
            }
            for name, text, content in TABS
            if self.reads or not content
        ]


@dataclass(frozen=True, slots=True)
class WholeCasePage(CasePage):
    """A page that shows parts of the case that not every page stands on."""

    seen: WholeCase


def case_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn a function of a ``CasePage`` into a view of ``arende_id``; the read is logged.

    Whoever may not read the case meets the closed page, with the way in of an emergency (L-34).
    """
    return _paged(view, _opened)


def whole_case_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Do what ``case_page`` does for a function of a ``WholeCasePage``."""
    return _paged(view, _opened_whole)


def _paged(
    view: Callable[..., HttpResponse], opened: Callable[[Visit, UUID], CasePage]
) -> Callable[..., HttpResponse]:
    def inner(here: Visit, /, arende_id: UUID, **more: Any) -> HttpResponse:
        there = replace(here, actor=here.actor.at(arende_id))
        try:
            page = opened(there, arende_id)
        except NotPermittedError:
            return closed(here, arende_id)
        return view(page, **more)

    return wraps(view)(visit(inner))


def _opened(here: Visit, arende_id: UUID) -> CasePage:
    seen = records.case(here.actor, arende_id, now=here.now)
    return CasePage(here, seen, _reads(here, seen, arende_id))


def _opened_whole(here: Visit, arende_id: UUID) -> WholeCasePage:
    seen = records.whole_case(here.actor, arende_id, now=here.now)
    return WholeCasePage(here, seen, _reads(here, seen, arende_id))


def _reads(here: Visit, seen: CaseView, arende_id: UUID) -> bool:
    person = seen.person
    return may(here.actor, Action.CONTENT, person.unit_id, person.secrecy, here.now, case=arende_id)


def closed(here: Visit, arende_id: UUID, *, error: str = "", status: int = 403) -> HttpResponse:
    """Say that the case is closed, and offer to open it with a reason."""
    content = {"case_id": arende_id, "error": error, "reason": here.request.POST.get("skal", "")}
    return here.page("closed.html", content, here="cases", status=status)
