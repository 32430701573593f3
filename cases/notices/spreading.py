"""From what has happened to letters that wait: one transaction, so nothing is lost or doubled."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from cases.models import Task
from cases.notices import people, sources
from cases.notices.terms import Terms, terms_at
from engine.notices import Kind, Way, Whose

TASK, REMINDER = "uppgift", "paminnelse"
BATCH = 500

_TAKE: LiteralString = """
DELETE FROM cases_nyhet WHERE id IN (
 SELECT id FROM cases_nyhet ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING sort, ref, orsakad_av
"""
# A letter that waits takes up what is new; one that is on its way does not, and another is begun.
_TELL: LiteralString = """
INSERT INTO cases_utskick (id, user_id, slag, rader, tillstand, nasta, forsok, kod, skapad, tas_upp)
VALUES (%s, %s, %s, %s::jsonb, 'vantar', %s, 0, '', %s, false)
ON CONFLICT (user_id, slag) WHERE tillstand = 'vantar' AND dag IS NULL
DO UPDATE SET rader = cases_utskick.rader || excluded.rader
"""

News = Sequence[tuple[str, UUID, int | None]]
Told = dict[tuple[int, str], list[tuple[str, str]]]
"""By user and kind: what the letter is about, as (sort, id)."""


def spread(now: datetime) -> int:
    """Make letters of what has happened since last time; return how many happenings there were.

    A second run finds them gone. Where e-mail is not set up they are only cleared away.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [BATCH])
            news = cursor.fetchall()
        terms = terms_at(now)
        if news and terms is not None and settings.KEDJA_MAIL:
            tell(_told(news, terms, now), terms, now)
    return len(news)


def tell(
    told: Mapping[tuple[int, str], Sequence[tuple[str, str]]], terms: Terms, now: datetime
) -> None:
    """Put what is told into letters that wait, one per person and kind."""
    with connection.cursor() as cursor:
        for (user, kind), rows in sorted(told.items()):
            values = (uuid4(), user, kind, json.dumps(rows), now + terms.gather, now)
            cursor.execute(_TELL, values)


def _told(news: News, terms: Terms, now: datetime) -> Told:
    mailed = people.reachable()
    wanted: list[tuple[int, Kind, str, UUID]] = []
    for sort, ref, by, kind, whom in (*_tasks(news, terms, now), *_reminders(news, terms, now)):
        wanted += [(user, kind, sort, ref) for user in whom & mailed if user != by]
    ways = people.chosen({user for user, *_rest in wanted})
    told: Told = defaultdict(list)
    for user, kind, sort, ref in wanted:
        if people.way_of(user, kind, ways) is Way.DIRECT:
            told[user, kind.id].append((sort, str(ref)))
    return told


_Line = tuple[str, UUID, int | None, Kind, set[int]]


def _tasks(news: News, terms: Terms, now: datetime) -> list[_Line]:
    by = {ref: who for sort, ref, who in news if sort == TASK}
    rows = list(Task.objects.filter(pk__in=by, status=Task.Status.OPEN).defer("basis"))
    whom = people.of_tasks(rows, localdate(now))
    instead = people.stand_ins(rows, localdate(now))
    found = []
    for task in rows:
        whose: Whose = "grupp" if task.claimed_by_id is None else "mig"
        told: tuple[tuple[Whose, set[int]], ...] = (
            (whose, whom[task.pk]),
            ("vikarie", instead.get(task.pk, set())),
        )
        for way, users in told:
            kind = terms.kinds.of_task(task.element, whose=way) if users else None
            if kind is not None:
                found.append((TASK, task.pk, by[task.pk], kind, users))
    return found


def _reminders(news: News, terms: Terms, now: datetime) -> list[_Line]:
    by = {ref: who for sort, ref, who in news if sort == REMINDER}
    found = []
    for ref, one in sources.described(list(by)).items() if by else ():
        kind = terms.kinds.of_reminder(one.typ, one.niva)
        if kind is not None:
            found.append((REMINDER, ref, by[ref], kind, people.of_reminder(one, localdate(now))))
    return found
