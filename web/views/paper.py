"""A paper of a case as a file."""

from uuid import UUID

from django.http import HttpResponse

from records import queries as records
from web.door import Visit, visit


@visit
def paper(here: Visit, arende_id: UUID, name: str, record: UUID) -> HttpResponse:
    """Give one paper as PDF; the read is logged, and the file name holds ids only."""
    found = records.paper_file(here.actor, arende_id, name, record, now=here.now)
    return HttpResponse(
        found.content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "private, no-store",
        },
    )
