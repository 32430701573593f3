"""To whom a reminder is: by name, or to a role that she holds where it was sent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.models import Unit
from cases.notices import sources
from cases.notices.sources import Reminder, Source, Unread
from records.models import Notis


def addressed_to(actor: Actor) -> Q:
    """The reminders to the actor, as a filter of ``Notis``."""
    wanted = Q(mottagare_id=actor.user_id) if actor.user_id else Q(pk__in=())
    for unit in actor.units:
        for grant in actor.grants_in(actor.places[unit], unit):
            wanted |= Q(mottagare_id=None, roll=grant.role) & _sent_to(unit)
    return wanted


def _sent_to(unit: UUID) -> Q:
    return Q(delad_med_id=unit) | Q(delad_med_id=None, unit_id=unit)


def described(ids: Collection[UUID]) -> Mapping[UUID, Reminder]:
    """To whom unread reminders are, for letters: no case data."""
    rows = list(Notis.objects.filter(pk__in=ids, last=None))
    places = {row.delad_med_id or row.unit_id for row in rows}
    owners = dict(Unit.objects.filter(pk__in=places).values_list("pk", "organisation_id"))
    return {
        row.pk: Reminder(
            typ=row.typ,
            niva=row.niva,
            user=row.mottagare_id,
            role=row.roll,
            unit=row.delad_med_id or row.unit_id,
            organisation=owners[row.delad_med_id or row.unit_id],
            secrecy=row.secrecy,
        )
        for row in rows
    }


def unread(actor: Actor, now: datetime) -> list[Unread]:
    """What the actor has not put away, as the pages show it. Call it inside ``access_context``.

    The level is asked for here too: the worker counts for people, and no policy binds it.
    """
    rows = Notis.objects.filter(
        addressed_to(actor), last=None, skapad__lte=now, secrecy__lte=actor.secrecy
    )
    return [
        Unread(id=key, typ=typ, niva=niva)
        for key, typ, niva in rows.values_list("pk", "typ", "niva")
    ]


sources.reminders_from(Source(described=described, unread=unread))
