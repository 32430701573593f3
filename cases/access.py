"""Who may do what: the DMN table ``atkomst`` of the instance's own bundle decides.

Inputs of the table, for one grant of the actor at a time: ``role`` (text), ``samma_enhet``
(boolean: the grant holds in the row's unit), ``tilldelad`` (boolean: the task is assigned or
delegated to the actor), ``secrecy`` (number 0-3: the row's protection level), ``utsedd`` (boolean:
the actor is one of the named for the case, P-2), ``arende`` (boolean: it belongs to an ärende; what
does not is the quality work of the operation) and ``handling`` (text, see ``Action``). Result
``tillats`` (boolean). One grant that allows is enough. A bundle
without the table allows nothing.

The table says what a role may do at all; that a task is done by the role of its lane is the
diagram's business and checked here.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.timezone import localdate

from cases import bundles
from cases.actor import Actor, Grant
from cases.errors import NotPermittedError
from engine.dmn.errors import NoRuleMatchedError

TABLE = "atkomst"
Row = TypeVar("Row", bound=Model)


class Action(StrEnum):
    """Values of the input ``handling``."""

    READ = "lasa"
    CONTENT = "lasa_innehall"
    EMERGENCY = "nodoppna"
    APPOINT = "utse"
    START = "starta"
    CLAIM = "ta"
    RELEASE = "slapp"
    COMPLETE = "slutfora"
    DELEGATE = "delegera"
    REASSIGN = "omfordela"
    CANCEL = "avbryt"
    SEND = "meddela"
    RETRY = "atgarda"
    QUALITY = "lasa_kvalitet"
    LEX_SARAH = "lasa_lex_sarah"
    READERS = "lasa_lasningar"
    OVERVIEW = "lasa_oversikt"


LANE_ACTIONS = frozenset({Action.CLAIM, Action.COMPLETE})
"""Actions that only the roles of the task's lane, or the one it is assigned to, may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What the action is about, as far as access goes."""

    ref: object
    bundle: str
    organisation: UUID
    unit: UUID
    secrecy: int
    roles: tuple[str, ...] | None = None
    assigned: bool = False
    case: UUID | None = None
    in_case: bool = True
    """False: it belongs to no ärende, but to what the operation does beside them."""


def require(actor: Actor, action: Action, resource: Resource) -> None:
    """Refuse unless the actor may do this.

    Raises:
        NotPermittedError: No grant of the actor allows it.
    """
    if not allowed(actor, action, resource):
        raise NotPermittedError(action.value, resource.ref)


def allowed(actor: Actor, action: Action, resource: Resource) -> bool:
    """Tell whether the actor may do this. The system may do everything."""
    named = resource.case in actor.appointed
    return actor.system or any(
        _grant_allows(grant, action, resource, named=named) for grant in actor.grants
    )


def visible(rows: QuerySet[Row], actor: Actor, now: datetime) -> QuerySet[Row]:
    """Keep the rows that the actor may read, by the table of the edition in force.

    Args:
        rows: Of a table with organisation, unit and secrecy, and with ``arende_id`` of its own or
            of its instance.
        actor: Who reads.
        now: Its Stockholm day chooses the edition.
    """
    if actor.system:
        return rows
    own = any(found.attname == "arende_id" for found in rows.model._meta.concrete_fields)  # noqa: SLF001
    case = "arende_id" if own else "instance__arende_id"
    bundle = bundles.newest_hash(localdate(now))
    condition = Q(pk__in=())
    for grant in actor.grants:
        place = Q(unit=grant.unit) if grant.unit else Q(organisation=grant.organisation)
        levels = readable_levels(grant, bundle)
        if levels:
            condition |= place & Q(secrecy__in=levels, **{f"{case}__isnull": False})
        more = set(readable_levels(grant, bundle, named=True)) - set(levels)
        if more and actor.appointed:
            condition |= place & Q(secrecy__in=more, **{f"{case}__in": actor.appointed})
        apart = readable_levels(grant, bundle, in_case=False)
        if apart:
            condition |= place & Q(secrecy__in=apart, **{f"{case}__isnull": True})
    return rows.filter(condition)


def readable_levels(
    grant: Grant, bundle: str, *, named: bool = False, in_case: bool = True
) -> list[int]:
    """Return the protection levels that a grant may read in its own unit.

    Args:
        grant: The grant.
        bundle: Hash of the edition whose table decides.
        named: Where its holder is one of the named for the case (P-2).
        in_case: What belongs to an ärende; else what the operation does beside them.
    """
    return [
        level
        for level in range(grant.secrecy + 1)
        if _decide(
            _Question(
                bundle=bundle,
                role=grant.role,
                same_unit=True,
                assigned=False,
                secrecy=level,
                named=named,
                in_case=in_case,
                action=Action.READ.value,
            )
        )
    ]


def grant_may(grant: Grant, action: Action, bundle: str, *, in_case: bool) -> bool:
    """Tell whether a grant allows an action in its own unit, on what is not protected.

    Args:
        grant: The grant.
        action: What would be done.
        bundle: Hash of the edition whose table decides.
        in_case: With what belongs to an ärende; else what the operation does beside them.
    """
    return _decide(
        _Question(
            bundle=bundle,
            role=grant.role,
            same_unit=True,
            assigned=False,
            secrecy=0,
            named=False,
            in_case=in_case,
            action=action.value,
        )
    )


def _grant_allows(grant: Grant, action: Action, resource: Resource, *, named: bool) -> bool:
    if grant.secrecy < resource.secrecy:
        return False
    same_unit = grant.covers(resource.organisation, resource.unit)
    in_lane = resource.roles is None or grant.role in resource.roles
    if action in LANE_ACTIONS and not (resource.assigned or (in_lane and same_unit)):
        return False
    return _decide(
        _Question(
            bundle=resource.bundle,
            role=grant.role,
            same_unit=same_unit,
            assigned=resource.assigned,
            secrecy=resource.secrecy,
            named=named,
            in_case=resource.in_case,
            action=action.value,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """One row of inputs; the answer never changes, as a bundle never does."""

    bundle: str
    role: str
    same_unit: bool
    assigned: bool
    secrecy: int
    named: bool
    in_case: bool
    action: str


@lru_cache(maxsize=4096)
def _decide(question: _Question) -> bool:
    inputs = {
        "role": question.role,
        "samma_enhet": question.same_unit,
        "tilldelad": question.assigned,
        "secrecy": Decimal(question.secrecy),
        "utsedd": question.named,
        "arende": question.in_case,
        "handling": question.action,
    }
    try:
        result = bundles.compiled(question.bundle).decision(TABLE).evaluate(TABLE, inputs)
    except NoRuleMatchedError:
        return False
    return result.value is True
