"""Which uppdrag are on their way to an end: nothing more is asked of whoever gives the support."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from cases.models import Instance, Message
from records.models import Akt
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


def stages(uppdrag: Iterable[UUID]) -> dict[UUID, str]:
    """How far the support of accepted uppdrag has come, for both sides: each is told by message.

    Args:
        uppdrag: Ids of uppdrag that the asker sees.

    Returns:
        ``pagar`` where the support has begun, ``avslutas`` where its end has; by id.
    """
    ids = list(uppdrag)
    if not ids:
        return {}
    names = [str(one) for one in ids]
    with every_holder():
        begun = Akt.objects.filter(uppdrag__in=ids, verkstalld_datum__isnull=False)
        found = dict.fromkeys(begun.values_list("uppdrag_id", flat=True), "pagar")
        ending = Instance.objects.filter(
            process_key=ENDING, status__in=Instance.LIVE, business_key__in=names
        )
        asked = Message.objects.filter(
            name__in=ASKED, key__in=names, status=Message.Status.UNDELIVERED
        )
        keys = {
            *ending.values_list("business_key", flat=True),
            *asked.values_list("key", flat=True),
        }
    return found | {one: "avslutas" for one in ids if str(one) in keys}
