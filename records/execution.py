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
    with every_holder():
        return _ending(Q(arende_id=arende), Q(arende_id=arende))


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
        keys = _ending(Q(business_key__in=names), Q(key__in=names))
    return found | {one: "avslutas" for one in ids if str(one) in keys}


def _ending(of_instances: Q, of_messages: Q) -> frozenset[str]:
    """Keys of the closings that are under way, and of those that are asked for."""
    ended = Instance.objects.filter(
        of_instances, process_key=ENDING, status__in=Instance.LIVE
    ).values_list("business_key", flat=True)
    asked = Message.objects.filter(
        of_messages, name__in=ASKED, status=Message.Status.UNDELIVERED
    ).values_list("key", flat=True)
    return frozenset({*ended, *asked})
