"""Months in which nobody checked who has read what in a unit (LBP 10 §, L-34).

The process draws a check in each unit when a month is over, also where nobody has read. A month
without one is a check that was never made. A unit is asked for one from the month in which somebody
first read in it; how far back, and from which day a month is missed, the table says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery

from cases.models import Unit
from records.answers import local_date
from records.models import Loggkontroll, ReadLog
from records.queries.quality.reader import Reader
from records.terms import decide

TABLE = "loggkontroll_saknas"
LONGEST = timedelta(days=31)
"""The longest month: a step of it from the first of one leads into the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCheck:
    """A month, by its first day, without a check in a unit."""

    enhet: str
    manad: date


def missing_checks(who: Reader, unit: UUID | None = None) -> list[MissingCheck]:
    """The months without a check, the newest first. Three queries. Call it inside a context.

    Args:
        who: Who reads; of the units whose quality work is hers.
        unit: Only this one of them.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    span = decide(who.bundle, TABLE, {"dag": who.day})
    made = Loggkontroll.objects.filter(who.rows(), till__gte=span["tidigast"])
    known = {(ref, day.replace(day=1)) for ref, day in made.values_list("unit", "fran")}
    reads = ReadLog.objects.filter(unit=OuterRef("pk")).order_by("at").values("at")[:1]
    units = Unit.objects.filter(pk__in=[ref for ref in who.units() if unit in (None, ref)])
    found = [
        MissingCheck(enhet=name, manad=month)
        for ref, name, began in units.annotate(began=Subquery(reads))
        .exclude(began=None)
        .values_list("pk", "name", "began")
        for month in _months(max(span["tidigast"], local_date(began)), span["senast"])
        if (ref, month) not in known
    ]
    return sorted(found, key=lambda one: (-one.manad.toordinal(), one.enhet))


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from that of a day on, up to another day."""
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + LONGEST).replace(day=1)
