"""Where cases stand and wait in the processes: by element of a diagram. See ``overview``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from cases import bundles
from cases.models import Event, Subscription, Timer
from cases.queries_case import CATCHING
from records.queries.overview import Asked, Line, Source, days_since, reach
from records.queries.overview_tasks import standing

Element = tuple[str, str]
"""A process, and an element of its diagram."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How it is at one element.

    Attributes:
        standing: Open tasks, and
        stood_since: when the first of them came.
        days: Cases that wait for a day, and
        next_day: the first of those days.
        messages: Cases that wait for word from somebody.
        waited_since: When the one that has waited longest last moved.
    """

    process: str
    element: str
    standing: int = 0
    stood_since: datetime | None = None
    days: int = 0
    next_day: datetime | None = None
    messages: int = 0
    waited_since: datetime | None = None

    @property
    def longest(self) -> datetime | None:
        """Since when the one has stood or waited that has done so longest."""
        found = [at for at in (self.stood_since, self.waited_since) if at is not None]
        return min(found, default=None)


def waiting_for_day(asked: Asked) -> Source:
    """Cases that wait at an element until a day; the longest first."""
    return Source(_waits(asked, Timer), ("since", "instance_id", "ref"), _line(asked))


def waiting_for_word(asked: Asked) -> Source:
    """Cases that wait at an element for a message; the longest first."""
    return Source(_waits(asked, Subscription), ("since", "instance_id", "ref"), _line(asked))


def places(asked: Asked) -> list[Place]:
    """How it is at every element where something stands or waits. Three queries."""
    found: dict[Element, Place] = {}
    for row in (
        standing(asked)
        .rows.order_by()
        .values("process_key", "element")
        .annotate(number=Count("pk"), first=Min("created_at"))
    ):
        key = (row["process_key"], row["element"])
        found[key] = replace(_at(found, key), standing=row["number"], stood_since=row["first"])
    owners = _owners(_edition(asked))
    for model, number in ((Timer, "days"), (Subscription, "messages")):
        for row in _grouped(_waits(asked, model), model):
            element = row["element"]
            key = (owners[row["instance__process_key"], element], element)
            place = _at(found, key)
            since = min(filter(None, (place.waited_since, row["first"])), default=None)
            more: dict[str, Any] = {number: getattr(place, number) + row["number"]}
            if model is Timer:
                more["next_day"] = min(filter(None, (place.next_day, row["day"])), default=None)
            found[key] = replace(place, waited_since=since, **more)
    return list(found.values())


def _grouped(rows: QuerySet[Any], model: type[Timer] | type[Subscription]) -> QuerySet[Any, Any]:
    more = {"day": Min("due")} if model is Timer else {}
    grouped = rows.order_by().values("instance__process_key", "element")
    found: QuerySet[Any, Any] = grouped.annotate(number=Count("ref"), first=Min("since"), **more)
    return found


def _at(found: Mapping[Element, Place], key: Element) -> Place:
    return found.get(key) or Place(process=key[0], element=key[1])


def _waits(asked: Asked, model: type[Timer] | type[Subscription]) -> QuerySet[Any]:
    """What instances stand still for: other timers and messages only listen."""
    moved = Event.objects.filter(instance=OuterRef("instance")).order_by("-version", "-seq")
    rows = model.objects.filter(
        reach(asked, "instance__arende_id"),
        _elements(_edition(asked), asked.process),
    )
    if asked.step:
        rows = rows.filter(element=asked.step)
    rows = rows.annotate(since=Subquery(moved.values("at")[:1]))
    return rows.select_related("instance", "unit").defer("instance__state")


def _line(asked: Asked) -> Any:
    edition = _edition(asked)

    def told(row: Any) -> Line:
        key = _owners(edition).get((row.instance.process_key, row.element), "")
        found = bundles.definition(edition, key).elements.get(row.element) if key else None
        return Line(
            unit=row.unit_id,
            secrecy=row.secrecy,
            case=row.instance.arende_id,
            place=row.unit.name,
            what=found.name if found else row.element,
            day=getattr(row, "due", None),
            end=row.since,
            days=days_since(row.since, asked) if row.since else None,
            process=key,
        )

    return told


def _edition(asked: Asked) -> str:
    return bundles.newest_hash(asked.today)


@lru_cache(maxsize=8)
def _owners(bundle_hash: str) -> Mapping[Element, str]:
    """The process whose diagram holds an element, by the instance's process and the element.

    Only elements where an instance stands still. A process holds those of all that it calls.
    """
    bundle = bundles.compiled(bundle_hash)
    found: dict[Element, str] = {}
    keys = [entry.key for entry in bundle.manifest.process if entry.key not in bundle.stopped]
    for root in keys:
        for key in (root, *sorted(bundle.definition(root).calls)):
            for element, info in bundle.definition(key).elements.items():
                if info.kind in CATCHING:
                    found.setdefault((root, element), key)
    return found


@lru_cache(maxsize=256)
def _elements(bundle_hash: str, process: str) -> Q:
    """Where the rows are that stand in one diagram, or in any."""
    by_instance: dict[str, list[str]] = {}
    for (root, element), key in _owners(bundle_hash).items():
        if process in ("", key):
            by_instance.setdefault(root, []).append(element)
    wanted = Q(instance__process_key="")  # none has it
    for root, elements in by_instance.items():
        wanted |= Q(instance__process_key=root, element__in=elements)
    return wanted
