"""Which uppdrag are on their way to an end: nothing more is asked of whoever gives the support."""

from uuid import UUID

from django.db.models import Q

from cases.models import Instance, Message
from records.reach import every_holder

ENDING = "avsluta"
ASKED = ("uppdrag.avslutas", "uppdrag.avslut_inlett")


def being_ended(arende: UUID) -> frozenset[str]:
    """The uppdrag of an ärende whose closing has begun at the provider, or is asked for (K-3).

    Whoever asks once more is answered by nobody: the execution has ended, and only the final note
    is left to write.

    Args:
        arende: The ärende's id.

    Returns:
        The uppdrag's ids, as text.
    """
    live = Q(process_key=ENDING, status__in=Instance.LIVE)
    with every_holder():
        ended = Instance.objects.filter(live, arende_id=arende)
        asked = Message.objects.filter(
            name__in=ASKED, arende_id=arende, status=Message.Status.UNDELIVERED
        )
        return frozenset(
            {
                *ended.values_list("business_key", flat=True),
                *asked.values_list("key", flat=True),
            }
        )
