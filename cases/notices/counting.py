"""How much there is, seen as the person herself sees it when the letter is sent."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cases import access, inbox
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
        due = list(
            access.visible(Task.objects.filter(pk__in=tasks), actor, now)
            .filter(status=Task.Status.OPEN)
            .values_list("due", "claimed_by_id")
        )
        unread = sources.unread(actor, now) if reminders else []
    # What a colleague has taken meanwhile is nothing for her any more.
    waiting = [day for day, holder in due if holder in (None, actor.user_id)]
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
    whose = _whose([kind for kind in terms.kinds.notis if kind.id in told])
    with access_context(actor):
        found = {}
        if whose is not None:
            wanted = {name: Wanted(whose=whose, when=when) for name, when in _TIMES.items()}
            found = inbox.counts(inbox.looker(actor, now), wanted)
        kinds = [terms.kinds.of_reminder(one.typ, one.niva) for one in sources.unread(actor, now)]
    return Amount(
        tasks=found.get("all", 0),
        late=found.get("late", 0),
        today=found.get("today", 0),
        reminders=sum(kind is not None and kind.id in told for kind in kinds),
    )


def _whose(kinds: Iterable[Kind]) -> Whose | None:
    """Which part of Min dag the kinds speak of."""
    held = {kind.hos for kind in kinds if kind.galler == "uppgift" and not kind.steg}
    if held >= {"mig", "grupp"} or "" in held:
        return Whose.FOR_ME
    if "mig" in held:
        return Whose.MINE
    return Whose.FREE if "grupp" in held else None
