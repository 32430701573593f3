"""The year itself: who is told about, in which order, and what is seen at the end."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from config.scenarios.seen import STOCKHOLM
from config.scenarios.setting import current_bundle
from tests.demo_year.office import OPENS, Office
from tests.demo_year.people import LONG, Staff, hire, numbers, people_of, swaps
from tests.demo_year.stories import ENDS, NEW_LAW, Story, Tale, begins, choose, read_tales, weeks_to
from tests.demo_year.telling import Telling
from tests.demo_year.town import MONTH, Town

AFTER = timedelta(days=75)
"""So long after New Year the reports of the year are made."""
CLOCK_STARTS_FIRST = date(2025, 5, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated. ``cases`` are the ärenden that begin in the year.

    ``earlier``: how often each story is told that began years before. ``days``: how long it lasts;
    None: the year and the time after it in which it is reported.
    """

    cases: int
    seed: int
    year: int
    earlier: int = 2
    days: int | None = None

    @property
    def first(self) -> datetime:
        """New Year."""
        return datetime(self.year, 1, 1, tzinfo=STOCKHOLM)

    @property
    def end(self) -> datetime:
        """When the reports of the year have been made."""
        if self.days is not None:
            return self.first + timedelta(days=self.days)
        return datetime(self.year + 1, 1, 1, tzinfo=STOCKHOLM) + AFTER


@dataclass(frozen=True, slots=True)
class Year:
    """A year that has passed."""

    plan: Plan
    town: Town
    office: Office
    staff: Staff
    tellings: tuple[Telling, ...]
    seconds: float


def live(plan: Plan, say: Callable[[str], None]) -> Year:
    """Live through a year in a database with an edition and people, and without cases."""
    began = time.monotonic()
    chance = random.Random(plan.seed)  # noqa: S311 - repeatable, not secret
    hire()
    tales = read_tales(settings.PROCESSES_DIR / "scenarios", current_bundle())
    staff = Staff()
    office = Office(staff, plan.seed)
    office.learn(tales)
    tellings = tuple(Telling(story, staff) for story in stories(plan, tales, chance))
    earliest = datetime.combine(CLOCK_STARTS_FIRST, datetime.min.time(), STOCKHOLM)
    town = Town(now=earliest if plan.earlier else plan.first)
    for telling in tellings:
        town.add(telling)
    town.jump(plan.first, office.work)
    say(f"{town.now:%Y-%m-%d}: {town.acts} acts before the year")
    for process in sorted(office.begins.keys() & OPENS) if plan.days is None else ():
        office.open_up(process, town)
    town.run(plan.end, lambda at: _each_day(at, office, say))
    return Year(plan, town, office, staff, tellings, time.monotonic() - began)


def stories(plan: Plan, tales: Iterable[Tale], chance: random.Random) -> Iterator[Story]:
    """Every telling: those of the year, and before them those that the year sees the end of."""
    whole = [tale for tale in tales if tale.acts and tale.opens]
    old = [tale for tale in whole if begins(tale.acts) < NEW_LAW or tale.length > LONG]
    common = [tale for tale in whole if tale not in old]
    pool, names, number = numbers(), swaps(), 0
    for tale in (tale for tale in old for _copy in range(plan.earlier)):
        yield Story(number, tale, _of_old(tale, plan, chance), people_of(tale, chance, pool))
        number += 1
    for tale in choose(chance, common, plan.cases):
        day = date(plan.year, 1, 5) + timedelta(days=chance.randrange(min(345, plan.days or 345)))
        yield Story(
            number,
            tale,
            weeks_to(begins(tale.acts), day),
            people_of(tale, chance, pool),
            names if tale.starts & ENDS else {},
        )
        number += 1


def _of_old(tale: Tale, plan: Plan, chance: random.Random) -> timedelta:
    """So that it ends in the year; as it was told where the old law governs it."""
    first = begins(tale.acts)
    if first < NEW_LAW:
        return timedelta()
    last = date(plan.year, 1, 20) + timedelta(days=chance.randrange(300))
    return max(weeks_to(first + tale.length, last), weeks_to(first, NEW_LAW + timedelta(days=10)))


def _each_day(town: Town, office: Office, say: Callable[[str], None]) -> None:
    office.work(town)
    if town.days and town.days % MONTH == 0:
        for process in sorted(office.begins.keys() - ENDS):
            office.begin(process, town)
        spent = f"{time.process_time():.0f} s of processor time"
        say(f"{town.now:%Y-%m-%d}: {town.acts} acts, {office.done} by the office, {spent}")
