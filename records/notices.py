"""To whom a reminder is: by name (and to her substitute), or to a role held where it was sent."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases.actor import Actor
from cases.models import Secrecy, Unit
from cases.notices import sources
from cases.notices.sources import Reminder, Source, Unread
from records.models import Notis

OPEN = Q(last=None, klar=None)
"""Neither put away nor ended: what pages, letters and counts show and count."""

ONE_LIST = frozenset({"las_rutiner"})
"""Kinds that lead to a list of one's own: to a person they are one, whichever unit sent them."""


def addressed_to(actor: Actor) -> Q:
    """The reminders to the actor, as a filter of ``Notis``."""
    wanted = Q(mottagare_id=actor.user_id) if actor.user_id else Q(pk__in=())
    wanted |= _of_colleagues(actor)
    for unit in actor.units:
        for grant in actor.grants_in(actor.places[unit], unit):
            wanted |= Q(mottagare_id=None, roll=grant.role) & _sent_to(unit)
    return wanted


def _of_colleagues(actor: Actor) -> Q:
    """Those by name to somebody whom the actor stands in for, in units where she works herself.

    Nothing about somebody protected, and nothing that the colleague alone can do (ADR 0023).
    """
    found = Q(pk__in=())
    for one in actor.stands_for.values():
        for unit in actor.units_of(one.organisation):
            found |= Q(mottagare_id=one.person) & _sent_to(unit)
    return found & Q(secrecy=Secrecy.NORMAL) & ~Q(typ__in=ONE_LIST)


def _sent_to(unit: UUID) -> Q:
    return Q(delad_med_id=unit) | Q(delad_med_id=None, unit_id=unit)


def same_as(row: Notis) -> Q:
    """The reminders that are put away with one: those to the same person of the same list."""
    if row.typ in ONE_LIST and row.mottagare_id is not None:
        return Q(typ=row.typ, mottagare=row.mottagare_id)
    return Q(pk=row.pk)


def once(rows: Iterable[Notis]) -> list[Notis]:
    """The reminders, with one for each list of one's own: the first that comes."""
    seen: set[str] = set()
    found = []
    for row in rows:
        own = row.typ in ONE_LIST and row.mottagare_id is not None
        if not (own and row.typ in seen):
            found.append(row)
        seen |= {row.typ} if own else set()
    return found


def described(ids: Collection[UUID]) -> Mapping[UUID, Reminder]:
    """To whom open reminders are, for letters: no case data."""
    rows = list(Notis.objects.filter(OPEN, pk__in=ids))
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
            own=row.typ in ONE_LIST,
        )
        for row in rows
    }


def unread(actor: Actor, now: datetime) -> list[Unread]:
    """The actor's open reminders, as the pages show them. Call it inside ``access_context``.

    The level is asked for here too: the worker counts for people, and no policy binds it.
    """
    rows = Notis.objects.filter(
        OPEN, addressed_to(actor), skapad__lte=now, secrecy__lte=actor.secrecy
    )
    newest = rows.only("pk", "typ", "niva", "mottagare").order_by("-skapad", "pk")
    return [Unread(id=row.pk, typ=row.typ, niva=row.niva) for row in once(newest)]


sources.reminders_from(Source(described=described, unread=unread))
