"""Undantagsbeslut: which insats, decided when and by what, until when, and when it is reviewed.

Nämndens list as a whole (R-236) with the review that is due; nobody who takes part stands here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from cases.access import Action
from cases.context import access_context
from cases.errors import NotPermittedError
from records.exemption import ANONYMOUS, TABLE
from records.models import InsatsUtanBehov, Undantagsbeslut, Undantagsprovning
from records.models.utan_behovsprovning import RADGIVNING, UNDANTAG
from records.queries.quality.reader import Reader, authority_units
from records.terms import decide

ENDED = "upphavt"
TIMES = "utan_behov_tid"


class ExemptionState(StrEnum):
    """Which insatser: what the first choice of the page says."""

    ALL = "alla"
    EXEMPT = "galler"
    LATE = "forsenade"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision of the nämnd about an insats; ``till`` is None while it holds until further."""

    utfall: str
    skal_text: str
    dnr: str
    beslutsdatum: date
    fran: date
    till: date | None
    reviewed: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionLine:
    """One insats on nämndens list.

    ``review`` and ``due``: from when the exemption is to be looked at again, and by when; None
    where none holds. ``anonymous``: visits are counted without names.
    """

    insats: UUID
    namn: str
    slag: str
    malgrupp: str
    enhet: str
    exempt: bool
    anonymous: bool
    decision: Decision | None
    former: Sequence[Decision]
    review: date | None
    due: date | None
    late: bool


def exemptions(who: Reader) -> list[ExemptionLine]:
    """Nämndens list by name, the exemptions whose review is late first.

    Raises:
        NotPermittedError: The actor works in no unit of the authority.
    """
    with access_context(who.actor):
        if not authority_units(who):
            raise NotPermittedError(Action.READ.value, "undantag")
        return exemption_lines(who)


def exemption_lines(who: Reader) -> list[ExemptionLine]:
    """The same three queries however many there are. Call it inside ``access_context``."""
    reviews = Prefetch(
        "provningar", Undantagsprovning.objects.order_by("datum", "registrerad"), "in_order"
    )
    decided = Undantagsbeslut.objects.order_by("-giltig_fran", "-registrerad")
    rows = InsatsUtanBehov.objects.filter(who.rows(Action.READ)).select_related("unit")
    found = rows.prefetch_related(
        Prefetch("beslut", decided.prefetch_related(reviews), "newest_first")
    ).order_by("namn", "pk")
    lines = [_line(who, row) for row in found]
    return sorted(lines, key=lambda line: (not line.late, not line.exempt, line.namn))


def exemptions_in(lines: Sequence[ExemptionLine], state: ExemptionState) -> list[ExemptionLine]:
    """Those in a state: the count and the list are both this."""
    if state is ExemptionState.EXEMPT:
        return [line for line in lines if line.exempt]
    return [line for line in lines if line.late or state is ExemptionState.ALL]


def _line(who: Reader, row: Any) -> ExemptionLine:
    decisions = [(one, _decision(one)) for one in row.newest_first]
    begun = [pair for pair in decisions if pair[1].fran <= who.day]
    holds = next((pair for pair in begun if _exempts(pair[1], who.day)), None)
    shown = holds or next(iter(begun or decisions), None)
    review, due = _review(who, holds[1]) if holds else (None, None)
    return ExemptionLine(
        insats=row.pk,
        namn=row.namn,
        slag=row.slag,
        malgrupp=row.malgrupp,
        enhet=row.unit.name,
        exempt=holds is not None,
        anonymous=_anonymous(who, row.slag, exempt=holds is not None),
        decision=shown[1] if shown else None,
        former=[one for _row, one in decisions if shown is None or one is not shown[1]],
        review=review,
        due=due,
        late=due is not None and due < who.day,
    )


def _decision(row: Any) -> Decision:
    ended = next((one.datum for one in row.in_order if one.slag == ENDED), None)
    kept = [one.datum for one in row.in_order if one.slag != ENDED]
    return Decision(
        utfall=row.utfall,
        skal_text=row.skal_text,
        dnr=row.dnr,
        beslutsdatum=row.beslutsdatum,
        fran=row.giltig_fran,
        till=None if ended is None else ended - timedelta(days=1),
        reviewed=kept[-1] if kept else None,
    )


def _exempts(found: Decision, day: date) -> bool:
    return found.utfall == UNDANTAG and (found.till is None or found.till >= day)


def _review(who: Reader, found: Decision) -> tuple[date, date]:
    """From when and by when it is looked at again: the table, from the last look or its start."""
    since = found.reviewed or found.fran
    begins: date = decide(who.bundle, TIMES, {"steg": "omprova", "fran": since})
    last: date = decide(who.bundle, TIMES, {"steg": "omprova_klar", "fran": begins})
    return begins, last


def _anonymous(who: Reader, slag: str, *, exempt: bool) -> bool:
    """Whether visits are counted without names, by the table ``dok_krav``."""
    asked = {
        "behovsprovad": False,
        "radgivning": slag == RADGIVNING,
        "undantag": exempt and slag != RADGIVNING,
        "datum": who.day,
    }
    return decide(who.bundle, TABLE, asked)["krav"] in ANONYMOUS
