"""The vault of addresses: one reading at a time, by one of the named, with a reason (P-2, P-3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from records.errors import constraint_of

FORM = "valvet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a protected person lives; never logged, never part of a list."""

    adress: str
    postnummer: str
    postort: str
    telefon: str
    registrerad: datetime


def read_address(case_id: UUID, reason: str, *, actor: Actor, now: datetime) -> Address:
    """Read the address of a protected person; the reading is written down with its reason.

    Raises:
        AnswersInvalidError: No reason is given.
        NotPermittedError: The actor is not one of the named, and has not opened the case.
        NotFoundError: The vault of the actor's units has no address of the person.
    """
    if not reason.strip():
        raise AnswersInvalidError(FORM, {"skal": ("reason_missing", "Skriv varför.")})
    try:
        with access_context(actor.at(case_id)), connection.cursor() as cursor:
            cursor.execute(
                "SELECT adress, postnummer, postort, telefon, registrerad"
                " FROM records_vault_read(%s, %s, %s)",
                [case_id, reason.strip(), now],
            )
            row = cursor.fetchone()
    except IntegrityError as error:
        if constraint_of(error) != "not_permitted":
            raise
        raise NotPermittedError(Action.READ.value, case_id) from None
    if row is None:
        raise NotFoundError("address", case_id)
    adress, postnummer, postort, telefon, registrerad = row
    return Address(
        adress=adress,
        postnummer=postnummer,
        postort=postort,
        telefon=telefon,
        registrerad=registrerad,
    )
