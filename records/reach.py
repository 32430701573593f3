"""Reaching the rows of every holder, for what the law asks of all of them at once.

A death concerns every copy of a person (K-2), a copy goes from one unit to another (R-184), a unit
that ends leaves akter to others (R-198). The door's own access does not reach that far, so the
capability that needs it widens the transaction's settings for a few statements and narrows them
again; the worker's role needs nothing. Whoever uses it names the rows it touches and shows the
actor none of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from cases.models import Secrecy, Unit

_NAMES = ("kedja.units", "kedja.secrecy")
_READ = "SELECT current_setting(%s, true), current_setting(%s, true)"
_WRITE = "SELECT set_config(%s, %s, true), set_config(%s, %s, true)"


@contextmanager
def every_holder() -> Iterator[None]:
    """Let the block see and write rows of every unit and protection level.

    When the block raises the transaction is over, or rolls back to a savepoint from before it,
    and its settings with it.
    """
    units = ",".join(str(unit) for unit in Unit.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_READ, list(_NAMES))
        former = cursor.fetchone()
        _set(cursor, units, str(max(Secrecy)))
        yield
        _set(cursor, *(value or "" for value in former))


def _set(cursor: object, units: str, secrecy: str) -> None:
    parts = [_NAMES[0], units, _NAMES[1], secrecy]
    cursor.execute(_WRITE, parts)  # type: ignore[attr-defined]
