"""Saved choices of tasks: for oneself, or for everybody in a unit."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from cases.inbox.errors import FilterRefusedError
from cases.models import SparatFilter

MOST = 12
"""Choices that one person may keep; each is counted every time she looks at her day."""
LONGEST = 60


def save_filter(
    name: str, query: Mapping[str, str], *, unit: UUID | None, actor: Actor, now: datetime
) -> SparatFilter:
    """Keep a choice under a name; the same name again replaces it.

    Args:
        name: What people read; at most ``LONGEST`` characters.
        query: The address's words of the choice. No case data.
        unit: Everybody in it sees the choice; None for oneself only.
        actor: Who keeps it.
        now: The moment, aware.

    Raises:
        FilterRefusedError: No name, too long a one, or ``MOST`` are kept already.
        NotPermittedError: The actor has no role in the unit.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST:
        raise FilterRefusedError("name")
    if unit is not None and unit not in actor.places:
        raise NotPermittedError("share", unit)
    with access_context(actor):
        own = SparatFilter.objects.filter(user_id=actor.user_id or 0)
        same = next((row for row in own.filter(name=said) if row.unit_id == unit), None)
        if same is None and own.count() >= MOST:
            raise FilterRefusedError("many")
        place = {"unit_id": unit, "organisation_id": actor.places.get(unit) if unit else None}
        kept = same or SparatFilter(user_id=actor.user_id or 0, name=said, created_at=now, **place)
        kept.query = dict(query)
        kept.save()
        return kept


def drop_filter(filter_id: UUID, *, actor: Actor) -> None:
    """Forget a choice of one's own.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """
    with access_context(actor):
        gone, _ = SparatFilter.objects.filter(pk=filter_id, user_id=actor.user_id or 0).delete()
        if not gone:
            raise NotFoundError("filter", filter_id)
