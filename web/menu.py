"""The menu: one line for each thing a person may want to come to.

A line says its text, the name of its address in ``web/urls.py``, and who sees it: ``roles``
(any of them), or ``when`` (asked about the visit), or nothing (everyone). The order here is the
order on the page: the first ones stand in the bar, the rest under "Mer". With ``own`` a line
stands under the person's own name instead. A page is current when it was rendered with
``here=<page>``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.actor import Actor
from cases.queries_notices import MANAGERS

IN_BAR = 5
OPEN_ROLE = "oppen_personal"
SHIFT_ROLES = frozenset({"personal", "utsedd_kontakt", "enhetschef"})
INCIDENT_ROLES = frozenset({"systemforvaltare", "verksamhetsansvarig", "myndighetschef"})
ORDER_ROLES = frozenset(
    {"handlaggare", "arbetsledare", "myndighetschef"}
    | {"enhetschef", "utsedd_kontakt", "verksamhetsansvarig"}
)
LEADING_ROLES = frozenset({"arbetsledare", "myndighetschef", "enhetschef", "verksamhetsansvarig"})
QUALITY_ROLES = frozenset(
    {"kvalitetsansvarig", "verksamhetsansvarig", "enhetschef", "arbetsledare", "myndighetschef"}
)
BOARD_ROLES = QUALITY_ROLES | {"namnd", "namndordforande", "lex_sarah_utredare"}


MOVING_ROLES = frozenset({"arbetsledare", "myndighetschef", "enhetschef"})


class Visitor(Protocol):
    """What a line may ask about the visit: who it is, and what she may start."""

    @property
    def actor(self) -> Actor:
        """Who asks."""

    def offers(self, *, in_case: bool = False) -> list[tuple[str, str]]:
        """What she may start."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the menu."""

    text: str | Promise
    address: str
    page: str
    roles: frozenset[str] | None = None
    when: Callable[[Visitor], bool] | None = None
    own: bool = False

    def seen_by(self, visitor: Visitor) -> bool:
        """Whether this person sees the line."""
        if self.roles is not None and not self.roles & visitor.actor.roles:
            return False
        return self.when is None or self.when(visitor)


def may_start(visitor: Visitor) -> bool:
    """Whether there is anything that the person may start."""
    return bool(visitor.offers())


LINES: tuple[Line, ...] = (
    Line(_("Min dag"), "inbox", "inbox"),
    Line(_("Skiftet"), "shift", "shift", roles=SHIFT_ROLES),
    Line(_("Ärenden"), "cases", "cases"),
    Line(_("Uppdrag"), "orders", "orders", roles=ORDER_ROLES),
    Line(_("Översikt"), "overview", "overview", roles=LEADING_ROLES),
    Line(_("Starta"), "processes", "start", when=may_start),
    Line(_("Räkna"), "open_activities", "open", roles=frozenset({OPEN_ROLE})),
    Line(_("Kvalitet"), "quality", "quality", roles=BOARD_ROLES),
    Line(_("Loggkontroll"), "log_checks", "log_checks", roles=QUALITY_ROLES),
    Line(_("Rutiner"), "routines", "routines"),
    Line(_("Processer"), "process_list", "process"),
    Line(_("Mina utkast"), "drafts", "drafts", own=True),
    Line(_("Vikarier"), "substitutes", "substitutes", own=True),
    Line(_("Flytta ärenden"), "move", "move", roles=MOVING_ROLES),
    Line(_("Notiser"), "notice_settings", "notices", own=True),
    Line(_("Adresser"), "bad_addresses", "addresses", roles=MANAGERS),
    Line(_("Stopp"), "incidents", "incidents", roles=INCIDENT_ROLES),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A line as the page shows it."""

    text: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of one person on one page."""

    bar: Sequence[Link]
    more: Sequence[Link]
    own: Sequence[Link]
    names: frozenset[str]

    def leads_to(self, address: str) -> bool:
        """Whether the person has a line with this address."""
        return address in self.names

    @property
    def current_in_more(self) -> bool:
        """Whether the page is one of those under "Mer"."""
        return any(link.current for link in self.more)


def menu_of(visitor: Visitor, page: str) -> Menu:
    """Return the menu of a visit.

    Args:
        visitor: Who looks.
        page: The ``page`` of the line that is current, or empty.
    """
    lines = [line for line in LINES if line.seen_by(visitor)]
    common = [_link(line, page) for line in lines if not line.own]
    # A "Mer" with a single line in it would only hide it.
    split = len(common) if len(common) <= IN_BAR + 1 else IN_BAR
    own = [_link(line, page) for line in lines if line.own]
    names = frozenset(line.address for line in lines)
    return Menu(bar=common[:split], more=common[split:], own=own, names=names)


def _link(line: Line, page: str) -> Link:
    return Link(str(line.text), reverse(f"web:{line.address}"), line.page == page)
