"""On which days, and when in the day, an activity of a plan is done: the calendar alone.

An activity of the night is counted to the day on which the night begins, so that what is left of
it after midnight still stands among what is to be done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Generic, Protocol, TypeVar

WEEKDAYS: Final = ("mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag")
"""Monday first, as in ISO 8601 and as the form of the plan names them."""
NIGHT: Final = "natt"
TIMES: Final = ("morgon", "dag", "kvall", NIGHT)
"""The times of day in their order, as the form of the plan names them."""
BEFORE, UNTIMED = -1, len(TIMES)
"""Where last night, and what has no time of day, stand beside the others."""


class Dated(Protocol):
    """What an activity says of its days, by the codes above; empty where nothing is said."""

    @property
    def nummer(self) -> int:
        """Its place in the plan."""

    @property
    def dagar(self) -> Sequence[str]:
        """The weekdays."""

    @property
    def tider(self) -> Sequence[str]:
        """The times of day."""


Act = TypeVar("Act", bound=Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today(Generic[Act]):
    """An activity of the day; ``last_night``: it is what is left of the night before."""

    act: Act
    last_night: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Generic[Act]):
    """The activities of a plan seen from one day."""

    today: Sequence[Today[Act]]
    other: Sequence[Act]
    undated: Sequence[Act]


def weekday(day: date) -> str:
    """The code of a day of the week."""
    return WEEKDAYS[day.weekday()]


def split(acts: Iterable[Act], day: date) -> Split[Act]:
    """Part the activities into those of a day by time of day, of other days, and without days.

    Args:
        acts: The activities of one plan version, in any order.
        day: The day, in Stockholm.
    """
    found = sorted(acts, key=lambda act: act.nummer)
    mine = [
        Today(act=act, last_night=weekday(day) not in act.dagar)
        for act in found
        if weekday(day) in act.dagar or _goes_on(act, day)
    ]
    taken = {one.act.nummer for one in mine}
    return Split(
        today=sorted(mine, key=_when),
        other=[act for act in found if act.dagar and act.nummer not in taken],
        undated=[act for act in found if not act.dagar],
    )


def _goes_on(act: Dated, day: date) -> bool:
    return NIGHT in act.tider and weekday(day - timedelta(days=1)) in act.dagar


def _when(one: Today[Act]) -> int:
    if one.last_night:
        return BEFORE
    return min((TIMES.index(time) for time in one.act.tider if time in TIMES), default=UNTIMED)
