"""How far a case has come and what it waits for. Call inside ``access_context(actor)``."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.db.models.fields.json import KeyTextTransform

from cases import access, queries
from cases.actor import Actor
from cases.explained import element_of
from cases.models import Event, Instance, Subscription

CATCHING: Final = frozenset({"receiveTask", "intermediateCatchEvent"})
"""Elements where an instance stands still; other subscriptions and timers only listen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something that an instance waits for: a day, or a message. ``name`` is the diagram's."""

    instance: UUID
    process_key: str
    name: str
    until: datetime | None = None


def recorded(
    arende_id: UUID, *, actor: Actor, now: datetime, kinds: Collection[str]
) -> dict[str, datetime]:
    """Return when each kind of record was last made in an ärende, as far as the actor may see.

    Args:
        arende_id: The ärende.
        actor: Who looks.
        now: Its day chooses the edition whose access table decides.
        kinds: The kinds of record that are asked for.
    """
    rows = access.visible(Event.objects.filter(arende_id=arende_id, kind="recorded"), actor, now)
    named = rows.annotate(record=KeyTextTransform("record", "detail"))
    found = named.filter(record__in=list(kinds)).values("record").annotate(last=Max("at"))
    return {row["record"]: row["last"] for row in found}


def waits(arende_id: UUID, *, actor: Actor, now: datetime) -> list[Wait]:
    """Return the days and messages that the processes of an ärende wait for, the next day first."""
    timers = queries.timers(actor, now=now, arende_id=arende_id)
    rows = access.visible(Subscription.objects.filter(instance__arende_id=arende_id), actor, now)
    messages = rows.select_related("instance").defer("instance__state")
    return [
        *_told((row.instance, row.element, row.due) for row in timers),
        *_told((row.instance, row.element, None) for row in messages),
    ]


def _told(rows: Iterable[tuple[Instance, str, datetime | None]]) -> list[Wait]:
    found = []
    for instance, element, until in rows:
        info = element_of(instance, element)
        if info is None or not info.name or info.kind not in CATCHING:
            continue
        wait = Wait(
            instance=instance.pk, process_key=instance.process_key, name=info.name, until=until
        )
        found.append(wait)
    return list(dict.fromkeys(found))
