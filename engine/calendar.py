"""The Swedish calendar: holidays, working days and the last day for an action.

Which days count beside the public holidays is data (``terms/kalender.toml``); when Easter falls is
the library's knowledge. Tables, diagrams and forms of an edition call it by ``feel_functions``.
"""

from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays
from pydantic import Field, StringConstraints, model_validator

from engine.feel import NO_FUNCTIONS, Builtin, Functions, NoResultError, Signature
from engine.manifest import CitationId, DataFileError, DataModel, Identifier

PATH: Final = "terms/kalender.toml"
MAX_DAYS: Final = 10_000
"""More days than this, either way, are not counted: no time limit is that long."""
STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
_ONE: Final = timedelta(days=1)

_KINDS: Final = "date|date and time"
_DAY: Final = f"datum: {_KINDS}"

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A day of every year, ``MM-DD``."""


class _Counted(DataModel):
    """How a kind of day counts, and where that stands.

    ``flyttar_sista_dag``: an action whose last day falls here may be taken on a later day
    (``status`` says whether that is read in the law). ``arbetsdag``: the day counts when working
    days are counted, which a municipality decides.
    """

    flyttar_sista_dag: bool
    lagrum: Annotated[tuple[CitationId, ...], Field(min_length=1)]
    status: Literal["V", "X", "U"]
    arbetsdag: bool
    arbetsdag_status: Literal["V", "X", "U"] = "U"


class PublicHolidays(_Counted):
    """``[allmanna_helgdagar]``: the days that the library knows for a country."""

    land: Literal["SE"]


class DayRule(_Counted):
    """One ``[[dag]]``: a kind of day, by its weekday or by its date.

    ``veckodag`` counts from Monday = 1; ``mellan`` limits it to a part of the year, both ends
    included.
    """

    id: Identifier
    namn: str
    veckodag: Annotated[int, Field(ge=1, le=7)] | None = None
    mellan: tuple[MonthDay, MonthDay] | None = None
    datum: MonthDay | None = None

    @model_validator(mode="after")
    def _is_one_kind_of_day(self) -> "DayRule":
        if (self.veckodag is None) == (self.datum is None):
            raise ValueError("give either veckodag or datum")
        if self.mellan is not None and self.veckodag is None:
            raise ValueError("mellan belongs to veckodag")
        return self

    def holds(self, day: date) -> bool:
        """Tell whether ``day`` is of this kind."""
        if self.veckodag is None:
            return f"{day:%m-%d}" == self.datum
        first, last = self.mellan or ("01-01", "12-31")
        return day.isoweekday() == self.veckodag and first <= f"{day:%m-%d}" <= last


class Calendar(DataModel):
    """``terms/kalender.toml``."""

    allmanna_helgdagar: PublicHolidays
    dag: tuple[DayRule, ...] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Calendar":
        ids = [rule.id for rule in self.dag]
        if len(set(ids)) != len(ids):
            raise ValueError("two [[dag]] have the same id")
        return self

    def kinds(self, day: date) -> tuple[_Counted, ...]:
        """Return every kind of special day that ``day`` is."""
        public = (self.allmanna_helgdagar,) if day in _public_holidays(day.year) else ()
        return (*public, *(rule for rule in self.dag if rule.holds(day)))

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` counts when working days are counted."""
        return all(kind.arbetsdag for kind in self.kinds(day))

    def last_day(self, day: date) -> date:
        """Return ``day``, or the first day after it on which an action may be taken."""
        while any(kind.flyttar_sista_dag for kind in self.kinds(day)):
            day += _ONE
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """Return the working day number ``count`` after ``day``, before it when negative.

        0 is the day itself, or the next working day.
        """
        step = -_ONE if count < 0 else _ONE
        left = abs(count)
        while left or not self.is_working_day(day):
            day += step
            left -= bool(left and self.is_working_day(day))
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and with ``end``; negative backwards."""
        if end < start:
            return -self.working_days_between(end, start)
        days = ((start + number * _ONE) for number in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)


class LocalDay(DataModel):
    """One ``[[dag]]`` of a municipality: whether a national kind of day is a working day there."""

    id: Identifier
    arbetsdag: bool


class LocalDays(DataModel):
    """``lokal/<kommun>/terms/kalender.toml``. When a last day moves is law, and not in it."""

    dag: tuple[LocalDay, ...] = ()

    def over(self, national: Calendar) -> Calendar:
        """Return the national calendar with the municipality's own answers.

        Raises:
            DataFileError: A kind of day that the national calendar does not have.
        """
        own = {found.id: found.arbetsdag for found in self.dag}
        unknown = sorted(own.keys() - {rule.id for rule in national.dag})
        if unknown:
            raise DataFileError(PATH, f"there is no [[dag]] {unknown[0]} to change")
        days = tuple(
            rule.model_copy(update={"arbetsdag": own.get(rule.id, rule.arbetsdag)})
            for rule in national.dag
        )
        return national.model_copy(update={"dag": days})


@lru_cache(maxsize=1024)
def _public_holidays(year: int) -> frozenset[date]:
    found = country_holidays("SE", years=year)
    if not found.start_year <= year <= found.end_year:
        raise NoResultError(f"the calendar knows the years {found.start_year}-{found.end_year}")
    return frozenset(found)


def feel_functions(calendar: Calendar | None) -> Functions:
    """Return what the FEEL of an edition may call; nothing for an edition without a calendar."""
    if calendar is None:
        return NO_FUNCTIONS
    bodies: Mapping[str, tuple[str, Callable[..., Any]]] = {
        "ar_arbetsdag": (_DAY, lambda _run, day: calendar.is_working_day(_day(day))),
        "sista_dag": (_DAY, lambda _run, day: calendar.last_day(_day(day))),
        "arbetsdagar_efter": (f"{_DAY}, antal: number", _after(calendar)),
        "arbetsdagar_mellan": (f"fran: {_KINDS}, till: {_KINDS}", _between(calendar)),
    }
    return {
        name: Builtin(name, (Signature.read(signature),), body)
        for name, (signature, body) in bodies.items()
    }


def _after(calendar: Calendar) -> Callable[..., date]:
    def body(run: Any, day: Any, count: Any) -> date:
        if abs(count) > MAX_DAYS or count % 1:
            raise NoResultError(f"antal is no whole number of at most {MAX_DAYS}")
        run.tick(abs(int(count)))
        return calendar.working_days_after(_day(day), int(count))

    return body


def _between(calendar: Calendar) -> Callable[..., Decimal]:
    def body(run: Any, start: Any, end: Any) -> Decimal:
        first, last = _day(start), _day(end)
        if abs((last - first).days) > MAX_DAYS:
            raise NoResultError(f"the days are more than {MAX_DAYS} apart")
        run.tick(abs((last - first).days))
        return Decimal(calendar.working_days_between(first, last))

    return body


def _day(value: Any) -> date:
    """The date; of a moment, the date in Stockholm.

    Raises:
        NoResultError: A day that Python's calendar does not have.
    """
    if isinstance(value, datetime):
        local = value if value.tzinfo is None else value.astimezone(STOCKHOLM)
        return local.date()
    if not isinstance(value, date) or not MINYEAR < value.year < MAXYEAR:
        raise NoResultError("the calendar does not have this day")
    return value
