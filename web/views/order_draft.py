"""The message about an uppdrag that is being written, saved every few seconds by the script."""

from uuid import UUID

from django.http import HttpResponse

from cases.context import access_context
from cases.errors import NotFoundError
from records.meddelanden import written_by
from records.uppdrag_reading import log_refused
from web import drafting
from web.door import Visit
from web.order_sheet import saving as keeping
from web.views.draft import answered, saving, token


@saving
def draft(here: Visit, uppdrag_id: UUID) -> HttpResponse:
    """Keep what is written and not sent; a GET gives a token to save with after a log-in."""
    if here.request.method != "POST":
        return token(here)
    try:
        with access_context(here.actor):
            uppdrag, _side, _unit = written_by(uppdrag_id, here.actor, here.now)
    except NotFoundError:
        log_refused(uppdrag_id, here.actor, here.now)
        raise
    changes = drafting.changes(here, uppdrag.arende_id, drafting.read_at(here))
    return answered(here, keeping(here, uppdrag_id), {"changes": changes})
