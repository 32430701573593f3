"""How a form names an uppdrag of an ärende: by its place in it, 1, 2 and so on."""

from django.db.models import QuerySet

from records.models import Uppdrag


def uppdrag_ref(uppdrag: Uppdrag) -> str:
    """The last part of the uppdrag's number."""
    return uppdrag.nummer.rpartition("-")[2]


def by_ref(rows: QuerySet[Uppdrag], ref: str) -> Uppdrag | None:
    """The uppdrag that a form (``2``) or a message (its id) names, among some; None if none."""
    return next((row for row in rows if ref in (str(row.pk), uppdrag_ref(row))), None)
