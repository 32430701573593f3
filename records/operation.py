"""What belongs to the operation and to no ärende: the stored answers, read by the holder alone."""

from cases.capabilities import CapabilityContext
from engine.variables import unpack
from records.answers import Answers
from records.errors import RecordNotFoundError
from records.models import Dokument


def operation_document(context: CapabilityContext, dokument: str) -> tuple[Dokument, Answers]:
    """The stored answers of a form without an ärende.

    Args:
        context: The running action.
        dokument: Id of the answers.

    Raises:
        RecordNotFoundError: No such document here; a diagram cannot reach another holder's.
    """
    found = Dokument.objects.filter(
        pk=dokument, organisation_id=context.organisation, arende=None
    ).first()
    if found is None:
        raise RecordNotFoundError("Dokument", dokument)
    return found, Answers(unpack(found.answers), found.form_id)
