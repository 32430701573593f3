"""Which consent covers a disclosure on a day (R-152, R-153)."""

from datetime import date
from uuid import UUID

from django.db.models import F, Q

from records.models import SamtyckeDel


def active_consent(
    arende_id: UUID, *, recipient: str, purpose: str, category: str, on: date
) -> SamtyckeDel | None:
    """Return the part of a consent that covers one category of data to one recipient.

    Args:
        arende_id: The ärende.
        recipient: As written in the consent; case and surrounding blanks do not matter.
        purpose: As written in the consent, likewise.
        category: A code of terms/uppgiftskategorier.toml.
        on: The day of the disclosure, in Stockholm.

    Returns:
        The newest part that is given, not ended and not withdrawn; None where no consent covers it.
    """
    withdrawn = Q(samtycke__aterkallelser__del_av__isnull=True) | Q(
        samtycke__aterkallelser__del_av=F("pk")
    )
    parts = SamtyckeDel.objects.filter(
        samtycke__arende_id=arende_id,
        samtycke__lamnat_datum__lte=on,
        samtycke__galler_till__gte=on,
        mottagare__iexact=recipient.strip(),
        syfte__iexact=purpose.strip(),
        uppgifter__contains=[category],
    )
    ended = SamtyckeDel.objects.filter(withdrawn, samtycke__aterkallelser__isnull=False)
    found = parts.exclude(pk__in=ended.filter(samtycke__arende_id=arende_id).values("pk"))
    return found.select_related("samtycke").order_by("-samtycke__registrerad", "nummer").first()
