"""The numbers of the overview, each counted with the builder of the list that it leads to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncWeek
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_noop

from cases import bundles
from records.queries import overview_records as rows
from records.queries import overview_tasks as tasks
from records.queries import overview_times as times
from records.queries import overview_waits as waits
from records.queries.overview import NOBODY, Asked
from web import overview, shown
from web.overview_cells import UNCLASSED, class_word, people_of
from web.overview_lists import LEAD_TIMES

MOST_PEOPLE = 60
"""Rows of the work load; who leads more people chooses a unit."""
WEEK = timedelta(days=6)
DECISIONS, ORDERS = gettext_noop("beslut"), gettext_noop("uppdrag")
"""What ends soon; the page says them in its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number with where it leads; ``more`` says something beside it."""

    text: str
    number: int
    address: str
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one person has; ``name`` is empty for what nobody has."""

    name: str
    numbers: Sequence[Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """What each person has. ``late``: everybody's late tasks; ``more``: people left out."""

    rows: Sequence[Load]
    late: int
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number with its picture: whole hundredths of the widest."""

    text: str
    address: str
    number: int
    width: int
    median: int | None = None
    most: int | None = None
    median_width: int = 0


def reviews(asked: Asked) -> list[dict[str, Any]]:
    """Late reviews by unit and whoever is to do them, the oldest day first."""
    found = tasks.late_reviews(asked).rows.order_by().values("unit_id", "unit__name", "contact")
    grouped = list(found.annotate(number=Count("pk"), first=Min("due")).order_by("first"))
    people = people_of({row["contact"] for row in grouped if row["contact"] is not None})
    return [
        {
            "unit": row["unit__name"],
            "who": people.get(row["contact"], ""),
            "number": row["number"],
            "first": row["first"],
            "address": overview.address(
                "sena-uppfoljningar",
                asked,
                unit=row["unit_id"],
                person=row["contact"] or NOBODY,
            ),
        }
        for row in grouped
    ]


def loads(asked: Asked) -> Loads:
    """What each person has, those with most that is late first. Three queries."""
    late = Count("pk", filter=Q(due__lt=asked.now))
    given = tasks.open_tasks(asked).rows.order_by().values("claimed_by_id")
    cases = Count("arende_id", distinct=True)
    by_task = {
        row["claimed_by_id"]: row for row in given.annotate(n=Count("pk"), late=late, cases=cases)
    }
    akter = rows.contact_for(asked).rows.order_by().values("utsedd_kontakt_id")
    by_akt = {row["utsedd_kontakt_id"]: row["n"] for row in akter.annotate(n=Count("pk"))}
    people = people_of({who for who in (*by_task, *by_akt) if who is not None})
    found = []
    for who in {*by_task, *by_akt}:
        row = by_task.get(who, {"n": 0, "late": 0, "cases": 0})
        counted = (row["n"], row["late"], row["cases"], by_akt.get(who, 0))
        found.append(_load(asked, who, people.get(who, ""), counted))
    found.sort(key=lambda one: (-one.numbers[1].number, -one.numbers[0].number, one.name))
    return Loads(
        rows=found[:MOST_PEOPLE],
        late=sum(row["late"] for row in by_task.values()),
        more=max(0, len(found) - MOST_PEOPLE),
    )


def _load(asked: Asked, who: int | None, name: str, counted: tuple[int, ...]) -> Load:
    lists = ("oppna-uppgifter", "sena-uppgifter", "arenden-hos", "utsedd-kontakt")
    words = (
        gettext("Öppna uppgifter"),
        gettext("Sena"),
        gettext("Ärenden med uppgifter"),
        gettext("Utsedd kontakt i"),
    )
    return Load(
        name=name,
        numbers=[
            Number(
                text=text,
                number=number,
                address=overview.address(what, asked, person=NOBODY if who is None else who),
            )
            for what, text, number in zip(lists, words, counted, strict=True)
        ],
    )


def coming(asked: Asked) -> list[Bar]:
    """What may become late, by week. One query."""
    found = tasks.coming_late(asked).rows.order_by().annotate(week=TruncWeek("due"))
    weeks = {localdate(row["week"]): row["n"] for row in _counted(found.values("week"))}
    widest = max(weeks.values(), default=1)
    return [
        Bar(
            text=_week(monday, asked.today),
            address=overview.address("blir-sena", asked, since=monday, until=monday + WEEK),
            number=number,
            width=number * 100 // widest,
        )
        for monday, number in sorted(weeks.items())
    ]


def _week(monday: date, today: date) -> str:
    this = today - timedelta(days=today.weekday())
    if monday == this:
        return gettext("Den här veckan")
    if monday == this + timedelta(days=7):
        return gettext("Nästa vecka")
    return gettext("Vecka %(week)d") % {"week": monday.isocalendar().week}


def lead_times(asked: Asked) -> list[Bar]:
    """Days per step of the chain: the median and what nine of ten keep within. A query each."""
    found = [times.lead_time(key, build(asked)) for key, build in times.STEPS.items()]
    done = [one for one in found if one.median is not None and one.most is not None]
    widest = max((one.most or 0 for one in done), default=0) or 1
    return [
        Bar(
            text=gettext(LEAD_TIMES[one.key].heading),
            address=overview.address(f"ledtid-{one.key}", asked),
            number=one.number,
            width=_width(one.most, widest),
            median=round(one.median or 0),
            most=round(one.most or 0),
            median_width=_width(one.median, widest),
        )
        for one in done
    ]


def _width(days: float | None, widest: float) -> int:
    return max(0, min(100, round((days or 0) * 100 / widest)))


def expiring(asked: Asked) -> list[Number]:
    """Decisions and uppdrag that end soon, by unit. Two queries."""
    decisions = _counted(
        rows.expiring_decisions(asked).rows.order_by().values("unit_id", "unit__name")
    )
    orders = _counted(
        rows.expiring_orders(asked).rows.order_by().values("delad_med_id", "delad_med__name")
    )
    found = [
        ("beslut-loper-ut", DECISIONS, row["unit_id"], row["unit__name"], row["n"])
        for row in decisions
    ]
    found += [
        ("uppdrag-loper-ut", ORDERS, row["delad_med_id"], row["delad_med__name"], row["n"])
        for row in orders
    ]
    return [
        Number(text=name, more=kind, number=n, address=overview.address(what, asked, unit=unit))
        for what, kind, unit, name, n in sorted(found, key=lambda row: row[3])
    ]


def by_class(asked: Asked) -> dict[str, list[Number]]:
    """Deviations and risks that are open, by class. Two queries."""
    lists = {"avvikelser": rows.deviations, "risker": rows.risks}
    return {
        what: [
            Number(
                text=class_word(row["klass"] or "", asked.bundle),
                number=row["n"],
                address=overview.address(what, asked, kind=row["klass"] or UNCLASSED),
            )
            for row in _counted(build(asked).rows.order_by().values("klass"))
        ]
        for what, build in lists.items()
    }


def unreviewed(asked: Asked) -> list[Number]:
    """Plans without follow-up by unit. One query."""
    found = rows.plans_without_review(asked).rows.order_by().values("unit_id", "unit__name")
    return [
        Number(
            text=row["unit__name"],
            number=row["n"],
            address=overview.address("utan-uppfoljning", asked, unit=row["unit_id"]),
        )
        for row in sorted(_counted(found), key=lambda row: str(row["unit__name"]))
    ]


def _counted(grouped: Any) -> Iterable[Mapping[str, Any]]:
    return list(grouped.annotate(n=Count("pk")))


def processes(asked: Asked) -> list[dict[str, Any]]:
    """The processes where something stands or waits, the fullest first. Three queries."""
    found: dict[str, tuple[int, int, int]] = {}
    for place in waits.places(asked):
        stands, days, messages = found.get(place.process, (0, 0, 0))
        sums = (stands + place.standing, days + place.days, messages + place.messages)
        found[place.process] = sums
    ordered = sorted(found.items(), key=lambda pair: (-pair[1][0], -sum(pair[1]), pair[0]))
    return [
        {
            "key": key,
            "name": shown.process_name(asked.bundle, key),
            "numbers": _numbers(replace(asked, process=key), *sums),
        }
        for key, sums in ordered
    ]


def elements(asked: Asked, key: str) -> list[dict[str, Any]]:
    """The elements of a process where something stands or waits, in the order of the diagram."""
    asked = replace(asked, process=key)
    definition = bundles.compiled(bundles.newest_hash(asked.today)).definition(key)
    order = {element: place for place, element in enumerate(definition.elements)}
    places = [place for place in waits.places(asked) if place.process == key]
    places.sort(key=lambda place: order.get(place.element, len(order)))
    return [
        {
            "id": place.element,
            "name": _element_name(definition, place.element),
            "numbers": _numbers(
                replace(asked, step=place.element), place.standing, place.days, place.messages
            ),
            "longest": place.longest,
            "days": (asked.today - localdate(place.longest)).days if place.longest else None,
            "next_day": place.next_day,
        }
        for place in places
    ]


def _element_name(definition: Any, element: str) -> str:
    found = definition.elements.get(element)
    return found.name if found and found.name else element


def _numbers(asked: Asked, standing: int, days: int, messages: int) -> list[Number]:
    parts = (
        ("star", gettext("Väntar på någon"), standing),
        ("vantar-dag", gettext("Väntar på en dag"), days),
        ("vantar-besked", gettext("Väntar på besked"), messages),
    )
    return [
        Number(text=text, number=n, address=overview.address(what, asked))
        for what, text, n in parts
    ]
