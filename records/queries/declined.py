"""What the actor's units have declined: their own answer, without the person (K-8).

The reason is free text that nothing can search for what it tells of her, so it is shown to whoever
wrote it and to the sender (on the uppdrag), and not to the rest of the unit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth import get_user_model
from django.db import connection

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.user_names import user_name
from engine.forms import holds_identity_number
from records.access import may

MOST: Final = 50
"""The newest ones of a page."""
_ASKED = (
    "SELECT nummer, fran, skickad, besvarad, besvarad_av_id, skal FROM records_declined(%s, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """An uppdrag that a unit declined: from whom, when and by whom, never about whom.

    ``own``: the actor answered. ``reason`` is empty where she did not, and where what she wrote
    names the person.
    """

    number: str
    sender: str
    sent: datetime
    answered: datetime
    by: str
    own: bool
    reason: str


def declined(actor: Actor, *, now: datetime) -> list[Declined]:
    """The newest uppdrag that were declined where the actor reads what is sent to the unit.

    Those about a person with a protected identity are left out.
    """
    units = [unit for unit in actor.units if may(actor, Action.CONTENT, unit, 0, now, case=None)]
    if not units:
        return []
    with access_context(actor):
        with connection.cursor() as cursor:
            cursor.execute(_ASKED, [units, MOST])
            rows = cursor.fetchall()
        people = get_user_model().objects.in_bulk({row[4] for row in rows})
    return [
        Declined(
            number=number,
            sender=sender,
            sent=sent,
            answered=answered,
            by=user_name(people[who]) if who in people else "",
            own=who is not None and who == actor.user_id,
            reason="" if reason is None or holds_identity_number(reason) else reason,
        )
        for number, sender, sent, answered, who, reason in rows
    ]
