"""Who may review the akter of a unit: those who may read them anyway (LBP 10 §)."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model

from cases import access
from cases.access import Action, Resource
from cases.actor import Actor, actor_for
from engine.bundle import Bundle
from records.models import Akt
from records.protection import cleared


def reviewers(bundle: Bundle, organisation: UUID, unit: UUID, now: datetime) -> dict[str, Actor]:
    """Those whose roles let them read the content of the unit's akter, by user name.

    The egenkontroll gives nobody a way into an akt: who cannot read there cannot review.

    Args:
        bundle: The edition whose table ``atkomst`` decides.
        organisation: Who holds the akter.
        unit: The unit that holds them.
        now: The moment, aware; grants are dated.
    """
    grants = cleared(organisation, unit, 0, now)
    users = get_user_model().objects.filter(pk__in=grants.values("user_id"))
    wanted = Resource(ref=unit, bundle=bundle.hash, organisation=organisation, unit=unit, secrecy=0)
    actors = (actor_for(user, now) for user in users.order_by("username"))
    return {one.username: one for one in actors if access.allowed(one, Action.CONTENT, wanted)}


def may_read(actor: Actor, akt: Akt, bundle: Bundle) -> bool:
    """Whether a reviewer may read one akt; a protected one only if she is named for it (P-2)."""
    wanted = Resource(
        ref=akt.pk,
        bundle=bundle.hash,
        organisation=akt.organisation_id,
        unit=akt.unit_id,
        secrecy=akt.secrecy,
        case=akt.arende_id,
    )
    return access.allowed(actor, Action.CONTENT, wanted)
