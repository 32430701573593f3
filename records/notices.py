"""To whom a reminder is: by name, or to a role that she holds where it was sent."""

from uuid import UUID

from django.db.models import Q

from cases.actor import Actor


def addressed_to(actor: Actor) -> Q:
    """The reminders to the actor, as a filter of ``Notis``."""
    wanted = Q(mottagare_id=actor.user_id) if actor.user_id else Q(pk__in=())
    for unit in actor.units:
        for grant in actor.grants_in(actor.places[unit], unit):
            wanted |= Q(mottagare_id=None, roll=grant.role) & _sent_to(unit)
    return wanted


def _sent_to(unit: UUID) -> Q:
    return Q(delad_med_id=unit) | Q(delad_med_id=None, unit_id=unit)
