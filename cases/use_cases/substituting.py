"""Who stands in for whom: appointed, ended, and what was taken given back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate

from cases import access, bundles, repository
from cases.access import Action
from cases.actor import SYSTEM, Actor, Grant, actor_for
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError, ReasonInvalidError
from cases.models import Task, Vikariat
from cases.repository import ON_BEHALF, Line, LockedTask, TaskChange
from cases.substitution_errors import SubstitutionRefusedError

log = structlog.get_logger(__name__)
ACTION = "utse_vikarie"
OVERLAP = "vikariat_one_at_a_time"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """What is wished: who stands in for whom, from day to day (Stockholm, both included).

    ``reason`` is a code of ``terms/vikariatsorsaker.toml``: it is about somebody's absence, so no
    free text.
    """

    person: int
    substitute: int
    first: date
    last: date
    reason: str


def appoint_substitute(wish: Substitution, *, actor: Actor, now: datetime) -> Vikariat:
    """Let a colleague stand in for a person.

    The person herself may, and who leads every unit of one organisation where she works.

    Args:
        wish: Who, when and why.
        actor: Who appoints.
        now: The moment, aware; what roles the two have is asked today.

    Raises:
        ReasonInvalidError: Not a code.
        SubstitutionRefusedError: The days, or the two, do not fit; or she has a substitute then.
        NotPermittedError: The actor is neither herself nor her head.
    """
    if not _CODE.fullmatch(wish.reason):
        raise ReasonInvalidError
    if not localdate(now) <= wish.first <= wish.last:
        raise SubstitutionRefusedError("period")
    if wish.person == wish.substitute:
        raise SubstitutionRefusedError("oneself")
    person, substitute = _user(wish.person, now), _user(wish.substitute, now)
    place = _place(person, substitute, actor, now)
    if place is None:
        raise SubstitutionRefusedError("role")
    organisation, unit = place
    row = Vikariat(
        organisation_id=organisation,
        unit_id=unit,
        person_id=wish.person,
        vikarie_id=wish.substitute,
        from_day=wish.first,
        to_day=wish.last,
        reason=wish.reason,
        appointed_at=now,
        appointed_by_id=actor.user_id or 0,
    )
    with access_context(actor):
        repository.lock_substitutes(wish.person)
        _insert(row)
    log.info("substitute_appointed", vikariat=str(row.pk), by=actor.user_id)
    return row


def end_substitution(vikariat: UUID, *, actor: Actor, now: datetime) -> int:
    """End a substitution before its last day; a second time changes nothing.

    Either of the two may, and who leads the unit where the person works. What was taken and is not
    done goes back to her, task by task; what this actor cannot see goes with the worker's round.

    Returns:
        How many tasks went back.

    Raises:
        NotFoundError: There is none that the actor may know of.
        NotPermittedError: She is neither of the two, nor the head.
    """
    with access_context(actor):
        row = Vikariat.objects.select_for_update().filter(pk=vikariat).first()
        if row is None:
            raise NotFoundError("substitution", vikariat)
        own = actor.user_id in (row.person_id, row.vikarie_id)
        if not own and not _leads(actor, row.organisation_id, {row.unit_id}, now):
            raise NotPermittedError(ACTION, vikariat)
        if row.ended_at is None:
            row.ended_at, row.ended_by_id = now, actor.user_id
            row.save(update_fields=["ended_at", "ended_by"])
    log.info("substitution_ended", vikariat=str(vikariat), by=actor.user_id)
    with access_context(actor):
        taken = Task.objects.filter(vikariat=vikariat, status=Task.Status.OPEN)
        ids = list(taken.values_list("pk", flat=True))
    return _give_back(ids, actor, now)


def return_from_substitutes(*, now: datetime, limit: int = 500) -> int:
    """Give back every open task whose substitution is over, to the colleague it was taken from.

    A second call finds none.

    Returns:
        How many went back.
    """
    over = Q(vikariat__to_day__lt=localdate(now)) | Q(vikariat__ended_at__isnull=False)
    with access_context(SYSTEM):
        rows = Task.objects.filter(over, status=Task.Status.OPEN, vikariat__isnull=False)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return _give_back(ids, SYSTEM, now)


def led(actor: Actor, now: datetime) -> frozenset[UUID]:
    """The units whose people the actor may appoint substitutes for."""
    bundle = bundles.newest_hash(localdate(now))
    return frozenset(
        unit
        for grant in actor.grants
        if any(
            access.grant_may(grant, Action.REASSIGN, bundle, in_case=known)
            for known in (True, False)
        )
        for unit in _units(actor, grant)
    )


def _user(user_id: int, now: datetime) -> Actor:
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise SubstitutionRefusedError("unknown")
    return actor_for(user, now)


def _place(
    person: Actor, substitute: Actor, actor: Actor, now: datetime
) -> tuple[UUID, UUID] | None:
    """The organisation, and a unit there where the substitute has a role of the person's."""
    shared = {unit: person.places[unit] for unit in _shared(person, substitute)}
    permitted = False
    for organisation in sorted({grant.organisation for grant in person.grants}):
        units = person.units_of(organisation)
        if actor.user_id != person.user_id and not _leads(actor, organisation, units, now):
            continue
        permitted = True
        found = [unit for unit in sorted(shared) if shared[unit] == organisation]
        if found:
            return organisation, found[0]
    if not permitted:
        raise NotPermittedError(ACTION, person.user_id)
    return None


def _shared(person: Actor, substitute: Actor) -> set[UUID]:
    """The units where the two have a role in common."""
    return {
        unit
        for one in person.grants
        for other in substitute.grants
        if (one.role, one.organisation) == (other.role, other.organisation)
        for unit in {*_units(person, one)} & {*_units(substitute, other)}
    }


def _leads(actor: Actor, organisation: UUID, units: Iterable[UUID], now: datetime) -> bool:
    mine = set(actor.units_of(organisation)) & led(actor, now)
    return bool(mine) and set(units) <= mine


def _units(actor: Actor, grant: Grant) -> Iterable[UUID]:
    return actor.units_of(grant.organisation) if grant.unit is None else (grant.unit,)


def _insert(row: Vikariat) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if OVERLAP in str(error):
            raise SubstitutionRefusedError("overlap") from None
        raise


def _give_back(tasks: Iterable[UUID], actor: Actor, now: datetime) -> int:
    return sum(_returned(task_id, actor, now) for task_id in tasks)


def _returned(task_id: UUID, actor: Actor, now: datetime) -> bool:
    with access_context(actor):
        task = repository.lock_task(task_id)
        if not task.open or task.vikariat is None:
            return False
        row = Vikariat.objects.select_related("person").get(pk=task.vikariat)
        if row.ended_at is None and row.to_day >= localdate(now):
            return False
        repository.save_task_change(to_colleague(task, row, actor, now))
        return True


def to_colleague(task: LockedTask, row: Vikariat, actor: Actor, now: datetime) -> TaskChange:
    """What gives a locked task of a substitute back to whom she stands in for."""
    return TaskChange(
        instance=task.instance,
        actor=actor,
        now=now,
        task=task.id,
        claimed_by=row.person_id,
        delegated_by=task.delegated_by,
        line=Line(
            kind="returned",
            element=task.element,
            task_id=str(task.id),
            detail={ON_BEHALF: row.person.get_username()},
        ),
    )
