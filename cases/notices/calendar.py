"""Due dates as a calendar that any calendar program subscribes to (RFC 5545).

An event has a kind of task as its title, all day on its last day in Stockholm, and nothing else:
the calendar lies with somebody else, on telephones and in other systems.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Q
from django.utils.timezone import localdate

from cases import access, substitution
from cases.actor import Actor
from cases.context import access_context
from cases.models import Notisinstallning, Task
from cases.models.organisation import Secrecy

LINE: Final = 75
"""Octets of a line before it is folded."""
MOST: Final = 500
"""Events, those with the nearest day first."""
HIDDEN: Final = "Uppgift i Kedja"
"""Title where the person is protected: not even the kind of task is told."""
INSTEAD: Final = " (som vikarie)"
"""What stands after the title of a colleague's task: whose it is, the calendar does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One event: an id that stays, a title, a day, and since when it is so."""

    uid: str
    title: str
    day: date
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The calendar as it is now: its text, a mark that changes with it, and since when."""

    text: bytes
    etag: str
    changed: datetime


def feed(actor: Actor, now: datetime) -> Feed:
    """The calendar of one person: what she has to do, by its last day.

    And what she may do for a colleague whom she stands in for today.

    Args:
        actor: Whose calendar it is.
        now: The moment, aware.
    """
    with access_context(actor):
        hers = Q(claimed_by_id=actor.user_id or 0) | substitution.of_colleagues(actor)
        rows = access.visible(Task.objects.all(), actor, now).filter(
            hers, status=Task.Status.OPEN, due__isnull=False
        )
        found = rows.order_by("due", "created_at", "pk")[:MOST]
        text = calendar(
            [_event_of(task, task.due, actor.user_id or 0) for task in found if task.due]
        )
        etag = hashlib.sha256(text).hexdigest()
        own = Notisinstallning.objects.select_for_update().get(user_id=actor.user_id or 0)
        if own.kalender_etag != etag or own.kalender_andrad is None:
            own.kalender_etag, own.kalender_andrad = etag, now
            own.save(update_fields=["kalender_etag", "kalender_andrad"])
        return Feed(text=text, etag=etag, changed=own.kalender_andrad)


def _event_of(task: Task, due: datetime, owner: int) -> Due:
    instead = task.claimed_by_id != owner
    return Due(
        uid=_uid(task.pk, owner),
        title=f"{task.name}: sista dag{INSTEAD * instead}"
        if task.secrecy == Secrecy.NORMAL
        else HIDDEN,
        day=localdate(due),
        since=task.created_at,
    )


def _uid(task: UUID, owner: int) -> str:
    """The same for ever for the same task and person; says nothing about either."""
    return f"{uuid5(uuid5(NAMESPACE_URL, f'kedja:{owner}'), str(task))}@kedja"


def calendar(dues: Iterable[Due]) -> bytes:
    """Write a calendar; the same events give the same octets."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kedja//Att gora//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Kedja",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for due in dues for line in _event(due)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(due: Due) -> Sequence[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{due.uid}",
        f"DTSTAMP:{due.since.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(due.title)}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _escaped(text: str) -> str:
    """Text as RFC 5545 §3.3.11 writes it; line breaks of any kind become spaces."""
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """A line, broken after 75 octets and never inside a character (RFC 5545 §3.1)."""
    parts = [b""]
    for char in line:
        octets = char.encode()
        if len(parts[-1]) + len(octets) > LINE:
            parts.append(b" ")
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"
