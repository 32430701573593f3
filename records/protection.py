"""Protected identity: who is named for a case, and a level that changes (domain 5.2, P-1…P-9)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q, QuerySet

from cases import use_cases
from cases.capabilities import CapabilityContext
from cases.models import CaseAccess, RoleGrant
from records.answers import local_date
from records.errors import ProtectionChangedError, database_rules
from records.models import Skydd, Uppdrag, UppdragStatus

CHANGED = "skydd.andrat"
"""The message that lets the head of the unit name who works with the person."""


def hold(context: CapabilityContext, arende_id: UUID, weighed: str | None) -> None:
    """Let no other change of the person's protection go on until this transaction ends.

    Args:
        context: The action; its level is the one that it began at.
        arende_id: The case.
        weighed: The protection that the change was weighed against, where that was earlier.

    Raises:
        ProtectionChangedError: It is another now, so the change must be weighed again (P-7).
        ProtectionBusyError: Another change is under way, and may be waiting for this instance.
    """
    with database_rules(arende_id), connection.cursor() as cursor:
        cursor.execute("SELECT records_protection_lock(%s, %s)", [arende_id, context.instance_id])
        (found,) = cursor.fetchone()
    now = Skydd(found)
    if now.level != context.secrecy or weighed not in (None, now.value):
        raise ProtectionChangedError(arende_id)


def protect(context: CapabilityContext, arende_id: UUID, skydd: Skydd) -> int:
    """Restamp every row about the person, at every holder, in this transaction.

    Returns:
        Number of rows whose level changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, %s, %s, %s, %s)",
            [arende_id, skydd.value, skydd.level, context.actor.user_id, context.now],
        )
        (rows,) = cursor.fetchone()
    context.restamped(skydd.level)
    return int(rows)


def announce(context: CapabilityContext, arende_id: UUID, skydd: Skydd) -> None:
    """Tell myndighetens head of unit that a protected case has been opened (P-2)."""
    use_cases.throw(
        CHANGED,
        str(arende_id),
        {"skydd": skydd.value},
        context=context,
        arende_id=arende_id,
        secrecy=skydd.level,
    )


def named(arende_id: UUID, unit: UUID) -> QuerySet[CaseAccess]:
    """The appointments of a unit for a case that have not ended."""
    return CaseAccess.objects.filter(
        arende_id=arende_id, unit_id=unit, kind=CaseAccess.Kind.APPOINTED, ended_at=None
    )


def cleared(organisation: UUID, unit: UUID, level: int, now: datetime) -> QuerySet[RoleGrant]:
    """The grants in a unit that reach a protection level today."""
    day = local_date(now)
    return RoleGrant.objects.active(day).filter(
        Q(unit_id=unit) | Q(unit=None, organisation_id=organisation),
        secrecy__gte=level,
        user__is_active=True,
    )


def appoint(context: CapabilityContext, arende_id: UUID, usernames: Iterable[str]) -> set[str]:
    """Let exactly these people of the unit be the named ones (P-2).

    Returns:
        Those who are not cleared for the level in the unit; they are not appointed.
    """
    wanted = set(usernames)
    grants = cleared(context.organisation, context.unit, context.secrecy, context.now)
    users = get_user_model().objects.filter(username__in=wanted, pk__in=grants.values("user_id"))
    found = dict(users.values_list("username", "pk"))
    if wanted - set(found):
        return wanted - set(found)
    now_named = named(arende_id, context.unit)
    now_named.exclude(user_id__in=found.values()).update(
        ended_at=context.now, ended_by_id=context.actor.user_id
    )
    held = set(now_named.values_list("user_id", flat=True))
    CaseAccess.objects.bulk_create(
        CaseAccess(
            organisation_id=context.organisation,
            unit_id=context.unit,
            arende_id=arende_id,
            user_id=user,
            kind=CaseAccess.Kind.APPOINTED,
            level=context.secrecy,
            opened_at=context.now,
            opened_by_id=context.actor.user_id,
        )
        for user in found.values()
        if user not in held
    )
    return set()


def receivers(arende_id: UUID) -> list[dict[str, str]]:
    """The providers that carry out something in a case: each with its uppdrag."""
    rows = Uppdrag.objects.filter(arende_id=arende_id, status=UppdragStatus.ACCEPTERAT)
    return [
        {
            "uppdrag": str(row.pk),
            "mottagare_organisation": str(row.mottagare_organisation_id),
            "mottagare_enhet": str(row.mottagare_unit_id),
        }
        for row in rows.order_by("skapad", "pk")
    ]
