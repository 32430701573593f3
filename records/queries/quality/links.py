"""What a thing of the quality work hangs together with, in either direction."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from records.models import HandelseLank, Kalla
from records.queries.quality.names import Thing, numbers
from records.queries.quality.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedThing:
    """What it hangs together with. ``nummer`` is empty where the reader may not read it."""

    kalla: Kalla
    id: UUID
    nummer: str


def links_of(
    who: Reader, kind: Kalla, ref: UUID, before: Iterable[Thing] = ()
) -> list[LinkedThing]:
    """What is linked to a thing, in the order it was. Call it inside ``access_context``.

    Args:
        who: Who reads.
        kind: What the thing is.
        ref: Its id.
        before: What its own row names, first.
    """
    either = Q(fran=kind, fran_id=ref) | Q(till=kind, till_id=ref)
    rows = HandelseLank.objects.filter(who.rows() & either).order_by("skapad", "pk")
    things = [*before, *(_other(found, ref) for found in rows)]
    named = numbers(who, things)
    return [
        LinkedThing(kalla=Kalla(kind), id=ref, nummer=named.get((kind, ref), ""))
        for kind, ref in dict.fromkeys(things)
        if kind in Kalla.values
    ]


def _other(found: HandelseLank, own: UUID) -> Thing:
    if found.fran_id == own:
        return found.till, found.till_id
    return found.fran, found.fran_id
