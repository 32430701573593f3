"""Pages and counts of the inbox. Call them inside ``access_context``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cases import access, queries
from cases.actor import Actor
from cases.context import native_cursor
from cases.inbox.places import Looker, looker_of
from cases.inbox.sources import Key, statement, values
from cases.inbox.wanted import Wanted
from cases.models import Task

MANY = 100
"""Where a count stops: it says that there are as many or more."""

# Planned for the places at hand (a millisecond; a plan for any places reads twenty times as much),
# and never compiled.
_QUEUES = b"""SELECT kedja_queues($1::uuid[]),
 set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page: tasks in order, and whether there are more beyond the last."""

    rows: list[Task]
    more: bool

    @property
    def last(self) -> Key | None:
        """Where the next page begins; None when there is none."""
        return key_of(self.rows[-1]) if self.more else None


def key_of(task: Task) -> Key:
    """The place of a task in the order."""
    return task.due, task.created_at, task.pk


def looker(actor: Actor, now: datetime) -> Looker:
    """Return who looks, for any number of pages and counts of one transaction."""
    row = (
        native_cursor()
        .execute(_QUEUES, [sorted(set(actor.places.values()))], prepare=True)
        .fetchone()
    )
    return looker_of(actor, now, () if row is None else row[0])


def page(who: Looker, wanted: Wanted, *, after: Key | None = None, limit: int) -> Found:
    """Return the most urgent tasks of a choice.

    Args:
        who: Who looks, and when.
        wanted: The choice.
        after: ``last`` of the page before.
        limit: Rows per page.
    """
    if wanted.case is not None:
        rows = queries.inbox(who.actor, now=who.now).filter(arende_id=wanted.case)
        return Found(rows=_with_names(rows)[:limit], more=False)
    given, sights = values([wanted], who, after=after, limit=limit + 1)
    if not sights:
        return Found(rows=[], more=False)
    text = statement(sights, counting=False, standing=bool(who.actor.stands_for))
    ids = [row[0] for row in native_cursor().execute(text, given, prepare=True).fetchall()]
    return Found(rows=_rows(ids[:limit], who), more=len(ids) > limit)


def counts(who: Looker, choices: Mapping[str, Wanted]) -> dict[str, int]:
    """Return how many tasks each choice holds; ``MANY`` for as many or more. One query.

    Args:
        who: Who looks, and when.
        choices: The choices, by any names.
    """
    given, sights = values(list(choices.values()), who, after=None, limit=MANY)
    if not sights:
        return dict.fromkeys(choices, 0)
    text = statement(sights, counting=True, standing=bool(who.actor.stands_for))
    found = dict(native_cursor().execute(text, given, prepare=True).fetchall())
    return {name: found[number] for number, name in enumerate(choices)}


def _rows(ids: Sequence[UUID], who: Looker) -> list[Task]:
    rows = access.visible(Task.objects.filter(pk__in=ids), who.actor, who.now)
    by_id = {row.pk: row for row in _with_names(rows)}
    return [by_id[ref] for ref in ids if ref in by_id]


def _with_names(rows: QuerySet[Task]) -> list[Task]:
    found = rows.select_related("claimed_by", "delegated_by", "instance", "unit")
    return list(found.defer("instance__state"))
