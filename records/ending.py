"""Units that end (R-198): asked for wherever something new would be given to them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from records.models import Upphorande
from records.reach import every_holder


def unit_ending(unit: UUID, on: date) -> bool:
    """Whether a unit has been registered as ending, and its day has come or is known.

    Args:
        unit: A provider's unit.
        on: The day something would be given to it. A unit that ends later takes nothing new
            either: what it would be given would be without a provider.
    """
    with every_holder():
        return Upphorande.objects.filter(enhet_id=unit, registrerad__date__lte=on).exists()


def unit_gone(unit: UUID, on: date) -> bool:
    """Whether a unit has ended: its day has come."""
    with every_holder():
        return Upphorande.objects.filter(enhet_id=unit, datum__lte=on).exists()


def units_gone(units: Collection[UUID], on: date) -> frozenset[UUID]:
    """Those of some units that have ended: their day has come."""
    with every_holder():
        rows = Upphorande.objects.filter(enhet_id__in=units, datum__lte=on)
        return frozenset(rows.values_list("enhet_id", flat=True))
