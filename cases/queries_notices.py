"""What the pages show of a person's notices. Evaluate inside ``access_context(actor)``."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Value
from django.utils.timezone import localdate

from cases.actor import Actor
from cases.models import Epostadress, Notisinstallning, Notisval, RoleGrant, Utskick
from engine.notices import Way

MANAGERS = frozenset({"systemforvaltare", "systemadministrator"})
"""Roles that see which addresses of their organisation take no letters."""
MOST = 200
_BAD = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What Min dag must know: kinds that are hidden, and whether letters do not arrive."""

    hidden: frozenset[str]
    bad_address: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BadAddress:
    """An address that takes no letters, and whose it is."""

    user: User
    address: str
    since: datetime
    code: str


def standing(actor: Actor) -> Standing:
    """One query, whatever there is."""
    user = actor.user_id or 0
    silent = Notisval.objects.filter(user_id=user, satt=Way.SILENT).values_list("slag")
    bad = Epostadress.objects.filter(user_id=user, tillstand=Epostadress.State.BAD)
    found = {word for (word,) in silent.union(bad.values_list(Value(_BAD)), all=True)}
    return Standing(hidden=frozenset(found - {_BAD}), bad_address=_BAD in found)


def address(actor: Actor) -> Epostadress | None:
    """The actor's own address, or None."""
    return Epostadress.objects.filter(user_id=actor.user_id or 0).first()


def settings_of(actor: Actor) -> Notisinstallning:
    """The actor's hour and calendar; what holds for everybody where she has chosen nothing."""
    found = Notisinstallning.objects.filter(user_id=actor.user_id or 0).first()
    return found or Notisinstallning(user_id=actor.user_id or 0)


def ways(actor: Actor) -> dict[str, str]:
    """What the actor has chosen herself, by kind."""
    rows = Notisval.objects.filter(user_id=actor.user_id or 0)
    return dict(rows.values_list("slag", "satt"))


def figures() -> dict[str, int]:
    """How sending goes: numbers of letters, nobody's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, value FROM kedja_letter_gauges()")
        return {name.removeprefix("kedja_"): int(value) for name, value in cursor.fetchall()}


def letters(actor: Actor, limit: int = 10) -> list[Utskick]:
    """The newest letters to the actor that were sent or went wrong."""
    gone = (Utskick.State.SENT, Utskick.State.UNCERTAIN, Utskick.State.FAILED)
    rows = Utskick.objects.filter(user_id=actor.user_id or 0, tillstand__in=gone)
    return list(rows.order_by("-klar")[:limit])


def bad_addresses(actor: Actor, now: datetime) -> list[BadAddress]:
    """Addresses that take no letters, of people in the organisations that the actor manages."""
    managed = {grant.organisation for grant in actor.grants if grant.role in MANAGERS}
    there = RoleGrant.objects.on(localdate(now)).filter(organisation_id__in=managed)
    rows = Epostadress.objects.filter(
        tillstand=Epostadress.State.BAD,
        user__is_active=True,
        user_id__in=there.values("user_id"),
    )
    return [
        BadAddress(user=row.user, address=row.adress, since=row.sedan, code=row.kod)
        for row in rows.select_related("user").order_by("-sedan", "pk")[:MOST]
    ]
