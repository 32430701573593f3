"""The sekretessförbindelse: what waits for a signature, and signing it (R-162)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cases import bundles
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotPermittedError, TextChangedError
from cases.models import Organisation, Sekretessforbindelse
from engine.duties import Duty, duties_in

ACTION = "underteckna"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """One organisation where the user has a role; ``signed_on`` is None while it waits."""

    organisation: UUID
    organisation_name: str
    signed_on: date | None


def undertaking_text(now: datetime) -> Duty | None:
    """The text of the edition in force, or None where it has none.

    Raises:
        ProcessUnavailableError: No edition is in force.
    """
    return duties_in(bundles.compiled(bundles.newest_hash(localdate(now))).files).undertaking


def undertakings(actor: Actor) -> list[Undertaking]:
    """The organisations where the actor has a role today, those that wait first."""
    places = actor.unsigned | {grant.organisation for grant in actor.grants}
    rows = _own(actor).filter(organisation__in=places)
    signed = dict(rows.values_list("organisation_id", "signed_on"))
    found = [
        Undertaking(organisation=key, organisation_name=name, signed_on=signed.get(key))
        for key, name in _names(places)
    ]
    return sorted(found, key=lambda one: (one.signed_on is not None, one.organisation_name))


def sign_undertaking(organisation: UUID, *, version: str, actor: Actor, now: datetime) -> date:
    """Sign towards an organisation where the actor has a role; signing again changes nothing.

    Args:
        organisation: Towards whom.
        version: Of the text that she has read (``Duty.version``).
        actor: Who signs, for herself only.
        now: The moment, aware; its Stockholm day is the day of the signature.

    Returns:
        The day it was signed, perhaps earlier.

    Raises:
        NotPermittedError: She has no role in the organisation.
        TextChangedError: Another text holds now, or none.
    """
    if organisation not in {one.organisation for one in undertakings(actor)}:
        raise NotPermittedError(ACTION, organisation)
    text = undertaking_text(now)
    with access_context(actor):
        own = _own(actor).filter(organisation=organisation)
        if not own.exists():
            if text is None or text.version != version:
                raise TextChangedError("sekretessforbindelse")
            row = Sekretessforbindelse(
                user_id=actor.user_id or 0,
                organisation_id=organisation,
                kind=Sekretessforbindelse.Kind.OWN,
                signed_on=localdate(now),
                version=version,
                recorded_at=now,
            )
            # She may have pressed twice: the row that came first holds.
            Sekretessforbindelse.objects.bulk_create([row], ignore_conflicts=True)
        return own.get().signed_on


def _own(actor: Actor) -> QuerySet[Sekretessforbindelse]:
    return Sekretessforbindelse.objects.filter(user_id=actor.user_id or 0)


def _names(places: Iterable[UUID]) -> Iterable[tuple[UUID, str]]:
    return Organisation.objects.filter(pk__in=places).values_list("pk", "name")
