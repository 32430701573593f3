"""The number of what somebody has just reported beside the ärenden: her own report alone."""

from typing import Any, Final
from uuid import UUID

from cases.actor import Actor
from cases.context import access_context
from records.models import Avvikelse, Klagomal, LexSarah

REPORTS: Final[tuple[tuple[Any, str], ...]] = (
    (Avvikelse, "rapportor_id"),
    (Klagomal, "registrerad_av_id"),
    (LexSarah, "rapportor_id"),
)
"""What is reported, and the column of who did."""


def number_of_report(actor: Actor, instance_id: UUID) -> str:
    """The number that a report got; empty where the process gave none, or it is not the actor's.

    Args:
        actor: Who has reported.
        instance_id: The process that the report began.
    """
    if actor.user_id is None:
        return ""
    with access_context(actor):
        for model, column in REPORTS:
            mine = {column: actor.user_id, "dokument__instance_id": instance_id}
            number = model.objects.filter(**mine).values_list("nummer", flat=True).first()
            if number is not None:
                return str(number)
    return ""
