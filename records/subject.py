"""Whose record an action is about, on either side: the journal that the unit keeps in the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cases.capabilities import CapabilityContext
from cases.models import Organisation
from records.answers import case_of
from records.errors import RecordNotFoundError
from records.models import Akt, Arende, Journal
from records.writing import journal_of_arende

LSS = "lss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person as this unit holds her, and where notes about her go."""

    arende_id: UUID
    person_id: UUID
    journal: Journal
    driftsform: str
    lag: str


def subject_of(context: CapabilityContext) -> Subject:
    """Myndighetens journal of the ärende, or the one of the unit's newest akt (open ones first).

    Also in a closed ärende: an extract is asked for, and a misplaced note found, after it too.

    Raises:
        RecordNotFoundError: The unit keeps no journal in the ärende.
    """
    holder = Organisation.objects.get(pk=context.organisation)
    if holder.kind == Organisation.Kind.MYNDIGHET:
        arende = _own_arende(context)
        journal = journal_of_arende(context)
        return Subject(
            arende_id=arende.pk,
            person_id=arende.person_id,
            journal=journal,
            driftsform=holder.driftsform,
            lag=law_of([arende.lagrum]),
        )
    akt = _own_akt(context)
    insatser = akt.uppdrag.insatser.values_list("lagrum", flat=True)
    return Subject(
        arende_id=akt.arende_id,
        person_id=akt.person_id,
        journal=akt.journal,
        driftsform=holder.driftsform,
        lag=law_of(insatser),
    )


def case_id(holding: Arende | Akt | Subject) -> UUID:
    """Id of the ärende that a holding belongs to."""
    return holding.pk if isinstance(holding, Arende) else holding.arende_id


def law_of(citations: Iterable[str]) -> str:
    """SoL or LSS, by citation ids; LSS wins where both stand."""
    return "LSS" if any(ref.lower().startswith(LSS) for ref in citations) else "SoL"


def _own_arende(context: CapabilityContext) -> Arende:
    rows = Arende.objects.filter(organisation_id=context.organisation, unit_id=context.unit)
    found = rows.filter(pk=case_of(context)).first()
    if found is None:
        raise RecordNotFoundError("Ärende", context.arende_id)
    return found


def _own_akt(context: CapabilityContext) -> Akt:
    rows = Akt.objects.filter(
        organisation_id=context.organisation, unit_id=context.unit, arende_id=case_of(context)
    )
    found = rows.select_related("journal", "uppdrag").order_by("status", "-oppnad").first()
    if found is None:
        raise RecordNotFoundError("Akt i ärende", context.arende_id)
    return found
