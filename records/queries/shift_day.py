"""Skiftet: the day's support from the plans in force, and the journal of a shift."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from cases.context import access_context
from cases.paging import Cursor, page_of
from records.answers import local_date
from records.models import Akt, AktStatus, JournalEntry, Person, PlanVersion, Uppehall
from records.queries.lists import numbers_of
from records.queries.reads import log_reads
from records.queries.shift import SORT, nameless, placed
from records.queries.shift_new import Look

MOST_NOTES: Final = 500
"""Notes of one shift report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The plan in force of one akt, None without one, and the pause that goes on."""

    akt: Akt
    number: str
    plan: PlanVersion | None
    pause: Uppehall | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the journal of one akt tells of a shift."""

    akt: Akt
    number: str
    notes: Sequence[JournalEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The journal of a shift by person; ``cut``: there is more than fits."""

    people: Sequence[Told]
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """A page of the day's support, and where the next one begins (None: there is none)."""

    days: Sequence[Day]
    next: Cursor | None


def days(
    look: Look, *, unit: UUID | None = None, after: Cursor | None = None, limit: int
) -> DayPage:
    """The open akter with their plans in force, by the person's name; the reading is logged.

    Args:
        look: Who looks.
        unit: Only this unit's.
        after: ``next`` of the page before.
        limit: Akter on a page, one or more.

    Raises:
        NotFoundError: ``after`` was not made here.
    """
    with access_context(look.actor):
        here = Q() if unit is None else Q(unit_id=unit)
        rows = Akt.objects.filter(look.seen("arende_id"), here, status=AktStatus.OPPEN)
        rows = rows.annotate(sort=SORT).select_related("person", "unit")
        page = page_of(rows, ("sort", "id"), after=placed(after), limit=limit)
        log_reads(look.actor, _people(page.rows), "dagens_insatser", look.now)
        return DayPage(days=_days(look, page.rows), next=nameless(page.next))


def day_of(look: Look, akt: Akt) -> Day:
    """The plan in force of one akt whose reading is logged already."""
    look = replace(look, actor=look.actor.at(akt.arende_id))
    with access_context(look.actor):
        (found,) = _days(look, [akt])
        return found


def report(look: Look, begin: datetime, end: datetime, *, unit: UUID | None = None) -> Report:
    """What was written or happened in a shift, by person; the reading is logged.

    A note that was written in the shift about something before it is there, and one about the
    shift that was written later: nobody has read either.

    Args:
        look: Who looks.
        begin: From when, aware.
        end: Until when, aware; not included.
        unit: Only this unit's.
    """
    with access_context(look.actor):
        here = Q(journal__akt__isnull=False) if unit is None else Q(journal__akt__unit_id=unit)
        written = Q(registrerad__gte=begin, registrerad__lt=end)
        happened = Q(handelsetid__gte=begin, handelsetid__lt=end)
        rows = JournalEntry.objects.filter(look.seen("journal__arende_id"), here)
        rows = rows.filter(written | happened, registrerad__lte=look.now)
        rows = rows.select_related("journal__akt__person", "journal__akt__unit", "uppdragsmal")
        found = list(rows.order_by("-registrerad", "pk")[: MOST_NOTES + 1])
        shown = found[:MOST_NOTES]
        akter = {row.journal.akt_id: row.journal.akt for row in shown if row.journal.akt}
        log_reads(look.actor, _people(akter.values()), "skiftrapport", look.now)
        numbers = numbers_of(akter.values())
    people = [
        Told(
            akt=akt,
            number=numbers.get(akt.uppdrag_id, ""),
            notes=sorted(
                (row for row in shown if row.journal.akt_id == akt.pk),
                key=lambda row: (row.handelsetid, row.registrerad),
            ),
        )
        for akt in sorted(akter.values(), key=_by_name)
    ]
    return Report(people=people, cut=len(found) > MOST_NOTES)


def _days(look: Look, akter: Sequence[Akt]) -> list[Day]:
    plans = PlanVersion.objects.filter(
        look.seen("plan__akt__arende_id"), plan__akt__in=akter, faststalld__isnull=False
    )
    plans = plans.order_by("plan_id", "-nummer").distinct("plan_id").select_related("plan")
    newest = {row.plan.akt_id: row for row in plans.prefetch_related("aktiviteter__mal")}
    today = local_date(look.now)
    pauses = Uppehall.objects.filter(
        look.seen("akt__arende_id"), akt__in=akter, fran__lte=today, ater_datum=None
    )
    resting = {row.akt_id: row for row in pauses.order_by("fran")}
    numbers = numbers_of(akter)
    return [
        Day(
            akt=akt,
            number=numbers.get(akt.uppdrag_id, ""),
            plan=newest.get(akt.pk),
            pause=resting.get(akt.pk),
        )
        for akt in akter
    ]


def _people(akter: Iterable[Akt]) -> list[tuple[Person, UUID]]:
    return [(akt.person, akt.arende_id) for akt in akter]


def _by_name(akt: Akt) -> tuple[str, str, str]:
    person = akt.person
    return person.efternamn.casefold(), person.fornamn.casefold(), str(akt.pk)
