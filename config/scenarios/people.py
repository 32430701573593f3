"""Who does a step: a user of the demo municipality, by name or by role."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.timezone import localdate

from cases.actor import Actor, actor_for
from cases.models import RoleGrant


class NobodyError(LookupError):
    """No user of the setting fits the step."""

    def __init__(self, word: str, unit: UUID | None) -> None:
        where = "" if unit is None else f" in unit {unit}"
        super().__init__(f"nobody is or holds the role {word}{where}")


def actor_named(word: str, *, unit: UUID | None, now: datetime) -> Actor:
    """Return who acts.

    Args:
        word: A user name, or the id of a role: then the first user (by user name) who holds it
            where the step takes place.
        unit: Where the task is; None for a start.
        now: The moment, aware; grants are dated.

    Raises:
        NobodyError: There is no such user.
    """
    users = get_user_model().objects.filter(is_active=True)
    named = users.filter(username=word).first()
    if named is not None:
        return actor_for(named, now)
    day = localdate(now)
    grants = RoleGrant.objects.active(day).filter(role=word)
    if unit is not None:
        grants = grants.filter(Q(unit_id=unit) | Q(unit__isnull=True, organisation__units__id=unit))
    grant = grants.order_by("user__username").select_related("user").first()
    if grant is None:
        raise NobodyError(word, unit)
    return actor_for(grant.user, now)
