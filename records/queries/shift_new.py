"""What is new about somebody to one of the care staff: one builder of rows for each kind.

The list counts them and a page that shows them reads them, so the two agree. Only what the table
``atkomst`` lets her read is there, and nothing that she wrote herself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.access import Action
from cases.actor import Actor
from records.access import NOTHING, readable
from records.models import Avvikelse, JournalEntry, Klagomal, PlanVersion, Uppfoljning

NOTES, PLAN, FOLLOW_UP, DEVIATION, COMPLAINT, PROTECTION = (
    "anteckningar",
    "plan",
    "uppfoljning",
    "avvikelse",
    "klagomal",
    "skydd",
)


UNDER_WAY: Final = timedelta(seconds=30)
"""How long something may be on its way into the database, with a wide margin.

It bears the moment at which its request began and is seen when that is done: a page of a later
moment may lack it. What is marked as read stops this far before the page; a thing told twice does
no harm, one that nobody was told does.
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, when, and from when things are new to who has never marked anything as read."""

    actor: Actor
    now: datetime
    first: datetime

    @property
    def whole_until(self) -> datetime:
        """Up to when nothing can be missing any more of what is new."""
        return self.now - UNDER_WAY

    def seen(self, column: str) -> Q:
        """The rows whose content she may read."""
        return readable(self.actor, self.now, column=column, action=Action.CONTENT)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is new, and since when: values, or columns of the row outside."""

    akt: Any
    case: Any
    unit: Any
    since: Any


OUTSIDE: Final = Place(
    OuterRef("pk"), OuterRef("arende_id"), OuterRef("unit_id"), OuterRef("since")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of news. ``akt`` and ``case`` are lookups; the quality work has an ärende alone.

    Of that it is told which, and whether it goes on, never what: that is for those who read it.
    """

    model: Any
    moment: str
    author: str
    akt: str = ""
    case: str = ""
    beside: tuple[str, ...] = ()

    def rows(self, look: Look) -> QuerySet[Any]:
        """What others have written until now and she may read."""
        seen = look.seen(self.case) if self.case else Q()
        rows: QuerySet[Any] = self.model.objects.filter(seen, **{f"{self.moment}__lte": look.now})
        return rows.exclude(**{self.author: look.actor.user_id})

    def at(self, place: Place) -> Q:
        """What is new at one place."""
        there = {self.akt: place.akt}
        if not self.akt:
            there = {"arende_id": place.case, "unit_id": place.unit}
        return Q(**there, **{f"{self.moment}__gt": place.since})

    def belongs(self, row: Any, place: Place) -> bool:
        """Whether a row is new at a place."""
        if getattr(row, self.moment) <= place.since:
            return False
        if not self.akt:
            return bool(row.arende_id == place.case and row.unit_id == place.unit)
        *way, last = self.akt.split("__")
        holder = reduce(getattr, way, row)
        return bool(getattr(holder, f"{last}_id") == place.akt)


KINDS: Final[Mapping[str, Kind]] = {
    NOTES: Kind(
        model=JournalEntry,
        moment="registrerad",
        author="forfattare_id",
        akt="journal__akt",
        case="journal__arende_id",
        beside=("uppdragsmal", "journal"),
    ),
    PLAN: Kind(
        model=PlanVersion,
        moment="faststalld",
        author="faststalld_av_id",
        akt="plan__akt",
        case="plan__akt__arende_id",
        beside=("plan",),
    ),
    FOLLOW_UP: Kind(
        model=Uppfoljning,
        moment="registrerad",
        author="registrerad_av_id",
        akt="akt",
        case="akt__arende_id",
    ),
    DEVIATION: Kind(model=Avvikelse, moment="rapporterad", author="rapportor_id"),
    COMPLAINT: Kind(model=Klagomal, moment="registrerad", author="registrerad_av_id"),
}


def new(look: Look, kind: str, place: Place) -> QuerySet[Any]:
    """What is new of one kind at one place."""
    return KINDS[kind].rows(look).filter(KINDS[kind].at(place))


def any_new(look: Look) -> Q:
    """Whether anything is new about the akt of the row outside, which knows its ``since``."""
    return reduce(or_, (Q(Exists(new(look, kind, OUTSIDE))) for kind in KINDS))


def oldest(look: Look, kind: str, places: Iterable[Place], limit: int) -> Sequence[Any]:
    """What is new of one kind at some places, the oldest first, and at most so many."""
    found = KINDS[kind]
    wanted = reduce(or_, (found.at(place) for place in places), NOTHING)
    rows = found.rows(look).filter(wanted).order_by(found.moment, "pk")
    return list(rows.select_related(*found.beside)[:limit] if found.beside else rows[:limit])
