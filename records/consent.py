"""Which consent covers a disclosure on a day (R-152, R-153), and how one is referred to."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from records.models import Samtycke, SamtyckeAterkallelse, SamtyckeDel


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
        The newest part that is given, not ended, replaced or withdrawn; None where none covers it.
    """
    return covering_consent(
        arende_id, recipient=recipient, purpose=purpose, categories=(category,), on=on
    )


def covering_consent(
    arende_id: UUID, *, recipient: str, purpose: str, categories: Collection[str], on: date
) -> SamtyckeDel | None:
    """As ``active_consent``, for one part that covers every category."""
    return (
        parts_in_force(arende_id, on)
        .filter(
            mottagare__iexact=recipient.strip(),
            syfte__iexact=purpose.strip(),
            uppgifter__contains=list(categories),
        )
        .order_by("-samtycke__registrerad", "nummer")
        .first()
    )


def parts_in_force(arende_id: UUID, on: date) -> QuerySet[SamtyckeDel]:
    """Every part that holds on a day, the oldest consent first."""
    withdrawn = SamtyckeAterkallelse.objects.filter(
        Q(del_av__isnull=True) | Q(del_av=OuterRef("pk")), samtycke=OuterRef("samtycke")
    )
    replaced = Samtycke.objects.filter(ersatter=OuterRef("samtycke"))
    rows = SamtyckeDel.objects.filter(
        ~Exists(withdrawn),
        ~Exists(replaced),
        samtycke__arende_id=arende_id,
        samtycke__lamnat_datum__lte=on,
        samtycke__galler_till__gte=on,
    )
    return rows.select_related("samtycke").order_by("samtycke__registrerad", "pk")


def consents(arende_id: UUID, unit: UUID) -> list[Samtycke]:
    """Every consent that the unit holds in an ärende, the oldest first: number 1, 2 and so on."""
    rows = Samtycke.objects.filter(arende_id=arende_id, unit_id=unit)
    return list(rows.order_by("registrerad", "pk"))


def consent_ref(number: int, part: int | None = None) -> str:
    """How a form names a consent, ``2``, or one part of it, ``2.1``."""
    return str(number) if part is None else f"{number}.{part}"


def by_ref(arende_id: UUID, unit: UUID, ref: str) -> tuple[Samtycke, SamtyckeDel | None] | None:
    """The consent, and the part where one is named; None where nothing is called so."""
    whole, _, part = ref.partition(".")
    numbered = {str(n): row for n, row in enumerate(consents(arende_id, unit), start=1)}
    found = numbered.get(whole)
    if found is None:
        return None
    if not part:
        return found, None
    named = found.delar.filter(nummer=int(part)).first() if part.isdecimal() else None
    return None if named is None else (found, named)
