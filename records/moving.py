"""What a unit holds about a person beside the akt, and follows it to a new keeper (R-187, R-198).

The database moves the rows (``records_overlamning_takes_along``); here they are counted, so that
the note in the journal tells what went along.
"""

from collections.abc import Mapping
from uuid import UUID

from records.models import Akt, Invandning, Rattelse, Samtycke, Utlamnande


def held_beside(akt: Akt, unit: UUID) -> Mapping[str, int]:
    """How many consents, disclosures, objections and corrections a unit holds about an akt.

    Args:
        akt: The akt; its ärende is what consents and disclosures belong to.
        unit: The holder.
    """
    in_case = {"arende_id": akt.arende_id, "unit_id": unit}
    in_journal = {"anteckning__journal__akt_id": akt.pk, "unit_id": unit}
    return {
        "samtycken": Samtycke.objects.filter(**in_case).count(),
        "utlämnanden": Utlamnande.objects.filter(**in_case).count(),
        "invändningar": Invandning.objects.filter(**in_journal).count(),
        "prövade rättelser": Rattelse.objects.filter(**in_case).count(),
    }


def counted(before: Mapping[str, int], after: Mapping[str, int]) -> str:
    """What came, as a sentence to put after another; empty where nothing did."""
    came = {word: after[word] - before[word] for word in after}
    told = ", ".join(f"{word} {number}" for word, number in came.items() if number)
    return f" Med akten följde: {told}." if told else ""
