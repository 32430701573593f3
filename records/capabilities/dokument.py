"""``dokument.spara``: the answers of a form, whole, in the form they were given in."""

from typing import Any
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import local_date
from records.capabilities.shapes import Inputs, Outputs
from records.models import Dokument
from records.terms import law_version
from records.writing import holder


class DokumentInput(Inputs):
    """What ``cases`` knows when answers come in; ``answers`` are packed values."""

    form_id: str
    form_hash: str = ""
    answers: dict[str, Any]
    element: str = ""
    task_id: str | None = None


class DokumentOutput(Outputs):
    """Id of the stored document."""

    dokument: UUID


@capability("dokument.spara", input=DokumentInput, output=DokumentOutput)
def save_document(context: CapabilityContext, data: DokumentInput) -> DokumentOutput:
    """Store answers for ever; a document is never changed (design §6)."""
    row = Dokument.objects.create(
        **holder(context),
        arende_id=context.arende_id,
        instance_id=context.instance_id,
        process_key=context.process_key,
        element=data.element or context.element,
        task_id=data.task_id or context.task_id or "",
        form_id=data.form_id,
        form_hash=data.form_hash,
        answers=data.answers,
        law_version=law_version(context.bundle, local_date(context.now), required=False),
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )
    return DokumentOutput(dokument=row.pk)
