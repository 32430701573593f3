"""How much there is, seen as the person herself sees it when the letter is sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from cases import access, inbox, substitution
from cases.actor import Actor
from cases.context import access_context
from cases.inbox import Wanted, When, Whose
from cases.models import Task
from cases.notices import people, sources
from cases.notices.letters import Amount
from cases.notices.spreading import REMINDER, TASK
from cases.notices.terms import Terms
from engine.notices import Kind, Way

_TIMES = {"all": When.ANY, "late": When.LATE, "today": When.TODAY}
_MINE, _FREE, _STOOD_IN = "mig", "grupp", "vikarie"
_ALL: Final = frozenset({_MINE, _FREE, _STOOD_IN})
_SUMS: Final[Mapping[frozenset[str], tuple[tuple[Whose, ...], tuple[Whose, ...]]]] = {
    frozenset(): ((), ()),
    frozenset({_MINE}): ((Whose.MINE,), ()),
    frozenset({_FREE}): ((Whose.FREE,), ()),
    frozenset({_STOOD_IN}): ((Whose.STOOD_IN,), ()),
    frozenset({_MINE, _FREE}): ((Whose.MINE, Whose.FREE), ()),
    frozenset({_FREE, _STOOD_IN}): ((Whose.FREE, Whose.STOOD_IN), ()),
    frozenset({_MINE, _STOOD_IN}): ((Whose.FOR_ME,), (Whose.FREE,)),
    _ALL: ((Whose.FOR_ME,), ()),
}
"""Whose tasks she wants to be told of (``Kind.hos``), as parts of Min dag to add and take away:
what a substitute has taken is among her own and among her colleague's, and is counted once."""


def of_rows(rows: Iterable[Iterable[str]], actor: Actor, now: datetime) -> Amount:
    """What is left of what a letter is about.

    Args:
        rows: (sort, id) of each thing.
        actor: Whose letter it is.
        now: The moment, aware.
    """
    named = {(sort, UUID(ref)) for sort, ref in rows}
    tasks = {ref for sort, ref in named if sort == TASK}
    reminders = {ref for sort, ref in named if sort == REMINDER}
    with access_context(actor):
        # What a colleague has taken meanwhile is nothing for her, unless she stands in for her.
        hers = Q(claimed_by=None) | Q(claimed_by=actor.user_id) | substitution.of_colleagues(actor)
        seen = access.visible(Task.objects.filter(pk__in=tasks), actor, now)
        open_now = seen.filter(hers, status=Task.Status.OPEN)
        waiting = list(open_now.values_list("due", flat=True))
        unread = sources.unread(actor, now) if reminders else []
    return Amount(
        tasks=min(len(waiting), inbox.MANY),
        late=min(sum(day is not None and day < now for day in waiting), inbox.MANY),
        reminders=sum(one.id in reminders for one in unread),
    )


def of_day(terms: Terms, actor: Actor, now: datetime) -> Amount:
    """What is open of everything that the person wants letters about.

    The numbers are those of Min dag: the same query, as the same person.
    """
    ways = people.chosen([actor.user_id or 0])
    told = {
        kind.id
        for kind in terms.kinds.notis
        if people.way_of(actor.user_id or 0, kind, ways) in (Way.DIRECT, Way.DIGEST)
    }
    held = _held([kind for kind in terms.kinds.notis if kind.id in told])
    with access_context(actor):
        found = _counted(held, actor, now)
        kinds = [terms.kinds.of_reminder(one.typ, one.niva) for one in sources.unread(actor, now)]
    return Amount(
        tasks=found.get("all", 0),
        late=found.get("late", 0),
        today=found.get("today", 0),
        reminders=sum(kind is not None and kind.id in told for kind in kinds),
    )


def _held(kinds: Iterable[Kind]) -> frozenset[str]:
    """Whose tasks the kinds speak of: a key of ``_SUMS``."""
    held = {kind.hos for kind in kinds if kind.galler == "uppgift" and not kind.steg}
    return _ALL if "" in held else frozenset(held)


def _counted(held: frozenset[str], actor: Actor, now: datetime) -> dict[str, int]:
    """How many there are for each of ``_TIMES``, in one query; ``MANY`` says as many or more."""
    plus, minus = _SUMS[held]
    wanted = {
        f"{name} {part}": Wanted(whose=part, when=when)
        for name, when in _TIMES.items()
        for part in (*plus, *minus)
    }
    numbers = inbox.counts(inbox.looker(actor, now), wanted) if wanted else {}
    found = {}
    for name in _TIMES:
        total = sum(numbers[f"{name} {part}"] for part in plus)
        less = sum(numbers[f"{name} {part}"] for part in minus)
        found[name] = inbox.MANY if total >= inbox.MANY else total - less
    return found
