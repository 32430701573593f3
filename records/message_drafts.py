"""The message about an uppdrag that somebody is writing: kept until it is sent (W5).

Hers alone, and no part of the record. It is shown while she may open the uppdrag and at no other
time: a provider that has declined sees nothing of it any more (K-8).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from cases import queries_drafts
from cases.actor import Actor
from cases.context import access_context
from cases.models import Utkast
from cases.use_cases.drafts import Draft, Saved, Written, save_written
from records.errors import MessageSentError, ThreadClosedError
from records.meddelanden import DRAFT, draft_word, why_closed, written_by
from records.models import Meddelande
from records.queries.orders import open_orders
from records.uppdrag_reading import other_side, take_turn

TEXT: Final = "text"
"""Under which key the answers of the draft hold what is written."""


def save_message_draft(
    uppdrag_id: UUID, draft: Draft, *, key: str = "", actor: Actor, now: datetime
) -> Saved:
    """Keep what somebody writes to the other side of an uppdrag.

    Args:
        uppdrag_id: The uppdrag.
        draft: What is written.
        key: The word that the page would send the message with.
        actor: Who writes.
        now: The moment, aware.

    Raises:
        MessageSentError: It has been sent: a saving that comes late keeps nothing.
        NotFoundError: No such uppdrag is open to the actor.
        NotPermittedError: Her roles may not write about it.
        ThreadClosedError: Nothing more is sent about it.
        DraftElsewhereError: She has saved another text on it meanwhile.
    """
    with access_context(actor):
        uppdrag, side, unit = written_by(uppdrag_id, actor, now)
        # A sending that is under way is waited for: it would leave what is kept beside it.
        take_turn(uppdrag, other_side(side))
        if why_closed(uppdrag):
            raise ThreadClosedError(uppdrag_id)
        if Meddelande.objects.filter(forfattare_id=actor.user_id, nyckel=key).exists():
            raise MessageSentError(uppdrag_id)
        about = Written(
            kind=DRAFT,
            nyckel=draft_word(uppdrag_id),
            case=uppdrag.arende_id,
            organisation=actor.places[unit],
            unit=unit,
            secrecy=uppdrag.secrecy,
        )
        return save_written(about, draft, actor=actor, now=now)


def message_draft(uppdrag_id: UUID, *, actor: Actor, now: datetime) -> Utkast | None:
    """What the actor has written about an uppdrag and not sent; of one that she may open."""
    with access_context(actor):
        mine = queries_drafts.drafts(actor, now=now)
        return mine.filter(process_key=DRAFT, nyckel=draft_word(uppdrag_id)).first()


def orders_of(drafts: Iterable[Utkast], *, actor: Actor, now: datetime) -> dict[UUID, UUID]:
    """The uppdrag of each draft of a message, where the actor may open it."""
    about = {row.pk: UUID(hex=row.nyckel) for row in drafts if row.process_key == DRAFT}
    opens = open_orders(about.values(), actor, now=now)
    return {draft: order for draft, order in about.items() if order in opens}
