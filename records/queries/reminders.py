"""Reminders that are open no more: put away by somebody, or ended because it is done."""

from datetime import datetime

from django.db.models import Q

from cases.actor import Actor
from cases.context import access_context
from records.models import Notis
from records.notices import OPEN, addressed_to
from records.queries.lists import Cursor


def earlier_notices(
    actor: Actor, *, now: datetime, after: Cursor | None = None, limit: int = 50
) -> tuple[list[Notis], Cursor | None]:
    """The actor's reminders that have left the list, newest first; one query, whatever there is.

    Args:
        actor: Whose they are.
        now: The moment, aware.
        after: Where the page before ended.
        limit: Rows per page.
    """
    with access_context(actor):
        rows = Notis.objects.filter(addressed_to(actor), ~OPEN, skapad__lte=now)
        if after is not None:
            rows = rows.filter(Q(skapad__lt=after[0]) | Q(skapad=after[0], pk__lt=after[1]))
        found = list(rows.order_by("-skapad", "-pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], (last.skapad, last.pk) if last else None
